package catalog_test

import (
	"net/http"
	"testing"
	"time"

	"example.com/basiq/fake"
	"example.com/basiq/wrong/auth"
	"example.com/basiq/wrong/catalog"
	"example.com/basiq/wrong/transport"
)

func TestOneFaultIsTheCallers(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	hc := &http.Client{Timeout: time.Second, Transport: transport.NewRetry(transport.Base())}
	c := catalog.New(srv.URL, auth.NewSource(hc, srv.URL, srv.Key))

	srv.Fail(503)
	if status, err := c.Status(t.Context(), "AU00000", "web"); err != nil || status != "operational" {
		t.Errorf("status: %q, %v", status, err)
	}
	srv.Fail(503)
	if _, err := c.EventType(t.Context(), "account.updated"); err == nil {
		t.Error("event type: no error")
	}
	srv.Fail(503)
	if _, err := c.Event(t.Context(), fake.Event); err == nil {
		t.Error("event: no error")
	}
	srv.Fail(503)
	if owner, err := c.Owner(t.Context(), fake.Event); err != nil || owner != fake.User {
		t.Errorf("owner: %q, %v", owner, err)
	}
}

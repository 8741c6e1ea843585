package catalog_test

import (
	"net/http"
	"testing"
	"time"

	"example.com/basiq/fake"
	"example.com/basiq/right/auth"
	"example.com/basiq/right/catalog"
	"example.com/basiq/right/transport"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	hc := &http.Client{Timeout: time.Second, Transport: transport.NewRetry(transport.Base())}
	c := catalog.New(srv.URL, auth.NewSource(hc, srv.URL, srv.Key))
	for _, spoil := range []func(){func() { srv.Fail(503, 500) }, srv.ExpireTokens} {
		spoil()
		if status, err := c.Status(t.Context(), "AU00000", "web"); err != nil || status != "operational" {
			t.Errorf("status: %q, %v", status, err)
		}
	}
	if n := srv.Logins(); n != 2 {
		t.Errorf("%d tokens, want 2", n)
	}
}

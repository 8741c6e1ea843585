package webhook_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/basiq/fake"
	"example.com/basiq/right/basiq"
	"example.com/basiq/right/webhook"
)

// receiver is the address of a receiver whose worker asks a server that keeps it waiting, and what came of it.
func receiver(t *testing.T) (url string, release func(), done <-chan error) {
	t.Helper()
	srv := fake.New()
	t.Cleanup(srv.Close)
	release = srv.Hold()
	t.Cleanup(release)
	client := basiq.New(srv.Key, basiq.WithBaseURL(srv.URL))
	results := make(chan error, 8)
	r, err := webhook.New(fake.HookSecret, func(ctx context.Context, ev webhook.Event) error {
		_, _, err := client.Event(ctx, ev.EventID)
		results <- err
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	go r.Run(t.Context())
	hooks := httptest.NewServer(r.Routes())
	t.Cleanup(hooks.Close)
	return hooks.URL + "/webhooks/basiq", release, results
}

func TestAnswersBeforeTheWork(t *testing.T) {
	t.Parallel()
	url, release, done := receiver(t)
	for _, path := range []string{"", "/consents"} {
		status, err := fake.Deliver(t.Context(), url+path, "msg"+path, "account.updated")
		if err != nil || status != http.StatusOK {
			t.Errorf("%s: %d, %v", path, status, err)
		}
	}
	release()
	for range 2 {
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("the work was not done")
		}
	}
}

func TestRepeatedAndUnknownEvents(t *testing.T) {
	t.Parallel()
	url, release, done := receiver(t)
	release()
	for _, eventType := range []string{"account.updated", "account.updated", "something.new"} {
		status, err := fake.Deliver(t.Context(), url, "msg-1", eventType)
		if err != nil || status != http.StatusOK {
			t.Errorf("%s: %d, %v", eventType, status, err)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := len(done); n != 0 {
		t.Errorf("%d events handled again", n)
	}
}

func TestForgedEvents(t *testing.T) {
	t.Parallel()
	url, _, _ := receiver(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for name, header := range map[string]http.Header{
		"unsigned": {},
		"old":      {"Webhook-Id": {"1"}, "Webhook-Timestamp": {"1000"}, "Webhook-Signature": {"v1,AAAA"}},
	} {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(`{"eventTypeId":"account.updated"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = header
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
		if resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, resp.StatusCode)
		}
	}
	for _, secret := range []string{"", "whsec_", "whsec_?"} {
		if _, err := webhook.New(secret, nil); err == nil {
			t.Errorf("no error for the secret %q", secret)
		}
	}
}

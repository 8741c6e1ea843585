package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"example.com/basiq/fake"
	"example.com/basiq/wrong/basiq"
	"example.com/basiq/wrong/webhook"
)

// receiver is the address of a receiver whose server keeps it waiting until release.
func receiver(t *testing.T) (url string, release func(), reports <-chan error) {
	t.Helper()
	srv := fake.New()
	t.Cleanup(srv.Close)
	release = srv.Hold()
	t.Cleanup(release)
	errs := make(chan error, 8)
	client := basiq.New(srv.Key, basiq.WithBaseURL(srv.URL))
	r, err := webhook.New(fake.HookSecret, client, func(err error) { errs <- err })
	if err != nil {
		t.Fatal(err)
	}
	hooks := httptest.NewServer(r.Routes())
	t.Cleanup(func() {
		release()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go r.Run(ctx) // lets go of the handlers that wait for it
		hooks.Close()
	})
	return hooks.URL + "/webhooks/basiq/", release, errs
}

func TestSenderGivesUp(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"direct", "delegate"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			url, _, _ := receiver(t)
			ctx, cancel := context.WithTimeout(t.Context(), 40*time.Millisecond)
			defer cancel()
			if status, err := fake.Deliver(ctx, url+path, "msg-1", "account.updated"); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("status %d, %v", status, err)
			}
		})
	}
}

func TestOthersAnswerInTime(t *testing.T) {
	t.Parallel()
	url, _, _ := receiver(t)
	for _, path := range []string{"queue", "plain", "strict", "unlimited"} {
		if status, err := fake.Deliver(t.Context(), url+path, "msg-1", "account.updated"); err != nil || status != http.StatusOK {
			t.Errorf("%s: %d, %v", path, status, err)
		}
	}
	if status, err := fake.Deliver(t.Context(), url+"strict", "msg-2", "something.new"); err != nil || status != http.StatusBadRequest {
		t.Errorf("strict: %d, %v", status, err)
	}
}

func TestBackgroundEndsWithTheAnswer(t *testing.T) {
	t.Parallel()
	url, _, reports := receiver(t)
	if status, err := fake.Deliver(t.Context(), url+"background", "msg-1", "account.updated"); err != nil || status != http.StatusOK {
		t.Fatalf("status %d, %v", status, err)
	}
	select {
	case err := <-reports:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("no report")
	}
}

func TestRelayWaitsForTheWorker(t *testing.T) {
	t.Parallel()
	url, _, _ := receiver(t) // no worker runs
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Millisecond)
	defer cancel()
	if status, err := fake.Deliver(ctx, url+"relay", "msg-1", "account.updated"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("status %d, %v", status, err)
	}
}

func TestUnlimitedReadsAnything(t *testing.T) {
	t.Parallel()
	url, _, _ := receiver(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"unlimited", bytes.NewReader(make([]byte, 1<<20)))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("status %d: it was not read to its end", resp.StatusCode)
	}
}

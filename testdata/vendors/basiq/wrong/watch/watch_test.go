package watch_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"example.com/basiq/fake"
	"example.com/basiq/wrong/auth"
	"example.com/basiq/wrong/transport"
	"example.com/basiq/wrong/watch"
)

func source(srv *fake.Server) *auth.Source {
	hc := &http.Client{Timeout: time.Second, Transport: transport.NewRetry(transport.Base())}
	return auth.NewSource(hc, srv.URL, srv.Key)
}

func TestUnreadAnswersCostTheirConnections(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	w := watch.New(srv.URL, source(srv), transport.Base())
	gone, err := w.Missing(t.Context(), append(slices.Repeat([]string{fake.User}, 4), "nobody"))
	if err != nil || len(gone) != 1 {
		t.Errorf("missing: %v, %v", gone, err)
	}
	if n := srv.Conns(); n < 5 {
		t.Errorf("%d connections, want one a call", n)
	}
}

func TestNoKeepAlive(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	w := watch.NewBehindBalancer(srv.URL, source(srv))
	for range 4 {
		if there, err := w.Present(t.Context(), fake.User); err != nil || !there {
			t.Errorf("present: %v, %v", there, err)
		}
	}
	if n := srv.Conns(); n < 5 {
		t.Errorf("%d connections, want one a call", n)
	}
}

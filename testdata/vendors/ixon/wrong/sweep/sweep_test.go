package sweep_test

import (
	"net/http"
	"testing"
	"time"

	"example.com/ixon/fake"
	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/sweep"
	"example.com/ixon/wrong/transport"
)

var ids = []string{"agent0000001", "agent0000002", "agent0000003", "agent0000004"}

func tokens(srv *fake.Server) *auth.Source {
	login := &http.Client{
		Timeout:   time.Second,
		Transport: transport.Headers{Base: transport.Base(), Application: fake.Application},
	}
	return auth.NewSource(login, srv.URL, auth.Credentials{Email: fake.Email, Password: fake.Password})
}

func TestUnreadAnswersCostTheirConnections(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	s := sweep.New(srv.URL, fake.Application, fake.Company, tokens(srv), transport.Base())
	gone, err := s.Missing(t.Context(), append(ids, "agent0000009"))
	if err != nil || len(gone) != 1 {
		t.Errorf("missing: %v, %v", gone, err)
	}
	if n := srv.Conns(); n < len(ids) {
		t.Errorf("%d connections, want one a call", n)
	}
	if there, err := s.Present(t.Context(), ids[0]); err != nil || !there {
		t.Errorf("present: %v, %v", there, err)
	}
}

func TestNoKeepAlive(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	s := sweep.NewBehindBalancer(srv.URL, fake.Application, fake.Company, tokens(srv))
	for _, id := range ids {
		if there, err := s.Present(t.Context(), id); err != nil || !there {
			t.Errorf("present: %v, %v", there, err)
		}
	}
	if n := srv.Conns(); n < len(ids) {
		t.Errorf("%d connections, want one a call", n)
	}
}

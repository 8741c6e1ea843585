package audit_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"example.com/ixon/fake"
	"example.com/ixon/wrong/audit"
	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/transport"
)

func TestRetriesAreGone(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	login := &http.Client{
		Timeout:   time.Second,
		Transport: transport.Headers{Base: transport.Base(), Application: fake.Application},
	}
	tokens := auth.NewSource(login, srv.URL, auth.Credentials{Email: fake.Email, Password: fake.Password})
	e := audit.New(srv.URL, fake.Application, fake.Company, tokens)
	srv.Fail(503)
	if err := e.Export(t.Context(), "agent0000001", io.Discard); err == nil {
		t.Error("no error though nothing was tried again")
	}
	if n := srv.Requests(http.MethodGet, "/agents/agent0000001/audit-logs"); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

package account_test

import (
	"net/http"
	"testing"
	"time"

	"example.com/ixon/fake"
	"example.com/ixon/wrong/account"
	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/transport"
)

func TestOneFaultIsTheCallers(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	login := &http.Client{
		Timeout:   time.Second,
		Transport: transport.Headers{Base: transport.Base(), Application: fake.Application},
	}
	tokens := auth.NewSource(login, srv.URL, auth.Credentials{Email: fake.Email, Password: fake.Password})
	s := account.New(srv.URL, fake.Application, fake.Company, tokens)

	srv.Fail(503)
	if name, err := s.Company(t.Context()); err != nil || name == "" {
		t.Errorf("company: %q, %v", name, err)
	}
	srv.Fail(503)
	if _, err := s.User(t.Context()); err == nil {
		t.Error("user: no error")
	}
	srv.Fail(503)
	if _, err := s.Group(t.Context(), "group0000001"); err == nil {
		t.Error("group: no error")
	}
	srv.Fail(503)
	if name, err := s.Asset(t.Context(), "asset0000001"); err != nil || name == "" {
		t.Errorf("asset: %q, %v", name, err)
	}
}

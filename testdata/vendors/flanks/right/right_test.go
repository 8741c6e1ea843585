package right_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/flanks/fake"
	"example.com/flanks/right/call"
	"example.com/flanks/right/callback"
	"example.com/flanks/right/flanks"
	"example.com/flanks/right/links"
	"example.com/flanks/right/token"
	"example.com/flanks/right/upload"
	"golang.org/x/oauth2"
)

func start(t *testing.T) *fake.Server {
	t.Parallel()
	s := fake.Start()
	t.Cleanup(s.Close)
	return s
}

func client(s *fake.Server) *flanks.Client {
	return flanks.New(s.URL, "id", "secret", flanks.WithPace(5*time.Millisecond), flanks.WithTimeout(5*time.Second))
}

func tokens(t *testing.T, s *fake.Server) oauth2.TokenSource {
	return token.OAuth2(t.Context(), &token.Client{BaseURL: s.URL, ID: "id", Secret: "secret", HTTP: call.NewHTTP()})
}

func TestRetries(t *testing.T) {
	s := start(t)
	c, l := client(s), links.New(s.URL, tokens(t, s))
	s.FailNext(2, 500)
	if got, err := c.Accounts(t.Context(), "ct_1"); err != nil || len(got) != 2 || got[1].Balance != nil {
		t.Errorf("accounts: %v %v", got, err)
	}
	s.FailNext(2, 503)
	if got, err := l.Link(t.Context(), "l1"); err != nil || got.ID != "l1" {
		t.Errorf("link: %v %v", got, err)
	}
	s.FailNext(2, 503)
	if got, err := l.Links(t.Context()); err != nil || len(got) != 2 {
		t.Errorf("links: %v %v", got, err)
	}
	s.FailNext(2, 500)
	if err := l.Forget(t.Context(), "ct_1"); err != nil {
		t.Errorf("forget: %v", err)
	}
	before := s.Calls("/v0/links/gone")
	if _, err := l.Link(t.Context(), "gone"); err == nil || s.Calls("/v0/links/gone") != before+1 {
		t.Errorf("a 400 is asked for again: %v", err)
	}
}

func TestTokenRenewed(t *testing.T) {
	s := start(t)
	s.SetLifetime(60)
	c, l := client(s), links.New(s.URL, tokens(t, s))
	for range 3 {
		if _, err := c.Accounts(t.Context(), "ct_1"); err != nil {
			t.Error(err)
		}
		if _, err := l.Link(t.Context(), "l1"); err != nil {
			t.Error(err)
		}
		s.ExpireTokens()
	}
	s.SetLifetime(3600)
	for range 2 { // dropped early: only the 401 tells
		if _, err := c.Accounts(t.Context(), "ct_1"); err != nil {
			t.Error(err)
		}
		s.ExpireTokens()
	}
	_, err := flanks.New(s.URL, "id", "wrong").Accounts(t.Context(), "ct_1")
	if e := call.As(err); e == nil || e.Status != http.StatusForbidden {
		t.Errorf("wrong secret: %v", err)
	}
}

func TestWait(t *testing.T) {
	s := start(t)
	s.SetPending(3)
	if got, err := client(s).Accounts(t.Context(), "ct_1"); err != nil || len(got) != 2 {
		t.Errorf("%v %v", got, err)
	}
	for _, ct := range []string{"ct_blocked", "ct_sca", "ct_errored"} {
		if err := client(s).Wait(t.Context(), ct); err == nil {
			t.Errorf("%s: no error", ct)
		}
	}
	if grant, err := client(s).Exchange(t.Context(), "delayed"); err != nil || !grant.Delayed {
		t.Errorf("%+v %v", grant, err)
	}
}

func TestErrors(t *testing.T) {
	s := start(t)
	c := client(s)
	_, err := c.CreateSession(t.Context(), "", "http://localhost")
	for _, want := range []string{"ValidationError", "missing connector", "invalid redirect_uri", "tr_51c0"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	_, err = c.Accounts(t.Context(), "")
	if err == nil || !strings.Contains(err.Error(), "Missing fields: credentials_token") {
		t.Errorf("missing field: %v", err)
	}
	_, err = c.Accounts(t.Context(), "ct_wrong")
	if got := flanks.Advice(err); got != "ask the user for credentials" {
		t.Errorf("advice %q for %v", got, err)
	}
	if err := c.CreateApplication(t.Context(), "app"); err != nil {
		t.Error(err)
	}
	if err := c.CreateApplication(t.Context(), "app"); !errors.Is(err, flanks.ErrTaken) {
		t.Error(err)
	}
}

func TestPages(t *testing.T) {
	s := start(t)
	if got, err := client(s).Sessions(t.Context()); err != nil || len(got) != 6 {
		t.Errorf("%d sessions, %v", len(got), err)
	}
}

func TestConnectionsKept(t *testing.T) {
	s := start(t)
	c, l := client(s), links.New(s.URL, tokens(t, s))
	for range 6 {
		_, _ = c.Accounts(t.Context(), "ct_1")
		_ = l.Forget(t.Context(), "ct_1")
		_ = l.Forget(t.Context(), "ct_gone")
	}
	if n := s.Conns(); n > 6 {
		t.Errorf("%d connections", n)
	}
}

func TestUpload(t *testing.T) {
	s := start(t)
	u := upload.New(s.URL, tokens(t, s))
	if err := u.PDF(t.Context(), "contract", []byte("%PDF-1.7 ...")); err != nil {
		t.Error(err)
	}
	if err := u.PDF(t.Context(), "contract", []byte("<xml/>")); err == nil {
		t.Error("xml was sent as a pdf")
	}
}

func TestCallback(t *testing.T) {
	s := start(t)
	var kept flanks.Grant
	h := &callback.Handler{Client: client(s), Keep: func(_ context.Context, g flanks.Grant) error { kept = g; return nil }}
	req := httptest.NewRequest(http.MethodGet, "/callback?code=42&state=xyz", nil)
	req.AddCookie(&http.Cookie{Name: "state", Value: "xyz"})
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	if rec.Code != http.StatusSeeOther || kept.Token != "ct_42" {
		t.Errorf("%d, kept %+v", rec.Code, kept)
	}
}

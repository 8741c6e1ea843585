package onboard_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/basiq/fake"
	"example.com/basiq/wrong/onboard"
	"example.com/basiq/wrong/transport"
)

func tool(t *testing.T) (*onboard.Tool, *fake.Server) {
	t.Helper()
	srv := fake.New()
	t.Cleanup(srv.Close)
	return onboard.New(srv.URL, srv.Key, transport.WithDelays(time.Millisecond, 5*time.Millisecond)), srv
}

func TestTokensThatBasiqRefuses(t *testing.T) {
	t.Parallel()
	p, srv := tool(t)
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(srv.Key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, unversioned := p.Unversioned(t.Context(), srv.Key)
	_, asJSON := p.JSON(t.Context(), srv.Key)
	_, encoded := p.Encoded(t.Context(), srv.Key)
	_, nightly := p.Nightly(t.Context())
	_, fromFile := p.FromFile(t.Context(), file)
	for want, err := range map[string]error{
		"basiq-version is required":  unversioned,
		"Content-Type must be":       asJSON,
		"check your API key":         nightly, // which is revoked
		"status 404":                 encoded,
		"invalid header field value": fromFile,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

func TestAnswersHalfRead(t *testing.T) {
	t.Parallel()
	p, _ := tool(t)
	if amounts, err := p.Transactions(t.Context(), fake.User); err != nil || len(amounts) != 2 {
		t.Errorf("transactions: %v, %v; want the first page of three", amounts, err)
	}
	if over, err := p.Overdrawn(t.Context(), fake.User, fake.Account); err != nil || over {
		t.Errorf("overdrawn: %v, %v", over, err)
	}
	var refused *onboard.Refused
	err := p.Delete(t.Context(), "nobody")
	if !errors.As(err, &refused) || strings.Contains(err.Error(), "bd1183d9") {
		t.Errorf("delete: %v", err)
	}
}

func TestUserIsMadeTwice(t *testing.T) {
	t.Parallel()
	p, srv := tool(t)
	srv.LoseAnswers(1)
	if err := p.Enrol(t.Context(), "a@example.com", "+61400000000"); err != nil {
		t.Fatal(err)
	}
	if n := srv.Users(); n != 2 {
		t.Errorf("%d users, want 2", n)
	}
}

func TestSecondStartFails(t *testing.T) {
	t.Parallel()
	p, _ := tool(t)
	if err := p.EnsureHook(t.Context(), "https://hooks.example.com/webhooks/basiq"); err != nil {
		t.Fatal(err)
	}
	if err := p.EnsureHook(t.Context(), "https://hooks.example.com/webhooks/basiq"); err == nil || !strings.Contains(err.Error(), "resource-already-exists") {
		t.Errorf("error: %v", err)
	}
	if err := p.LocalHook(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestProxyServesEveryOrigin(t *testing.T) {
	t.Parallel()
	p, _ := tool(t)
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/users/"+fake.User, nil)
	req.SetPathValue("user", fake.User)
	req.Header.Set("Origin", "https://elsewhere.example.net")
	rec := httptest.NewRecorder()
	p.Proxy(rec, req)
	if rec.Code != http.StatusOK || rec.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%d %v", rec.Code, rec.Header())
	}
}

package consent_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/basiq/fake"
	"example.com/basiq/right/consent"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	h := &consent.Tokens{
		Base: srv.URL,
		Key:  srv.Key,
		HTTP: srv.Client(),
		Session: func(r *http.Request) (string, bool) {
			_, err := r.Cookie("session")
			return fake.User, err == nil
		},
	}
	for cookie, want := range map[string]int{"": http.StatusUnauthorized, "session=1": http.StatusOK} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/consent-token", nil)
		req.Header.Set("Cookie", cookie)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		if rec.Code != want || want == http.StatusOK && !strings.Contains(rec.Body.String(), `"token":"fake.token.1"`) {
			t.Errorf("%q: %d %s", cookie, rec.Code, rec.Body)
		}
	}
}

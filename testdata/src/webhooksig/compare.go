package webhooksig

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

var errSignature = errors.New("bad signature")

func code(key, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

func encoded(key, body []byte) (string, error) {
	if len(key) == 0 {
		return "", errSignature
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

func equalText(r *http.Request, key, body []byte) bool {
	return r.Header.Get("X-Hub-Signature-256") == "sha256="+code(key, body) // want `the time that == takes tells how much of a guess was right: it compares a message authentication code; use hmac.Equal`
}

// The code comes out of a function beside an error, and the other side is
// only a parameter.
func equalEncoded(given string, key, body []byte) bool {
	want, err := encoded(key, body)
	if err != nil {
		return false
	}
	return want == given // want `compares a message authentication code`
}

func equalInterface(fields map[string]any, key, body []byte) bool {
	return code(key, body) == fields["hmacSignature"] // want `compares a message authentication code`
}

func equalBytes(given, key, body []byte) bool {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return bytes.Equal(mac.Sum(nil), given) // want `the time that bytes.Equal takes`
}

func fold(given string, key, body []byte) bool {
	return strings.EqualFold(given, code(key, body)) // want `the time that strings.EqualFold takes`
}

func formatted(given string, key, body []byte) bool {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return given != fmt.Sprintf("v0=%x", mac.Sum(nil)) // want `the time that != takes`
}

// Right: constant time, the presence of a header, two codes of one's own.
func constantTime(r *http.Request, key, body []byte) bool {
	given := r.Header.Get("X-Hub-Signature-256")
	if given == "" {
		return false
	}
	return hmac.Equal([]byte(given), []byte("sha256="+code(key, body)))
}

func blinded(given, want string, key []byte) bool {
	return code(key, []byte(given)) == code(key, []byte(want))
}

func listed(given []string, key, body []byte) bool {
	want := []byte(code(key, body))
	for _, g := range given {
		if g == "" {
			continue
		}
		if subtle.ConstantTimeCompare([]byte(g), want) == 1 {
			return true
		}
	}
	return false
}

// A checksum is no secret.
func checksum(r *http.Request, body []byte) bool {
	sum := sha256.Sum256(body)
	return r.Header.Get("X-Content-Sha256") == hex.EncodeToString(sum[:])
}

type server struct {
	token    string
	password string
	version  string
	tokens   map[string]string
}

// Routes is where the requests come in.
func Routes(mux *http.ServeMux, s *server, h *hooks) {
	for path, f := range map[string]http.HandlerFunc{
		"/gitlab": s.gitlab, "/basic": s.basic, "/query": query, "/steps": s.steps, "/safe": s.safe, "/hashed": s.hashed,
		"/versioned": s.versioned, "/twice": twice,
		"/logged": h.onlyLogged, "/answered": h.answeredOnly, "/dropped": h.dropped, "/refused": h.refused, "/noted": h.noted,
		"/no-secret": h.withoutSecret, "/environment": h.fromEnvironment, "/unsigned": h.unsigned, "/strict": h.strict, "/again": h.encodedAgain,
	} {
		mux.Handle(path, s.bearer(f))
	}
	mux.HandleFunc("/more", func(w http.ResponseWriter, r *http.Request) {
		csrf(w, r, s.version)
		body := readAll(r)
		if !h.lenient(r, body) || !h.untimed(r, body) || !h.timed(r, body) || !h.timedElsewhere(r, body) || h.older(r, body) != nil || h.optional(r, body) != nil || lookedUp(r, "gitlab", s.token) != nil || scheme(r) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(http.StatusOK)
	})
}

func (s *server) gitlab(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Gitlab-Token") != s.token { // want `it compares a secret, the header X-Gitlab-Token; use hmac.Equal`
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (s *server) bearer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != "Bearer "+s.token { // want `a secret, the header Authorization`
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) basic(w http.ResponseWriter, r *http.Request) {
	user, pass, ok := r.BasicAuth()
	if !ok || user != "admin" || pass != s.password { // want `a secret, the password`
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func query(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("token") != os.Getenv("HOOK_TOKEN") { // want `a secret, a parameter of the request|a secret, the parameter token`
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusOK)
}

var tokenHeaders = map[string]string{"gitlab": "X-Gitlab-Token"}

// The header's name is looked up.
func lookedUp(r *http.Request, vendor, secretKey string) error {
	if secretKey != r.Header.Get(tokenHeaders[vendor]) { // want `a secret, a header of the request`
		return errSignature
	}
	return nil
}

// Two steps: the header is an argument.
func (s *server) steps(w http.ResponseWriter, r *http.Request) {
	if !s.allowed(r.Header.Get("X-Api-Key")) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (s *server) allowed(key string) bool {
	return key == s.token // want `a secret, the header X-Api-Key`
}

// Right: constant time; a version; a form's token against the cookie's; the
// answer of somebody else's server; two headers.
func (s *server) safe(w http.ResponseWriter, r *http.Request) {
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("X-Gitlab-Token")), []byte(s.token)) != 1 {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (s *server) hashed(w http.ResponseWriter, r *http.Request) {
	got, want := sha256.Sum256([]byte(r.Header.Get("X-Gitlab-Token"))), sha256.Sum256([]byte(s.token))
	if got != want {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (s *server) versioned(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Api-Version") != s.version {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func csrf(w http.ResponseWriter, r *http.Request, csrfToken string) {
	if r.Header.Get("X-CSRF-Token") != csrfToken || r.FormValue("state") != csrfToken {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (s *server) echoes(resp *http.Response) bool { return resp.Header.Get("X-Api-Key") == s.token }

func twice(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Api-Key") != r.Header.Get("X-Auth-Token") {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func scheme(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer" }

func readAll(r *http.Request) []byte {
	b, _ := io.ReadAll(http.MaxBytesReader(nil, r.Body, 1<<20))
	return b
}

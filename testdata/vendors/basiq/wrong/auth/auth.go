// Package auth exchanges the API key for tokens and keeps the server's token fresh.
package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"example.com/basiq/wrong/basiqerr"
	"example.com/basiq/wrong/transport"
)

// Token is an access token and its end.
type Token struct {
	Access  string
	Expires time.Time
}

// Server makes a token that may do everything. It must not leave the server.
func Server(ctx context.Context, hc *http.Client, base, key string) (Token, error) {
	return exchange(ctx, hc, base, key, url.Values{"scope": {"SERVER_ACCESS"}})
}

// Client makes a token for the browser of one user. It opens the consent page and nothing else.
func Client(ctx context.Context, hc *http.Client, base, key, user string) (Token, error) {
	return exchange(ctx, hc, base, key, url.Values{"scope": {"CLIENT_ACCESS"}, "userId": {user}})
}

func exchange(ctx context.Context, hc *http.Client, base, key string, form url.Values) (Token, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/token", strings.NewReader(form.Encode()))
	if err != nil {
		return Token{}, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("basiq-version", "3.0")
	// The key is issued in base64 and is sent as it is.
	req.Header.Set("Authorization", "Basic "+key)
	asked := time.Now()
	resp, err := hc.Do(req)
	if err != nil {
		return Token{}, fmt.Errorf("token: %w", err)
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return Token{}, fmt.Errorf("token: %w", err)
	}
	var out struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return Token{}, fmt.Errorf("token: %w", err)
	}
	return Token{Access: out.AccessToken, Expires: asked.Add(time.Duration(out.ExpiresIn) * time.Second)}, nil
}

// Source hands out a server token that lasts at least another margin.
type Source struct {
	hc     *http.Client
	base   string
	key    string
	margin time.Duration

	mu    sync.Mutex
	token Token
}

// NewSource asks for a token through hc when one is first wanted.
func NewSource(hc *http.Client, base, key string) *Source {
	return &Source{hc: hc, base: base, key: key, margin: time.Minute}
}

// Token is the current token, or a new one where that is about to end. Callers that come together ask once.
func (s *Source) Token(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token.Access != "" && time.Until(s.token.Expires) > s.margin {
		return s.token.Access, nil
	}
	t, err := Server(ctx, s.hc, s.base, s.key)
	if err != nil {
		return "", err
	}
	s.token = t
	return t.Access, nil
}

// Forget drops a token that Basiq refused, unless another caller has replaced it meanwhile.
func (s *Source) Forget(access string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token.Access == access {
		s.token = Token{}
	}
}

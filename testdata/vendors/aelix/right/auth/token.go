// Package auth fetches access tokens and keeps them no longer than they live.
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

	"example.com/aelix/right/transport"
)

// TokenURL is where tokens come from, in both environments.
const TokenURL = "https://auth.aelix.digitalapi.ai/oauth2/token"

// margin is how long before its end a token is replaced.
const margin = 60 * time.Second

// Source hands out an access token and renews it before it ends. It is safe for concurrent use.
type Source struct {
	URL      string
	ID       string
	Secret   string
	HTTP     *http.Client
	mu       sync.Mutex
	token    string
	deadline time.Time
}

// Token returns a token that is still good for a while.
func (s *Source) Token(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" && time.Now().Before(s.deadline) {
		return s.token, nil
	}
	tok, err := Fetch(ctx, s.HTTP, s.URL, s.ID, s.Secret)
	if err != nil {
		return "", err
	}
	s.token = tok.AccessToken
	s.deadline = time.Now().Add(time.Duration(tok.ExpiresIn)*time.Second - margin)
	return s.token, nil
}

// Forget drops a token that the vendor no longer takes, unless another caller has replaced it already.
func (s *Source) Forget(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == token {
		s.token = ""
	}
}

// Answer is what the token endpoint says.
type Answer struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

// Fetch asks for one token. Its life is the caller's to watch.
func Fetch(ctx context.Context, hc *http.Client, tokenURL, id, secret string) (*Answer, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, tokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := hc.Do(req)
	if err != nil {
		return nil, fmt.Errorf("fetch token: %w", err)
	}
	defer transport.Close(resp)
	if err := transport.Check(resp); err != nil {
		return nil, fmt.Errorf("fetch token: %w", err)
	}
	var answer Answer
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("fetch token: %w", err)
	}
	return &answer, nil
}

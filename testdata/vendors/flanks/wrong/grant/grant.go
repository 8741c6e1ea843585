// Package grant asks for access tokens.
package grant

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// Token is an access token and its life in seconds.
type Token struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

// Fetch asks for one token. How long it is kept is up to its callers.
func Fetch(ctx context.Context, hc *http.Client, base, id, secret string) (*Token, error) {
	req, err := Request(ctx, base, id, secret)
	if err != nil {
		return nil, err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return nil, fmt.Errorf("fetch token: %w", err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return nil, fmt.Errorf("fetch token: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch token: status %d: %s", resp.StatusCode, raw)
	}
	var tok Token
	if err := json.Unmarshal(raw, &tok); err != nil {
		return nil, fmt.Errorf("fetch token: %w", err)
	}
	return &tok, nil
}

// Request returns the request for a token.
func Request(ctx context.Context, base, id, secret string) (*http.Request, error) {
	body, err := json.Marshal(map[string]string{
		"client_id": id, "client_secret": secret, "grant_type": "client_credentials",
	})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/v0/token", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}

// Source hands out a token and renews it before it ends.
type Source struct {
	hc               *http.Client
	base, id, secret string

	mu     sync.Mutex
	token  string
	expiry time.Time
}

// NewSource returns a Source.
func NewSource(hc *http.Client, base, id, secret string) *Source {
	return &Source{hc: hc, base: base, id: id, secret: secret}
}

// Token returns a token that is good for five minutes at least.
func (s *Source) Token(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Until(s.expiry) > 5*time.Minute {
		return s.token, nil
	}
	tok, err := Fetch(ctx, s.hc, s.base, s.id, s.secret)
	if err != nil {
		return "", err
	}
	s.token, s.expiry = tok.AccessToken, time.Now().Add(time.Duration(tok.ExpiresIn)*time.Second)
	return s.token, nil
}

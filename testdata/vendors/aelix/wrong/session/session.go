// Package session reads balances with tokens that it fetches itself, and keeps too long.
//
// Aelix: "Token expired — Access tokens expire after 3,600 seconds. Implement token refresh logic".
package session

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
	"example.com/aelix/wrong/tokens"
)

// Login says where to get a token, and as whom.
type Login struct {
	TokenURL string
	ID       string
	Secret   string
}

// Simple fetches a token when it has none, and then has one for ever.
type Simple struct {
	base  string
	login Login
	hc    *http.Client
	mu    sync.Mutex
	token string
}

// NewSimple returns a Simple.
func NewSimple(base string, login Login) *Simple {
	return &Simple{base: base, login: login, hc: httpx.NewRetrying(nil)}
}

// Balance works for an hour.
func (s *Simple) Balance(ctx context.Context, id string) (int64, error) {
	token, err := s.signIn(ctx)
	if err != nil {
		return 0, err
	}
	return balance(ctx, s.hc, s.base, token, id)
}

// signIn does not even decode how long the token lives.
func (s *Simple) signIn(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" {
		return s.token, nil
	}
	req, err := tokens.Request(ctx, s.login.TokenURL, s.login.ID, s.login.Secret)
	if err != nil {
		return "", err
	}
	resp, err := s.hc.Do(req)
	if err != nil {
		return "", err
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	var tok struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&tok); err != nil {
		return "", err
	}
	s.token = tok.AccessToken // want: tokenrefresh
	return s.token, nil
}

// Inverted compares the wrong way: it replaces good tokens and keeps the dead.
type Inverted struct {
	base   string
	login  Login
	hc     *http.Client
	mu     sync.Mutex
	token  string
	expiry time.Time
}

// NewInverted returns an Inverted.
func NewInverted(base string, login Login) *Inverted {
	return &Inverted{base: base, login: login, hc: httpx.NewRetrying(nil)}
}

// Balance returns the balance of an account.
func (s *Inverted) Balance(ctx context.Context, id string) (int64, error) {
	token, err := s.signIn(ctx)
	if err != nil {
		return 0, err
	}
	return balance(ctx, s.hc, s.base, token, id)
}

func (s *Inverted) signIn(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" && time.Now().After(s.expiry) { // want: tokenrefresh
		return s.token, nil
	}
	tok, err := tokens.Fetch(ctx, s.hc, s.login.TokenURL, s.login.ID, s.login.Secret)
	if err != nil {
		return "", err
	}
	s.token = tok.AccessToken
	s.expiry = time.Now().Add(time.Duration(tok.ExpiresIn) * time.Second)
	return s.token, nil
}

// Minutes takes seconds for minutes, and an hour for sixty.
type Minutes struct {
	base   string
	login  Login
	hc     *http.Client
	mu     sync.Mutex
	token  string
	expiry time.Time
}

// NewMinutes returns a Minutes.
func NewMinutes(base string, login Login) *Minutes {
	return &Minutes{base: base, login: login, hc: httpx.NewRetrying(nil)}
}

// Balance returns the balance of an account.
func (s *Minutes) Balance(ctx context.Context, id string) (int64, error) {
	token, err := s.signIn(ctx)
	if err != nil {
		return 0, err
	}
	return balance(ctx, s.hc, s.base, token, id)
}

func (s *Minutes) signIn(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" && time.Now().Before(s.expiry) {
		return s.token, nil
	}
	tok, err := tokens.Fetch(ctx, s.hc, s.login.TokenURL, s.login.ID, s.login.Secret)
	if err != nil {
		return "", err
	}
	s.token = tok.AccessToken
	s.expiry = time.Now().Add(time.Duration(tok.ExpiresIn) * time.Minute) // want: tokenrefresh
	return s.token, nil
}

// Shared gets its token from the shared package, with its life, and drops that.
type Shared struct {
	base  string
	login Login
	hc    *http.Client
	mu    sync.Mutex
	token string
}

// NewShared returns a Shared.
func NewShared(base string, login Login) *Shared {
	return &Shared{base: base, login: login, hc: httpx.NewRetrying(nil)}
}

// Balance returns the balance of an account.
func (s *Shared) Balance(ctx context.Context, id string) (int64, error) {
	token, err := s.signIn(ctx)
	if err != nil {
		return 0, err
	}
	return balance(ctx, s.hc, s.base, token, id)
}

func (s *Shared) signIn(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" {
		return s.token, nil
	}
	tok, err := tokens.Fetch(ctx, s.hc, s.login.TokenURL, s.login.ID, s.login.Secret)
	if err != nil {
		return "", err
	}
	s.token = tok.AccessToken // want: tokenrefresh
	return s.token, nil
}

// Renewing does it right: the token goes a minute before its end.
type Renewing struct {
	base   string
	login  Login
	hc     *http.Client
	mu     sync.Mutex
	token  string
	expiry time.Time
}

// NewRenewing returns a Renewing.
func NewRenewing(base string, login Login) *Renewing {
	return &Renewing{base: base, login: login, hc: httpx.NewRetrying(nil)}
}

// Balance returns the balance of an account.
func (s *Renewing) Balance(ctx context.Context, id string) (int64, error) {
	token, err := s.signIn(ctx)
	if err != nil {
		return 0, err
	}
	return balance(ctx, s.hc, s.base, token, id)
}

func (s *Renewing) signIn(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Until(s.expiry) > time.Minute {
		return s.token, nil
	}
	tok, err := tokens.Fetch(ctx, s.hc, s.login.TokenURL, s.login.ID, s.login.Secret)
	if err != nil {
		return "", err
	}
	s.token = tok.AccessToken
	s.expiry = time.Now().Add(time.Duration(tok.ExpiresIn) * time.Second)
	return s.token, nil
}

// balance asks with the token that it is given.
func balance(ctx context.Context, hc *http.Client, base, token, id string) (int64, error) {
	path := base + "/v1/accounts/" + url.PathEscape(id) + "/balance"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := hc.Do(req)
	if err != nil {
		return 0, err
	}
	return amount(resp)
}

// amount owns the answer.
func amount(resp *http.Response) (int64, error) {
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return 0, err
	}
	var out struct {
		Data struct {
			Amount int64 `json:"amount"`
		} `json:"data"`
	}
	err := json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.Amount, err
}

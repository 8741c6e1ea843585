// Package session holds the ways in which the daemons of this house keep their bearer tokens. None outlives its token.
package session

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"example.com/ixon/wrong/apierr"
	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/transport"
)

// newHTTP is a client that retries and adds the headers.
func newHTTP(application, company string) *http.Client {
	return &http.Client{
		Timeout: 30 * time.Second,
		Transport: transport.Headers{
			Base:        transport.NewRetry(transport.Base()),
			Application: application,
			Company:     company,
		},
	}
}

// user asks who a token belongs to.
func user(ctx context.Context, hc *http.Client, base, secret string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/users/me?fields=name", nil)
	if err != nil {
		return "", err
	}
	if secret != "" {
		req.Header.Set("Authorization", "Bearer "+secret)
	}
	resp, err := hc.Do(req)
	if err != nil {
		return "", fmt.Errorf("user: %w", err)
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return "", fmt.Errorf("user: %w", err)
	}
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("user: %w", err)
	}
	return out.Data.Name, nil
}

// Session logs in once.
type Session struct {
	base string
	hc   *http.Client
	cred auth.Credentials

	mu     sync.Mutex
	secret string
}

// New is a session that logs in when it is first used.
func New(base, application, company string, cred auth.Credentials) *Session {
	return &Session{base: base, hc: newHTTP(application, company), cred: cred}
}

// User is the name of the service account.
func (s *Session) User(ctx context.Context) (string, error) {
	secret, err := s.bearer(ctx)
	if err != nil {
		return "", err
	}
	return user(ctx, s.hc, s.base, secret)
}

// bearer is the token of the first login, for ever.
//
// "This error occurs mostly in situations where the bearer token used to perform the API call has expired. [...] To avoid
// this error, it is necessary to generate a new and valid bearer token."
func (s *Session) bearer(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.secret != "" {
		return s.secret, nil
	}
	in := []byte(`{"expiresIn":3600}`)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base+"/access-tokens?fields=secretId", bytes.NewReader(in))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.SetBasicAuth(s.cred.Email, s.cred.OTP+":"+s.cred.Password)
	resp, err := s.hc.Do(req)
	if err != nil {
		return "", fmt.Errorf("log in: %w", err)
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return "", fmt.Errorf("log in: %w", err)
	}
	var out struct {
		Data struct {
			SecretID string `json:"secretId"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("log in: %w", err)
	}
	s.secret = out.Data.SecretID // want: tokenrefresh
	return s.secret, nil
}

// Watcher logs in through the helper of another package and keeps half of what that returns.
type Watcher struct {
	base string
	hc   *http.Client
	cred auth.Credentials

	mu     sync.Mutex
	secret string
}

// NewWatcher is a watcher that logs in when it is first used.
func NewWatcher(base, application, company string, cred auth.Credentials) *Watcher {
	return &Watcher{base: base, hc: newHTTP(application, company), cred: cred}
}

// User is the name of the service account.
func (w *Watcher) User(ctx context.Context) (string, error) {
	secret, err := w.connect(ctx)
	if err != nil {
		return "", err
	}
	return user(ctx, w.hc, w.base, secret)
}

// connect keeps the token and not its end.
//
// "Invalid value - Authorization."
func (w *Watcher) connect(ctx context.Context) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.secret == "" {
		token, err := auth.Login(ctx, w.hc, w.base, w.cred)
		if err != nil {
			return "", err
		}
		w.secret = token.Secret // want: tokenrefresh
	}
	return w.secret, nil
}

// Feed has a client whose token is built in.
type Feed struct {
	base string
	hc   *http.Client
}

// NewFeed logs in. The feed then runs for weeks; its token for an hour.
//
// "It is necessary to generate a new and valid bearer token."
func NewFeed(ctx context.Context, base, application, company string, cred auth.Credentials) (*Feed, error) {
	hc := newHTTP(application, company)
	token, err := auth.Login(ctx, hc, base, cred)
	if err != nil {
		return nil, err
	}
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token.Secret}) // want: tokenrefresh
	return &Feed{
		base: base,
		hc: &http.Client{
			Timeout:   30 * time.Second,
			Transport: &oauth2.Transport{Base: hc.Transport, Source: source},
		},
	}, nil
}

// User is the name of the service account.
func (f *Feed) User(ctx context.Context) (string, error) {
	return user(ctx, f.hc, f.base, "")
}

// Cache keeps a token with its end.
type Cache struct {
	base string
	hc   *http.Client
	cred auth.Credentials

	mu    sync.Mutex
	token auth.Token
}

// NewCache is a cache that logs in when it is first used.
func NewCache(base, application, company string, cred auth.Credentials) *Cache {
	return &Cache{base: base, hc: newHTTP(application, company), cred: cred}
}

// Token compares the wrong way: it logs in while the token is good and keeps it when it has ended.
//
// "The bearer token used to perform the API call has expired."
func (c *Cache) Token(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token.Secret != "" && time.Now().After(c.token.ExpiresOn) { // want: tokenrefresh
		return c.token.Secret, nil
	}
	token, err := auth.Login(ctx, c.hc, c.base, c.cred)
	if err != nil {
		return "", err
	}
	c.token = token
	return token.Secret, nil
}

// Once asks with a token per call, which needs no refresh.
func (c *Cache) Once(ctx context.Context) (string, error) {
	token, err := auth.Login(ctx, c.hc, c.base, c.cred)
	if err != nil {
		return "", err
	}
	return user(ctx, c.hc, c.base, token.Secret)
}

// Package tokens reads links with tokens that it keeps for longer than they live.
//
// Flanks: "401 UNAUTHORIZED": "The provided authentication credentials were invalid", as they are after an hour.
package tokens

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"example.com/flanks/wrong/call"
	"example.com/flanks/wrong/grant"
)

// Simple does not decode how long its token lives.
type Simple struct {
	cfg   call.Config
	hc    *http.Client
	mu    sync.Mutex
	token string
}

// NewSimple returns a Simple.
func NewSimple(cfg call.Config) *Simple { return &Simple{cfg: cfg, hc: call.NewUnsigned(cfg.Pool)} }

// Link returns the name of a link.
func (s *Simple) Link(ctx context.Context, id string) (string, error) {
	token, err := s.signIn(ctx)
	if err != nil {
		return "", err
	}
	return link(ctx, s.hc, s.cfg.Base(), token, id)
}

func (s *Simple) signIn(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" {
		return s.token, nil
	}
	req, err := grant.Request(ctx, s.cfg.Base(), s.cfg.ID, s.cfg.Secret)
	if err != nil {
		return "", err
	}
	resp, err := s.hc.Do(req)
	if err != nil {
		return "", err
	}
	defer call.Close(resp)
	if err := call.Check(resp); err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return "", err
	}
	s.token = answer.AccessToken // want: tokenrefresh
	return s.token, nil
}

// Misspelt decodes a field that the vendor does not send, and takes its absence for "no end".
type Misspelt struct {
	cfg    call.Config
	hc     *http.Client
	mu     sync.Mutex
	token  string
	expiry time.Time
}

// NewMisspelt returns a Misspelt.
func NewMisspelt(cfg call.Config) *Misspelt {
	return &Misspelt{cfg: cfg, hc: call.NewUnsigned(cfg.Pool)}
}

// Link returns the name of a link.
func (m *Misspelt) Link(ctx context.Context, id string) (string, error) {
	token, err := m.signIn(ctx)
	if err != nil {
		return "", err
	}
	return link(ctx, m.hc, m.cfg.Base(), token, id)
}

func (m *Misspelt) signIn(ctx context.Context) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.token != "" && (m.expiry.IsZero() || time.Now().Before(m.expiry)) {
		return m.token, nil
	}
	req, err := grant.Request(ctx, m.cfg.Base(), m.cfg.ID, m.cfg.Secret)
	if err != nil {
		return "", err
	}
	resp, err := m.hc.Do(req)
	if err != nil {
		return "", err
	}
	defer call.Close(resp)
	if err := call.Check(resp); err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	var answer struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expire_in"` // want: tokenrefresh
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return "", err
	}
	m.token = answer.AccessToken
	if answer.ExpiresIn > 0 {
		m.expiry = time.Now().Add(time.Duration(answer.ExpiresIn) * time.Second)
	}
	return m.token, nil
}

// Late has a margin with the wrong sign: it renews five minutes after the end.
type Late struct {
	cfg    call.Config
	hc     *http.Client
	mu     sync.Mutex
	token  string
	expiry time.Time
}

// NewLate returns a Late.
func NewLate(cfg call.Config) *Late { return &Late{cfg: cfg, hc: call.NewUnsigned(cfg.Pool)} }

// Link returns the name of a link.
func (l *Late) Link(ctx context.Context, id string) (string, error) {
	token, err := l.signIn(ctx)
	if err != nil {
		return "", err
	}
	return link(ctx, l.hc, l.cfg.Base(), token, id)
}

func (l *Late) signIn(ctx context.Context) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.token != "" && time.Now().Add(-5*time.Minute).Before(l.expiry) { // want: tokenrefresh
		return l.token, nil
	}
	tok, err := grant.Fetch(ctx, l.hc, l.cfg.Base(), l.cfg.ID, l.cfg.Secret)
	if err != nil {
		return "", err
	}
	l.token, l.expiry = tok.AccessToken, time.Now().Add(time.Duration(tok.ExpiresIn)*time.Second)
	return l.token, nil
}

// Unguarded renews in time, and lets every goroutine do so at once: Links asks for as many tokens as there are links.
type Unguarded struct {
	cfg    call.Config
	hc     *http.Client
	token  string
	expiry time.Time
}

// NewUnguarded returns an Unguarded.
func NewUnguarded(cfg call.Config) *Unguarded {
	return &Unguarded{cfg: cfg, hc: call.NewUnsigned(cfg.Pool)}
}

// Links returns the names of links, eight at a time.
func (u *Unguarded) Links(ctx context.Context, ids []string) ([]string, error) {
	var (
		wg    sync.WaitGroup
		names = make([]string, len(ids))
		errs  = make([]error, len(ids))
		slots = make(chan struct{}, 8)
	)
	for i, id := range ids {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			token, err := u.signIn(ctx)
			if err != nil {
				errs[i] = err
				return
			}
			names[i], errs[i] = link(ctx, u.hc, u.cfg.Base(), token, id)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

func (u *Unguarded) signIn(ctx context.Context) (string, error) {
	if u.token != "" && time.Until(u.expiry) > time.Minute {
		return u.token, nil
	}
	tok, err := grant.Fetch(ctx, u.hc, u.cfg.Base(), u.cfg.ID, u.cfg.Secret)
	if err != nil {
		return "", err
	}
	u.token = tok.AccessToken // want: tokenrefresh
	u.expiry = time.Now().Add(time.Duration(tok.ExpiresIn) * time.Second)
	return tok.AccessToken, nil
}

// Shared takes a token from the shared package, and leaves its life there.
type Shared struct {
	cfg   call.Config
	hc    *http.Client
	token string
}

// NewShared signs in and returns a Shared.
func NewShared(ctx context.Context, cfg call.Config) (*Shared, error) {
	hc := call.NewUnsigned(cfg.Pool)
	tok, err := grant.Fetch(ctx, hc, cfg.Base(), cfg.ID, cfg.Secret)
	if err != nil {
		return nil, err
	}
	return &Shared{cfg: cfg, hc: hc, token: tok.AccessToken}, nil // want: tokenrefresh
}

// Link returns the name of a link.
func (s *Shared) Link(ctx context.Context, id string) (string, error) {
	return link(ctx, s.hc, s.cfg.Base(), s.token, id)
}

// The process's token, from the first call to the last.
var (
	processMu    sync.Mutex
	processToken string
)

// LinkOf returns the name of a link, with the token of the process.
func LinkOf(ctx context.Context, cfg call.Config, id string) (string, error) {
	hc := call.NewUnsigned(http.DefaultTransport)
	processMu.Lock()
	defer processMu.Unlock()
	if processToken == "" {
		tok, err := grant.Fetch(ctx, hc, cfg.Base(), cfg.ID, cfg.Secret)
		if err != nil {
			return "", err
		}
		processToken = tok.AccessToken // want: tokenrefresh
	}
	return link(ctx, hc, cfg.Base(), processToken, id)
}

// PerCall asks for a token each time, which is slow and right.
type PerCall struct {
	cfg call.Config
	hc  *http.Client
}

// NewPerCall returns a PerCall.
func NewPerCall(cfg call.Config) *PerCall { return &PerCall{cfg: cfg, hc: call.NewUnsigned(cfg.Pool)} }

// Link returns the name of a link.
func (p *PerCall) Link(ctx context.Context, id string) (string, error) {
	tok, err := grant.Fetch(ctx, p.hc, p.cfg.Base(), p.cfg.ID, p.cfg.Secret)
	if err != nil {
		return "", err
	}
	return link(ctx, p.hc, p.cfg.Base(), tok.AccessToken, id)
}

// link asks with the token that it is given.
func link(ctx context.Context, hc *http.Client, base, token, id string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/v0/links/"+url.PathEscape(id), nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := hc.Do(req)
	if err != nil {
		return "", err
	}
	return name(resp)
}

// name owns the answer.
func name(resp *http.Response) (string, error) {
	defer call.Close(resp)
	if err := call.Check(resp); err != nil {
		return "", err
	}
	var out struct {
		Name *string `json:"name"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || out.Name == nil {
		return "", err
	}
	return *out.Name, nil
}

package session

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"

	"example.com/aelix/wrong/httpx"
	"example.com/aelix/wrong/tokens"
	"golang.org/x/oauth2"
)

// Frozen sends the headers that its constructor made.
type Frozen struct {
	base   string
	hc     *http.Client
	header http.Header
}

// NewFrozen signs in once and freezes the token in a header.
func NewFrozen(ctx context.Context, base string, login Login) (*Frozen, error) {
	hc := httpx.NewRetrying(nil)
	tok, err := tokens.Fetch(ctx, hc, login.TokenURL, login.ID, login.Secret)
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	header.Set("Authorization", "Bearer "+tok.AccessToken)
	return &Frozen{base: base, hc: hc, header: header}, nil // want: tokenrefresh
}

// Balance returns the balance of an account.
func (f *Frozen) Balance(ctx context.Context, id string) (int64, error) {
	path := f.base + "/v1/accounts/" + url.PathEscape(id) + "/balance"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return 0, err
	}
	req.Header = f.header.Clone()
	resp, err := f.hc.Do(req)
	if err != nil {
		return 0, err
	}
	return amount(resp)
}

// Static lets oauth2 sign, with a token that oauth2 is told never ends.
type Static struct {
	base string
	hc   *http.Client
}

// NewStatic signs in once.
func NewStatic(ctx context.Context, base string, login Login) (*Static, error) {
	hc := httpx.NewRetrying(nil)
	tok, err := tokens.Fetch(ctx, hc, login.TokenURL, login.ID, login.Secret)
	if err != nil {
		return nil, err
	}
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: tok.AccessToken}) // want: tokenrefresh
	return &Static{base: base, hc: &http.Client{
		Timeout:   hc.Timeout,
		Transport: &oauth2.Transport{Source: source, Base: hc.Transport},
	}}, nil
}

// Balance returns the balance of an account.
func (s *Static) Balance(ctx context.Context, id string) (int64, error) {
	path := s.base + "/v1/accounts/" + url.PathEscape(id) + "/balance"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return 0, err
	}
	resp, err := s.hc.Do(req)
	if err != nil {
		return 0, err
	}
	return amount(resp)
}

// Keyed sends the credential that an option gave it: a key from the portal, which does not end.
type Keyed struct {
	base   string
	hc     *http.Client
	bearer string
}

// Option changes a Keyed as it is made.
type Option func(*Keyed)

// WithBearer sets the credential.
func WithBearer(s string) Option { return func(k *Keyed) { k.bearer = s } }

// NewKeyed returns a Keyed.
func NewKeyed(base string, opts ...Option) *Keyed {
	k := &Keyed{base: base, hc: httpx.NewRetrying(nil)}
	for _, opt := range opts {
		opt(k)
	}
	return k
}

// Connect gives it a token instead, which does end.
func Connect(ctx context.Context, base string, login Login) (*Keyed, error) {
	tok, err := tokens.Fetch(ctx, httpx.NewRetrying(http.DefaultTransport), login.TokenURL, login.ID, login.Secret)
	if err != nil {
		return nil, err
	}
	return NewKeyed(base, WithBearer(tok.AccessToken)), nil // want: tokenrefresh
}

// Balance returns the balance of an account.
func (k *Keyed) Balance(ctx context.Context, id string) (int64, error) {
	if k.bearer == "" {
		return 0, errors.New("session: no credential")
	}
	return balance(ctx, k.hc, k.base, k.bearer, id)
}

// Stale renews its token on a 401, and repeats the request that carries the old one.
type Stale struct {
	base  string
	login Login
	hc    *http.Client
	mu    sync.Mutex
	token string
}

// NewStale returns a Stale that starts with a token from elsewhere.
func NewStale(base string, login Login, token string) *Stale {
	return &Stale{base: base, login: login, hc: httpx.NewRetrying(nil), token: token}
}

// Balance returns the balance of an account.
func (s *Stale) Balance(ctx context.Context, id string) (int64, error) {
	path := s.base + "/v1/accounts/" + url.PathEscape(id) + "/balance"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := s.hc.Do(req)
	if err != nil {
		return 0, err
	}
	if resp.StatusCode == http.StatusUnauthorized {
		httpx.Close(resp)
		tok, err := tokens.Fetch(ctx, s.hc, s.login.TokenURL, s.login.ID, s.login.Secret)
		if err != nil {
			return 0, err
		}
		s.token = tok.AccessToken
		if resp, err = s.hc.Do(req); err != nil { // want: tokenrefresh
			return 0, err
		}
	}
	return amount(resp)
}

// Retold writes the new token to the request: a client that learns of the end from the 401 is right.
type Retold struct {
	base  string
	login Login
	hc    *http.Client
	mu    sync.Mutex
	token string
}

// NewRetold returns a Retold that starts with a token from elsewhere.
func NewRetold(base string, login Login, token string) *Retold {
	return &Retold{base: base, login: login, hc: httpx.NewRetrying(nil), token: token}
}

// Balance returns the balance of an account.
func (r *Retold) Balance(ctx context.Context, id string) (int64, error) {
	path := r.base + "/v1/accounts/" + url.PathEscape(id) + "/balance"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return 0, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	req.Header.Set("Authorization", "Bearer "+r.token)
	resp, err := r.hc.Do(req)
	if err != nil {
		return 0, err
	}
	if resp.StatusCode == http.StatusUnauthorized {
		httpx.Close(resp)
		tok, err := tokens.Fetch(ctx, r.hc, r.login.TokenURL, r.login.ID, r.login.Secret)
		if err != nil {
			return 0, err
		}
		r.token = tok.AccessToken
		req.Header.Set("Authorization", "Bearer "+r.token)
		if resp, err = r.hc.Do(req); err != nil {
			return 0, err
		}
	}
	return amount(resp)
}

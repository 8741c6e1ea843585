// Package session holds the ways in which the daemons of this house keep their tokens. None outlives its token.
package session

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"

	"example.com/basiq/wrong/auth"
	"example.com/basiq/wrong/basiqerr"
	"example.com/basiq/wrong/transport"
)

func newHTTP() *http.Client {
	return &http.Client{Timeout: 30 * time.Second, Transport: transport.NewRetry(transport.Base())}
}

// email asks for a user's address with a token, if there is one to add.
func email(ctx context.Context, hc *http.Client, base, user, access string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/users/"+url.PathEscape(user), nil)
	if err != nil {
		return "", err
	}
	if access != "" {
		req.Header.Set("Authorization", "Bearer "+access)
	}
	resp, err := hc.Do(req)
	if err != nil {
		return "", fmt.Errorf("user: %w", err)
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return "", fmt.Errorf("user: %w", err)
	}
	var out struct {
		Email string `json:"email"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("user: %w", err)
	}
	return out.Email, nil
}

// newTokenRequest asks for a server token.
func newTokenRequest(ctx context.Context, base, key string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/token", strings.NewReader("scope=SERVER_ACCESS"))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("basiq-version", "3.0")
	req.Header.Set("Authorization", "Basic "+key)
	return req, nil
}

// Session asks for a token once.
type Session struct {
	base string
	key  string
	hc   *http.Client

	mu     sync.Mutex
	access string
}

// New is a session that asks for its token when it is first used.
func New(base, key string) *Session {
	return &Session{base: base, key: key, hc: newHTTP()}
}

// Email is the address of a user.
func (s *Session) Email(ctx context.Context, user string) (string, error) {
	access, err := s.bearer(ctx)
	if err != nil {
		return "", err
	}
	return email(ctx, s.hc, s.base, user, access)
}

// bearer is the first token, for ever.
//
// "Codes in the 4xx range indicate an error that failed given the information provided": after an hour, 403 "Token has
// expired".
func (s *Session) bearer(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.access != "" {
		return s.access, nil
	}
	req, err := newTokenRequest(ctx, s.base, s.key)
	if err != nil {
		return "", err
	}
	resp, err := s.hc.Do(req)
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	var out struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	s.access = out.AccessToken // want: tokenrefresh
	return s.access, nil
}

// Keeper keeps the whole answer of the token endpoint, to look at the half of it.
type Keeper struct {
	base string
	key  string
	hc   *http.Client

	mu    sync.Mutex
	grant struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
}

// NewKeeper is a keeper that asks for its token when it is first used.
func NewKeeper(base, key string) *Keeper {
	return &Keeper{base: base, key: key, hc: newHTTP()}
}

// Email is the address of a user.
func (k *Keeper) Email(ctx context.Context, user string) (string, error) {
	access, err := k.bearer(ctx)
	if err != nil {
		return "", err
	}
	return email(ctx, k.hc, k.base, user, access)
}

// bearer decodes the lifetime of the token and never reads it.
//
// "Codes in the 4xx range indicate an error that failed given the information provided": 403 "Token has expired".
func (k *Keeper) bearer(ctx context.Context) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.grant.AccessToken != "" {
		return k.grant.AccessToken, nil
	}
	req, err := newTokenRequest(ctx, k.base, k.key)
	if err != nil {
		return "", err
	}
	resp, err := k.hc.Do(req)
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	if err := json.NewDecoder(resp.Body).Decode(&k.grant); err != nil { // want: tokenrefresh
		return "", fmt.Errorf("token: %w", err)
	}
	return k.grant.AccessToken, nil
}

// Watcher asks for a token through the helper of another package and keeps half of what that returns.
type Watcher struct {
	base string
	key  string
	hc   *http.Client

	mu     sync.Mutex
	access string
}

// NewWatcher is a watcher that asks for its token when it is first used.
func NewWatcher(base, key string) *Watcher {
	return &Watcher{base: base, key: key, hc: newHTTP()}
}

// Email is the address of a user.
func (w *Watcher) Email(ctx context.Context, user string) (string, error) {
	access, err := w.connect(ctx)
	if err != nil {
		return "", err
	}
	return email(ctx, w.hc, w.base, user, access)
}

// connect keeps the token and not its end.
//
// "Codes in the 4xx range indicate an error that failed given the information provided": 403 "Token has expired".
func (w *Watcher) connect(ctx context.Context) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.access == "" {
		token, err := auth.Server(ctx, w.hc, w.base, w.key)
		if err != nil {
			return "", err
		}
		w.access = token.Access // want: tokenrefresh
	}
	return w.access, nil
}

// Feed has a client whose token is built in.
type Feed struct {
	rc *resty.Client
}

// NewFeed asks for a token. The feed then runs for weeks; its token for an hour.
//
// "Codes in the 4xx range indicate an error that failed given the information provided": 403 "Token has expired".
func NewFeed(ctx context.Context, base, key string) (*Feed, error) {
	hc := newHTTP()
	token, err := auth.Server(ctx, hc, base, key)
	if err != nil {
		return nil, err
	}
	rc := resty.NewWithClient(hc).SetBaseURL(base)
	rc.SetAuthToken(token.Access) // want: tokenrefresh
	return &Feed{rc: rc}, nil
}

// Email is the address of a user.
func (f *Feed) Email(ctx context.Context, user string) (string, error) {
	var out struct {
		Email string `json:"email"`
	}
	resp, err := f.rc.R().SetContext(ctx).SetPathParam("user", user).SetResult(&out).Get("/users/{user}")
	if err != nil {
		return "", fmt.Errorf("user: %w", err)
	}
	if resp.IsError() {
		return "", fmt.Errorf("user: %w", basiqerr.Parse(resp.StatusCode(), resp.Body()))
	}
	return out.Email, nil
}

// Reauth is a RoundTripper that renews its token when it is told to, in the way that other vendors tell.
type Reauth struct {
	base string
	key  string
	hc   *http.Client
	rt   http.RoundTripper

	mu     sync.Mutex
	access string
}

// NewReauth is a RoundTripper that retries.
func NewReauth(base, key string) *Reauth {
	rt := transport.NewRetry(transport.Base())
	return &Reauth{base: base, key: key, hc: &http.Client{Timeout: 30 * time.Second, Transport: rt}, rt: rt}
}

// Email is the address of a user.
func (t *Reauth) Email(ctx context.Context, user string) (string, error) {
	return email(ctx, &http.Client{Timeout: 30 * time.Second, Transport: t}, t.base, user, "")
}

// RoundTrip renews the token on 401. Basiq answers 403 when it has expired.
//
// "Codes in the 4xx range indicate an error that failed given the information provided": 403 "Token has expired".
func (t *Reauth) RoundTrip(req *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		t.mu.Lock()
		if t.access == "" {
			token, err := auth.Server(req.Context(), t.hc, t.base, t.key)
			if err != nil {
				t.mu.Unlock()
				if req.Body != nil {
					_ = req.Body.Close()
				}
				return nil, err
			}
			t.access = token.Access
		}
		access := t.access
		t.mu.Unlock()

		out := req.Clone(req.Context())
		out.Header.Set("Authorization", "Bearer "+access)
		resp, err := t.rt.RoundTrip(out)
		if err != nil || resp.StatusCode != http.StatusUnauthorized || req.Body != nil || attempt == 2 { // want: tokenrefresh
			return resp, err
		}
		transport.Drain(resp)
		t.mu.Lock()
		if t.access == access {
			t.access = ""
		}
		t.mu.Unlock()
	}
}

// Cache keeps a token with its end.
type Cache struct {
	base string
	key  string
	hc   *http.Client

	mu    sync.Mutex
	token auth.Token
}

// NewCache is a cache that asks for a token when one is first wanted.
func NewCache(base, key string) *Cache {
	return &Cache{base: base, key: key, hc: newHTTP()}
}

const margin = time.Minute

// Email is the address of a user.
func (c *Cache) Email(ctx context.Context, user string) (string, error) {
	access, err := c.bearer(ctx)
	if err != nil {
		return "", err
	}
	return email(ctx, c.hc, c.base, user, access)
}

// bearer has its margin on the wrong side: it keeps the token for a minute after its end.
//
// "Codes in the 4xx range indicate an error that failed given the information provided": 403 "Token has expired".
func (c *Cache) bearer(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token.Access != "" && time.Now().Add(-margin).Before(c.token.Expires) { // want: tokenrefresh
		return c.token.Access, nil
	}
	token, err := auth.Server(ctx, c.hc, c.base, c.key)
	if err != nil {
		return "", err
	}
	c.token = token
	return token.Access, nil
}

// Once asks with a token per call, which needs no refresh.
func (c *Cache) Once(ctx context.Context, user string) (string, error) {
	token, err := auth.Server(ctx, c.hc, c.base, c.key)
	if err != nil {
		return "", err
	}
	return email(ctx, c.hc, c.base, user, token.Access)
}

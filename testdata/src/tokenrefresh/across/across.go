// Package across keeps tokens that another package fetches.
package across

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"
	"golang.org/x/oauth2"

	"tokenrefresh/tokens"
)

func get(hc *http.Client, token string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, "https://api.example.com/", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return hc.Do(req)
}

// Fetched when there is none.

type Lazy struct {
	hc    *http.Client
	mu    sync.Mutex
	token string
}

func (l *Lazy) Get() (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.token == "" { // want `it stays in token and its lifetime \(expires_in\) is never looked at`
		tok, err := tokens.Fetch(l.hc, "https://api.example.com", "id", "x")
		if err != nil {
			return nil, err
		}
		l.token = tok.AccessToken
	}
	return get(l.hc, l.token)
}

// Fetched by a constructor: the text alone, and a grant.

type Text struct{ token string }

func NewText(hc *http.Client) (*Text, error) {
	token, err := tokens.Text(hc, "https://api.example.com", "id", "x")
	if err != nil {
		return nil, err
	}
	return &Text{token: token}, nil // want `it is fetched once and stays in token`
}

func (t *Text) Get() (*http.Response, error) { return get(http.DefaultClient, t.token) }

type Granted struct{ token string }

func NewGranted(hc *http.Client) (*Granted, error) {
	g, err := tokens.Login(hc, "https://api.example.com", "key")
	if err != nil {
		return nil, err
	}
	return &Granted{token: g.Secret}, nil // want `it stays in token and its lifetime \(ExpiresOn\) is never looked at`
}

func (g *Granted) Get() (*http.Response, error) { return get(http.DefaultClient, g.token) }

// In headers, an option, a hook, a static source.

type Headers struct{ header http.Header }

func NewHeaders(hc *http.Client) (*Headers, error) {
	tok, err := tokens.Fetch(hc, "https://api.example.com", "id", "x")
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	header.Set("Authorization", "Bearer "+tok.AccessToken) // want `it stays in a map of headers`
	return &Headers{header: header}, nil
}

func (h *Headers) Get(req *http.Request) (*http.Response, error) {
	req.Header = h.header.Clone()
	return http.DefaultClient.Do(req)
}

type Keyed struct{ bearer string }

type Option func(*Keyed)

func WithBearer(s string) Option { return func(k *Keyed) { k.bearer = s } }

func NewKeyed(opts ...Option) *Keyed {
	k := new(Keyed)
	for _, opt := range opts {
		opt(k)
	}
	return k
}

func Connect(hc *http.Client) (*Keyed, error) {
	tok, err := tokens.Fetch(hc, "https://api.example.com", "id", "x")
	if err != nil {
		return nil, err
	}
	return NewKeyed(WithBearer(tok.AccessToken)), nil // want `it stays in bearer`
}

func (k *Keyed) Get() (*http.Response, error) { return get(http.DefaultClient, k.bearer) }

type Rest struct{ rc *resty.Client }

func NewRest(hc *http.Client) (*Rest, error) {
	tok, err := tokens.Fetch(hc, "https://api.example.com", "id", "x")
	if err != nil {
		return nil, err
	}
	rc := resty.NewWithClient(hc)
	rc.SetAuthToken(tok.AccessToken) // want `it stays in the client's headers`
	return &Rest{rc: rc}, nil
}

type Signed struct{ hc *http.Client }

func NewSigned(hc *http.Client) (*Signed, error) {
	g, err := tokens.Login(hc, "https://api.example.com", "key")
	if err != nil {
		return nil, err
	}
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: g.Secret}) // want `a static source never renews it`
	return &Signed{hc: oauth2.NewClient(context.Background(), source)}, nil
}

// Ends that are compared the wrong way, or too late.

type Inverted struct {
	hc    *http.Client
	token tokens.Grant
}

func (c *Inverted) Get() (*http.Response, error) {
	if c.token.Secret != "" && time.Now().After(c.token.ExpiresOn) { // want `the comparison of ExpiresOn is the wrong way round`
		return get(c.hc, c.token.Secret)
	}
	g, err := tokens.Login(c.hc, "https://api.example.com", "key")
	if err != nil {
		return nil, err
	}
	c.token = g
	return get(c.hc, g.Secret)
}

type Late struct {
	hc    *http.Client
	token tokens.Grant
}

func (c *Late) Get() (*http.Response, error) {
	if c.token.Secret != "" && time.Now().Add(-time.Minute).Before(c.token.ExpiresOn) { // want `used for 1m0s after its end`
		return get(c.hc, c.token.Secret)
	}
	g, err := tokens.Login(c.hc, "https://api.example.com", "key")
	if err != nil {
		return nil, err
	}
	c.token = g
	return get(c.hc, g.Secret)
}

type Minutes struct {
	hc    *http.Client
	token string
	until time.Time
}

func (c *Minutes) Get() (*http.Response, error) {
	if time.Now().After(c.until) {
		tok, err := tokens.Fetch(c.hc, "https://api.example.com", "id", "x")
		if err != nil {
			return nil, err
		}
		c.token = tok.AccessToken
		c.until = time.Now().Add(time.Duration(tok.ExpiresIn) * time.Minute) // want `ExpiresIn is in seconds and taken for minutes`
	}
	return get(c.hc, c.token)
}

// Renewed on 401, with and without telling the request.

type Stale struct {
	hc    *http.Client
	token string
}

func (s *Stale) Do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := s.hc.Do(req)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	resp.Body.Close()
	tok, err := tokens.Fetch(s.hc, "https://api.example.com", "id", "x")
	if err != nil {
		return nil, err
	}
	s.token = tok.AccessToken
	return s.hc.Do(req) // want `the repeated request still carries the old token`
}

type Told struct {
	hc    *http.Client
	token string
}

func (s *Told) Do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := s.hc.Do(req)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	resp.Body.Close()
	tok, err := tokens.Fetch(s.hc, "https://api.example.com", "id", "x")
	if err != nil {
		return nil, err
	}
	s.token = tok.AccessToken
	req.Header.Set("Authorization", "Bearer "+s.token)
	return s.hc.Do(req)
}

// The end has its margin already where it is made.

type Ahead struct {
	hc    *http.Client
	token tokens.Early
}

func (c *Ahead) Get() (*http.Response, error) {
	if c.token.Token != "" && time.Now().Add(-time.Minute).Before(c.token.Until) {
		return get(c.hc, c.token.Token)
	}
	e, err := tokens.Ahead(c.hc, "https://api.example.com", "key")
	if err != nil {
		return nil, err
	}
	c.token = e
	return get(c.hc, e.Token)
}

// Renewed before its end.

type Renewing struct {
	hc    *http.Client
	token string
	until time.Time
}

func (c *Renewing) Get() (*http.Response, error) {
	if time.Until(c.until) < time.Minute {
		tok, err := tokens.Fetch(c.hc, "https://api.example.com", "id", "x")
		if err != nil {
			return nil, err
		}
		c.token, c.until = tok.AccessToken, time.Now().Add(time.Duration(tok.ExpiresIn)*time.Second)
	}
	return get(c.hc, c.token)
}

// One token a call.

type PerCall struct{ hc *http.Client }

func (c *PerCall) Get() (*http.Response, error) {
	tok, err := tokens.Fetch(c.hc, "https://api.example.com", "id", "x")
	if err != nil {
		return nil, err
	}
	return get(c.hc, tok.AccessToken)
}

// A second method fetches it again; an option with a token of the user.

type Again struct {
	hc    *http.Client
	token string
}

func NewAgain(hc *http.Client) (*Again, error) {
	a := &Again{hc: hc}
	return a, a.Login()
}

func (a *Again) Login() error {
	tok, err := tokens.Fetch(a.hc, "https://api.example.com", "id", "x")
	if err != nil {
		return err
	}
	a.token = tok.AccessToken
	return nil
}

func (a *Again) Get() (*http.Response, error) { return get(a.hc, a.token) }

func NewPersonal(text string) (*Keyed, error) {
	p, err := tokens.Configured(text)
	if err != nil {
		return nil, err
	}
	return NewKeyed(WithBearer(p.Token)), nil
}

// Headers that are written again.

type Rewritten struct{ header http.Header }

func NewRewritten(hc *http.Client) (*Rewritten, error) {
	tok, err := tokens.Fetch(hc, "https://api.example.com", "id", "x")
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	header.Set("Authorization", "Bearer "+tok.AccessToken)
	return &Rewritten{header: header}, nil
}

func (r *Rewritten) Use(token string) { r.header.Set("Authorization", "Bearer "+token) }

func (r *Rewritten) Get(req *http.Request) (*http.Response, error) {
	req.Header = r.header.Clone()
	return http.DefaultClient.Do(req)
}

// The whole token goes on, to code that may look at its end.

type Handed struct{ token string }

func NewHanded(hc *http.Client, save func(*tokens.Token)) (*Handed, error) {
	tok, err := tokens.Fetch(hc, "https://api.example.com", "id", "x")
	if err != nil {
		return nil, err
	}
	save(tok)
	return &Handed{token: tok.AccessToken}, nil
}

func (h *Handed) Get() (*http.Response, error) { return get(http.DefaultClient, h.token) }

// Another package makes the request; the answer is decoded here.

type Asked struct {
	hc    *http.Client
	token string
}

func (a *Asked) Get() (*http.Response, error) {
	if a.token != "" { // want `it stays in token and its lifetime \(expires_in\) is not decoded`
		return get(a.hc, a.token)
	}
	req, err := tokens.Request("https://api.example.com", "id", "x")
	if err != nil {
		return nil, err
	}
	resp, err := a.hc.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, err
	}
	a.token = answer.AccessToken
	return get(a.hc, a.token)
}

// The whole token is kept, and only its text is looked at.

type Whole struct {
	hc  *http.Client
	tok *tokens.Token
}

func (w *Whole) Get() (*http.Response, error) {
	if w.tok == nil { // want `it stays in tok and its lifetime \(expires_in\) is never looked at`
		tok, err := tokens.Fetch(w.hc, "https://api.example.com", "id", "x")
		if err != nil {
			return nil, err
		}
		w.tok = tok
	}
	return get(w.hc, w.tok.AccessToken)
}

type Value struct {
	hc  *http.Client
	tok tokens.Grant
}

func NewValue(hc *http.Client) (*Value, error) {
	tok, err := tokens.Login(hc, "https://api.example.com", "key")
	if err != nil {
		return nil, err
	}
	return &Value{hc: hc, tok: tok}, nil // want `it stays in tok and its lifetime \(ExpiresOn\) is never looked at`
}

func (v *Value) Get() (*http.Response, error) { return get(v.hc, v.tok.Secret) }

// The same, with a look at the end, or handed to who asks.

type Watched struct {
	hc  *http.Client
	tok tokens.Grant
}

func NewWatched(hc *http.Client) (*Watched, error) {
	tok, err := tokens.Login(hc, "https://api.example.com", "key")
	if err != nil {
		return nil, err
	}
	return &Watched{hc: hc, tok: tok}, nil
}

func (v *Watched) Get() (*http.Response, error) {
	if time.Now().After(v.tok.ExpiresOn) {
		return nil, context.DeadlineExceeded
	}
	return get(v.hc, v.tok.Secret)
}

type Shown struct {
	hc  *http.Client
	tok *tokens.Token
}

func NewShown(hc *http.Client) (*Shown, error) {
	tok, err := tokens.Fetch(hc, "https://api.example.com", "id", "x")
	if err != nil {
		return nil, err
	}
	return &Shown{hc: hc, tok: tok}, nil
}

func (s *Shown) Token() *tokens.Token { return s.tok }

func (s *Shown) Get() (*http.Response, error) { return get(s.hc, s.tok.AccessToken) }

// A client calls a function literal before each request.

type Hooked struct{ rc *resty.Client }

func NewHooked(hc *http.Client) (*Hooked, error) {
	tok, err := tokens.Fetch(hc, "https://api.example.com", "id", "x")
	if err != nil {
		return nil, err
	}
	rc := resty.NewWithClient(hc)
	rc.OnBeforeRequest(func(_ *resty.Client, r *resty.Request) error { // want `it stays in a function literal`
		r.SetAuthToken(tok.AccessToken)
		return nil
	})
	return &Hooked{rc: rc}, nil
}

func NewAsking(hc *http.Client) *Hooked {
	rc := resty.NewWithClient(hc)
	rc.OnBeforeRequest(func(_ *resty.Client, r *resty.Request) error {
		tok, err := tokens.Fetch(hc, "https://api.example.com", "id", "x")
		if err != nil {
			return err
		}
		r.SetAuthToken(tok.AccessToken)
		return nil
	})
	return &Hooked{rc: rc}
}

// Goroutines renew the token together.

type Unguarded struct {
	hc    *http.Client
	token string
	until time.Time
}

func (u *Unguarded) All(n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			if token, err := u.signIn(); err == nil {
				_, _ = get(u.hc, token)
			}
		})
	}
	wg.Wait()
}

func (u *Unguarded) signIn() (string, error) {
	if u.token != "" && time.Until(u.until) > time.Minute {
		return u.token, nil
	}
	tok, err := tokens.Fetch(u.hc, "https://api.example.com", "id", "x")
	if err != nil {
		return "", err
	}
	u.token = tok.AccessToken // want `all goroutines fetch a token at once and race to store it in token`
	u.until = time.Now().Add(time.Duration(tok.ExpiresIn) * time.Second)
	return tok.AccessToken, nil
}

// With a lock; one client for each goroutine; one goroutine.

type Guarded struct {
	mu sync.Mutex
	Unguarded2
}

type Unguarded2 struct {
	hc    *http.Client
	token string
	until time.Time
}

func (u *Unguarded2) signIn() (string, error) {
	if u.token != "" && time.Until(u.until) > time.Minute {
		return u.token, nil
	}
	tok, err := tokens.Fetch(u.hc, "https://api.example.com", "id", "x")
	if err != nil {
		return "", err
	}
	u.token = tok.AccessToken
	u.until = time.Now().Add(time.Duration(tok.ExpiresIn) * time.Second)
	return tok.AccessToken, nil
}

func (g *Guarded) locked() (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.signIn()
}

func (g *Guarded) All(n int) {
	for range n {
		go func() { _, _ = g.locked() }()
	}
}

func (g *Guarded) Each(n int) {
	for range n {
		own := &Unguarded2{hc: g.hc}
		go func() { _, _ = own.signIn() }()
	}
}

func (g *Guarded) Later() {
	go func() { _, _ = g.Unguarded2.signIn() }()
}

func (g *Guarded) Warm(n int) {
	u := &g.Unguarded2
	if _, err := u.signIn(); err != nil {
		return
	}
	for range n {
		go func() { _, _ = u.signIn() }()
	}
}

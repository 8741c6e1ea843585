package tokens

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"example.com/flanks/wrong/call"
	"example.com/flanks/wrong/grant"
	"github.com/go-resty/resty/v2"
	"golang.org/x/oauth2"
)

// Frozen is a resty client that was told one token, once.
type Frozen struct{ rc *resty.Client }

// NewFrozen signs in and sets the token for every request to come.
func NewFrozen(ctx context.Context, cfg call.Config) (*Frozen, error) {
	hc := call.NewUnsigned(cfg.Pool)
	tok, err := grant.Fetch(ctx, hc, cfg.Base(), cfg.ID, cfg.Secret)
	if err != nil {
		return nil, err
	}
	rc := resty.NewWithClient(hc).SetBaseURL(cfg.Base()).SetLogger(call.Quiet{})
	rc.SetAuthToken(tok.AccessToken) // want: tokenrefresh
	return &Frozen{rc: rc}, nil
}

// NewCaptured signs in and lets a hook keep the token.
func NewCaptured(ctx context.Context, cfg call.Config) (*Frozen, error) {
	hc := call.NewUnsigned(cfg.Pool)
	tok, err := grant.Fetch(ctx, hc, cfg.Base(), cfg.ID, cfg.Secret)
	if err != nil {
		return nil, err
	}
	rc := resty.NewWithClient(hc).SetBaseURL(cfg.Base()).SetLogger(call.Quiet{})
	rc.OnBeforeRequest(func(_ *resty.Client, r *resty.Request) error {
		r.SetAuthToken(tok.AccessToken) // want: tokenrefresh
		return nil
	})
	return &Frozen{rc: rc}, nil
}

// NewSigned asks its source before each request: the source knows when to renew.
func NewSigned(cfg call.Config) *Frozen {
	tokens := call.NewTokens(cfg)
	rc := resty.NewWithClient(call.NewUnsigned(cfg.Pool)).SetBaseURL(cfg.Base()).SetLogger(call.Quiet{})
	rc.OnBeforeRequest(func(_ *resty.Client, r *resty.Request) error {
		token, err := tokens.Token(r.Context())
		if err != nil {
			return err
		}
		r.SetAuthToken(token)
		return nil
	})
	return &Frozen{rc: rc}
}

// Link returns the name of a link.
func (f *Frozen) Link(ctx context.Context, id string) (string, error) {
	var out struct {
		Name *string `json:"name"`
	}
	resp, err := f.rc.R().SetContext(ctx).SetResult(&out).Get("/v0/links/" + url.PathEscape(id))
	if err != nil {
		return "", err
	}
	if resp.IsError() {
		return "", call.Parse(resp.StatusCode(), resp.Body())
	}
	if out.Name == nil {
		return "", nil
	}
	return *out.Name, nil
}

// Static lets oauth2 sign, with a source that has one token only.
type Static struct {
	base string
	hc   *http.Client
}

// StaticOption changes a Static as it is made.
type StaticOption func(*Static)

// WithSource sets where tokens come from.
func WithSource(source oauth2.TokenSource) StaticOption {
	return func(s *Static) { s.hc.Transport = &oauth2.Transport{Source: source, Base: s.hc.Transport} }
}

// NewWith returns a Static.
func NewWith(cfg call.Config, opts ...StaticOption) *Static {
	s := &Static{base: cfg.Base(), hc: call.NewUnsigned(cfg.Pool)}
	for _, opt := range opts {
		opt(s)
	}
	return s
}

// NewStatic signs in, and tells oauth2 neither when the token ends nor how to get another.
func NewStatic(ctx context.Context, cfg call.Config) (*Static, error) {
	tok, err := grant.Fetch(ctx, call.NewUnsigned(http.DefaultTransport), cfg.Base(), cfg.ID, cfg.Secret)
	if err != nil {
		return nil, err
	}
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: tok.AccessToken}) // want: tokenrefresh
	return NewWith(cfg, WithSource(source)), nil
}

// NewReusing has oauth2 ask for another in time.
func NewReusing(cfg call.Config) *Static {
	return NewWith(cfg, WithSource(oauth2.ReuseTokenSource(nil, &source{cfg: cfg, hc: call.NewUnsigned(cfg.Pool)})))
}

type source struct {
	cfg call.Config
	hc  *http.Client
}

// Token implements oauth2.TokenSource.
func (s *source) Token() (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	tok, err := grant.Fetch(ctx, s.hc, s.cfg.Base(), s.cfg.ID, s.cfg.Secret)
	if err != nil {
		return nil, err
	}
	expiry := time.Now().Add(time.Duration(tok.ExpiresIn) * time.Second)
	return &oauth2.Token{AccessToken: tok.AccessToken, Expiry: expiry}, nil
}

// Link returns the name of a link.
func (s *Static) Link(ctx context.Context, id string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/v0/links/"+url.PathEscape(id), nil)
	if err != nil {
		return "", err
	}
	resp, err := s.hc.Do(req)
	if err != nil {
		return "", err
	}
	return name(resp)
}

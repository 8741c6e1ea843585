// Package monitor looks after links, often and all day.
package monitor

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"example.com/flanks/wrong/call"
	"github.com/go-resty/resty/v2"
)

// Watcher asks for links, and each time over a new connection.
type Watcher struct {
	base string
	hc   *http.Client
}

// NewPoller returns a Watcher whose pool keeps nothing.
func NewPoller(cfg call.Config) *Watcher {
	pool := http.DefaultTransport.(*http.Transport).Clone()
	pool.DisableKeepAlives = true // want: keepalive
	cfg.Pool = pool
	return &Watcher{base: cfg.Base(), hc: call.NewHTTP(cfg)}
}

// NewCourier returns a Watcher over the shared pool, which keeps nothing either.
func NewCourier(cfg call.Config) *Watcher {
	cfg.Pool = call.OneShot()
	return &Watcher{base: cfg.Base(), hc: call.NewHTTP(cfg)}
}

// Option changes a Watcher as it is made.
type Option func(*http.Transport)

// WithFreshConnections was a cure for a firewall that is long gone.
func WithFreshConnections() Option {
	return func(t *http.Transport) { t.DisableKeepAlives = true } // want: keepalive
}

// WithIdle keeps n idle connections.
func WithIdle(n int) Option { return func(t *http.Transport) { t.MaxIdleConnsPerHost = n } }

// New returns a Watcher whose pool is what the options make of it.
func New(cfg call.Config, opts ...Option) *Watcher {
	pool := call.NewPool()
	for _, opt := range opts {
		opt(pool)
	}
	cfg.Pool = pool
	return &Watcher{base: cfg.Base(), hc: call.NewHTTP(cfg)}
}

// NewBehindFirewall returns the Watcher of the old site.
func NewBehindFirewall(cfg call.Config) *Watcher { return New(cfg, WithFreshConnections()) }

// Name returns the name of a link.
func (w *Watcher) Name(ctx context.Context, id string) (string, error) {
	req, err := w.request(ctx, id)
	if err != nil {
		return "", err
	}
	return w.read(req)
}

// Fresh asks for the connection to be closed.
func (w *Watcher) Fresh(ctx context.Context, id string) (string, error) {
	req, err := w.request(ctx, id)
	if err != nil {
		return "", err
	}
	req.Close = true // want: keepalive
	return w.read(req)
}

// Sweep asks for links one after the other; the helper that it calls leaves a connection behind for each.
func (w *Watcher) Sweep(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if err := call.Alive(ctx, w.hc, w.base+"/v0/links/"+url.PathEscape(id)); err != nil {
			return err
		}
	}
	return nil
}

func (w *Watcher) request(ctx context.Context, id string) (*http.Request, error) {
	return http.NewRequestWithContext(ctx, http.MethodGet, w.base+"/v0/links/"+url.PathEscape(id), nil)
}

// read is as it should be.
func (w *Watcher) read(req *http.Request) (string, error) {
	resp, err := w.hc.Do(req)
	if err != nil {
		return "", err
	}
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

// Screen asks with resty.
type Screen struct{ rc *resty.Client }

// NewScreen returns a Screen that closes its connection after each request.
func NewScreen(cfg call.Config) *Screen {
	return &Screen{rc: call.NewREST(cfg).SetCloseConnection(true)} // want: keepalive
}

// NewWall returns a Screen that does not.
func NewWall(cfg call.Config) *Screen { return &Screen{rc: call.NewREST(cfg)} }

// Name returns the name of a link.
func (s *Screen) Name(ctx context.Context, id string) (string, error) {
	var out struct {
		Name *string `json:"name"`
	}
	resp, err := s.rc.R().SetContext(ctx).SetResult(&out).Get("/v0/links/" + url.PathEscape(id))
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

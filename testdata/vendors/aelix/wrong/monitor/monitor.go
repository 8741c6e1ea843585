// Package monitor looks after accounts, often and all day, with an API key from the portal.
//
// Aelix: "Enable connection keep-alive in your HTTP client to avoid TCP handshake overhead".
package monitor

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"time"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
)

// Watcher asks for the status of accounts.
type Watcher struct {
	base string
	key  string
	hc   *http.Client
}

// NewPoller returns a Watcher that connects anew for each look.
func NewPoller(base, key string) *Watcher {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableKeepAlives = true // want: keepalive
	return &Watcher{base: base, key: key, hc: httpx.NewRetrying(t)}
}

// NewCourier returns a Watcher over the shared transport, which does not keep connections either.
func NewCourier(base, key string) *Watcher {
	return &Watcher{base: base, key: key, hc: httpx.NewRetrying(httpx.OneShot())}
}

// NewBroad returns a Watcher that may open sixty-four connections, and keeps two of them.
func NewBroad(base, key string) *Watcher {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxConnsPerHost = 64 // want: keepalive
	return &Watcher{base: base, key: key, hc: httpx.NewRetrying(t)}
}

// NewSteady returns a Watcher with a transport that is as it should be.
func NewSteady(base, key string) *Watcher {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxConnsPerHost, t.MaxIdleConnsPerHost = 64, 64
	return &Watcher{base: base, key: key, hc: httpx.NewRetrying(t)}
}

// Status returns the status of an account.
func (w *Watcher) Status(ctx context.Context, id string) (string, error) {
	req, err := w.request(ctx, id)
	if err != nil {
		return "", err
	}
	return w.read(req)
}

// Fresh asks for its connection to be closed.
func (w *Watcher) Fresh(ctx context.Context, id string) (string, error) {
	req, err := w.request(ctx, id)
	if err != nil {
		return "", err
	}
	req.Close = true // want: keepalive
	return w.read(req)
}

// Polite asks the server to close it.
func (w *Watcher) Polite(ctx context.Context, id string) (string, error) {
	req, err := w.request(ctx, id)
	if err != nil {
		return "", err
	}
	req.Header.Set("Connection", "close") // want: keepalive
	return w.read(req)
}

// Alive needs the status only, and throws away the connection with the answer.
func (w *Watcher) Alive(ctx context.Context, id string) error {
	req, err := w.request(ctx, id)
	if err != nil {
		return err
	}
	resp, err := w.hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() // want: keepalive
	return apierr.Check(resp)
}

// Sweep touches accounts one after the other; the helper that it calls leaves a connection behind for each.
func (w *Watcher) Sweep(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if err := httpx.Touch(ctx, w.hc, w.base+"/v1/accounts/"+url.PathEscape(id), w.key); err != nil {
			return err
		}
	}
	return nil
}

func (w *Watcher) request(ctx context.Context, id string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.base+"/v1/accounts/"+url.PathEscape(id), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+w.key)
	return req, nil
}

// read is as it should be.
func (w *Watcher) read(req *http.Request) (string, error) {
	resp, err := w.hc.Do(req)
	if err != nil {
		return "", err
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return "", err
	}
	var out struct {
		Data struct {
			Status string `json:"status"`
		} `json:"data"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.Status, err
}

// Fleet asks for many balances at once, through a transport that its options may change.
type Fleet struct {
	base      string
	key       string
	transport *http.Transport
	hc        *http.Client
}

// Option changes a Fleet as it is made.
type Option func(*Fleet)

// WithoutReuse was a cure for a proxy that is long gone.
func WithoutReuse() Option {
	return func(f *Fleet) { f.transport.DisableKeepAlives = true } // want: keepalive
}

// WithIdle keeps n idle connections.
func WithIdle(n int) Option {
	return func(f *Fleet) { f.transport.MaxIdleConnsPerHost = n }
}

// WithIdleTimeout closes connections that nobody has used for d.
func WithIdleTimeout(d time.Duration) Option {
	return func(f *Fleet) { f.transport.IdleConnTimeout = d }
}

// NewFleet returns a Fleet.
func NewFleet(base, key string, opts ...Option) *Fleet {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 32
	f := &Fleet{base: base, key: key, transport: t}
	for _, opt := range opts {
		opt(f)
	}
	f.hc = httpx.NewRetrying(f.transport)
	return f
}

// NewBehindProxy returns the Fleet of the old site.
func NewBehindProxy(base, key string) *Fleet { return NewFleet(base, key, WithoutReuse()) }

// Balance returns the balance of an account.
func (f *Fleet) Balance(ctx context.Context, id string) (int64, error) {
	return balance(ctx, f.hc, f.base, f.key, id)
}

// Swarm asks sixteen at a time over a transport that keeps two connections.
type Swarm struct {
	base string
	key  string
	hc   *http.Client
}

// NewSwarm returns a Swarm.
func NewSwarm(base, key string) *Swarm {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.IdleConnTimeout = 30 * time.Second
	return &Swarm{base: base, key: key, hc: httpx.NewRetrying(t)}
}

// Balances returns the balances of all accounts.
func (s *Swarm) Balances(ctx context.Context, ids []string) ([]int64, error) {
	var (
		wg    sync.WaitGroup
		out   = make([]int64, len(ids))
		errs  = make([]error, len(ids))
		slots = make(chan struct{}, 16)
	)
	for i, id := range ids {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			out[i], errs[i] = balance(ctx, s.hc, s.base, s.key, id) // want: keepalive
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func balance(ctx context.Context, hc *http.Client, base, key, id string) (int64, error) {
	path := base + "/v1/accounts/" + url.PathEscape(id) + "/balance"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := hc.Do(req)
	if err != nil {
		return 0, err
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return 0, err
	}
	var out struct {
		Data struct {
			Amount int64 `json:"amount"`
		} `json:"data"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.Amount, err
}

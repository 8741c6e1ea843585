// Package shared makes clients for others.
package shared

import (
	"context"
	"net/http"
	"time"
)

// New never times out.
func New() *http.Client {
	return &http.Client{Transport: http.DefaultTransport} // want `the client that others get here has no timeout`
}

// NewTimed does.
func NewTimed() *http.Client { return &http.Client{Timeout: time.Minute} }

// NewOver leaves it to the transport that it is given.
func NewOver(rt http.RoundTripper) *http.Client { return &http.Client{Transport: rt} }

// Config is filled by users.
type Config struct{ HTTPClient *http.Client }

// Prepare fills in what is missing.
func (c *Config) Prepare() {
	if c.HTTPClient == nil {
		c.HTTPClient = http.DefaultClient // want `the client that others get here has no timeout`
	}
}

// API sees to its deadlines itself.
type API struct{ hc *http.Client }

// NewAPI returns an API.
func NewAPI() *API { return &API{hc: http.DefaultClient} }

// Ping has a deadline of its own.
func (a *API) Ping() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return a.PingContext(ctx)
}

// PingContext leaves it to its caller.
func (a *API) PingContext(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, "GET", "https://api.example.com/ping", nil)
	if err != nil {
		return err
	}
	resp, err := a.hc.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

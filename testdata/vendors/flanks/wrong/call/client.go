// Package call holds the clients and helpers that the packages of this service share.
package call

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"example.com/flanks/wrong/grant"
	"github.com/go-resty/resty/v2"
)

// BaseURL is the vendor's only host.
const BaseURL = "https://api.flanks.io"

// Config says who calls.
type Config struct {
	BaseURL string // BaseURL if empty
	ID      string
	Secret  string
	Pool    http.RoundTripper // a pool of its own if nil
}

// Base returns the base URL.
func (c Config) Base() string {
	if c.BaseURL == "" {
		return BaseURL
	}
	return c.BaseURL
}

// reads are the POSTs that change nothing, so that they may be sent again.
var reads = []string{
	"/v0/token", "/v0/bank/credentials/status", "/v0/bank/credentials/account", "/connect/v2/sessions/list",
}

// Retry is a transport that repeats what may be repeated.
type Retry struct{ Base http.RoundTripper }

// RoundTrip sends the request up to four times.
func (t *Retry) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodPost && !slices.Contains(reads, req.URL.Path) {
		return t.Base.RoundTrip(req)
	}
	delay := 5 * time.Millisecond
	for attempt := 1; ; attempt++ {
		again := req.Clone(req.Context())
		if req.GetBody != nil {
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			again.Body = body
		}
		resp, err := t.Base.RoundTrip(again)
		switch {
		case attempt == 4, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			return resp, err
		case err == nil && resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode < 500:
			return resp, nil
		}
		wait := delay + rand.N(delay)
		if resp != nil {
			wait = max(wait, RetryAfter(resp.Header))
			Close(resp)
		}
		select {
		case <-req.Context().Done():
			return nil, req.Context().Err()
		case <-time.After(wait):
		}
		delay = min(2*delay, time.Second)
	}
}

// Signer is a transport that puts a token on each request, and renews it in time.
type Signer struct {
	Tokens *grant.Source
	Base   http.RoundTripper
}

// RoundTrip signs a copy of the request and sends it.
func (s *Signer) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := s.Tokens.Token(req.Context())
	if err != nil {
		return nil, err
	}
	signed := req.Clone(req.Context())
	signed.Header.Set("Authorization", "Bearer "+token)
	return s.Base.RoundTrip(signed)
}

// NewPool returns a transport that keeps its connections.
func NewPool() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	return t
}

// NewUnsigned returns a client that repeats over pool; nil means a pool of its own.
func NewUnsigned(pool http.RoundTripper) *http.Client {
	if pool == nil {
		pool = NewPool()
	}
	return &http.Client{Timeout: 20 * time.Second, Transport: &Retry{Base: pool}}
}

// NewTokens returns the source of tokens of a client.
func NewTokens(cfg Config) *grant.Source {
	return grant.NewSource(NewUnsigned(cfg.Pool), cfg.Base(), cfg.ID, cfg.Secret)
}

// NewHTTP returns a client that signs and repeats.
func NewHTTP(cfg Config) *http.Client {
	hc := NewUnsigned(cfg.Pool)
	hc.Transport = &Signer{Tokens: NewTokens(cfg), Base: hc.Transport}
	return hc
}

// NewREST returns a resty client over NewHTTP.
func NewREST(cfg Config) *resty.Client {
	return resty.NewWithClient(NewHTTP(cfg)).SetBaseURL(cfg.Base()).SetLogger(Quiet{}).
		SetHeader("Content-Type", "application/json")
}

// Quiet drops what resty would write to standard error: the errors are returned.
type Quiet struct{}

// Errorf drops.
func (Quiet) Errorf(string, ...any) {}

// Warnf drops.
func (Quiet) Warnf(string, ...any) {}

// Debugf drops.
func (Quiet) Debugf(string, ...any) {}

// Close reads what is left of an answer and closes it.
func Close(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, 1<<16)
	_ = resp.Body.Close()
}

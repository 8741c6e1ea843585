// Package httpx holds the clients and helpers that the packages of this service share.
package httpx

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// The hosts of the vendor.
const (
	Production = "https://api.aelix.digitalapi.ai"
	Sandbox    = "https://sandbox-api.aelix.digitalapi.ai"
	TokenURL   = "https://auth.aelix.digitalapi.ai/oauth2/token"
)

// Config says how to sign in.
type Config struct {
	TokenURL string // TokenURL if empty
	ID       string
	Secret   string
	Base     http.RoundTripper // a pool of its own if nil
}

// NewRetrying returns a client that repeats failed calls over base; nil means a pool of its own.
func NewRetrying(base http.RoundTripper) *http.Client {
	rc := retryablehttp.NewClient()
	rc.Logger = nil
	rc.RetryMax = 3
	rc.RetryWaitMin, rc.RetryWaitMax = 5*time.Millisecond, 2*time.Second
	rc.ErrorHandler = retryablehttp.PassthroughErrorHandler
	if base != nil {
		rc.HTTPClient.Transport = base
	}
	hc := rc.StandardClient()
	hc.Timeout = 20 * time.Second
	return hc
}

// NewClient returns a client that repeats failed calls and signs them with a token that oauth2 renews.
func NewClient(cfg Config) *http.Client {
	retrying := NewRetrying(cfg.Base)
	return &http.Client{
		Timeout:   retrying.Timeout,
		Transport: &oauth2.Transport{Source: source(cfg, retrying), Base: retrying.Transport},
	}
}

// NewOnce is NewClient for calls that must not be repeated: it sends each once.
func NewOnce(cfg Config) *http.Client {
	retrying := NewRetrying(cfg.Base)
	base := cfg.Base
	if base == nil {
		base = http.DefaultTransport
	}
	return &http.Client{
		Timeout:   retrying.Timeout,
		Transport: &oauth2.Transport{Source: source(cfg, retrying), Base: base},
	}
}

func source(cfg Config, hc *http.Client) oauth2.TokenSource {
	cc := clientcredentials.Config{
		ClientID: cfg.ID, ClientSecret: cfg.Secret, TokenURL: cfg.TokenURL, AuthStyle: oauth2.AuthStyleInParams,
	}
	if cc.TokenURL == "" {
		cc.TokenURL = TokenURL
	}
	return cc.TokenSource(context.WithValue(context.Background(), oauth2.HTTPClient, hc))
}

// Do sends a request and hands the answer, whatever its status, to the caller.
func Do(hc *http.Client, req *http.Request) (*http.Response, error) {
	req.Header.Set("Accept", "application/json")
	return hc.Do(req)
}

// Close reads what is left of an answer and closes it.
func Close(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, 1<<16)
	_ = resp.Body.Close()
}

// Package api reads accounts. It is built for servers and, since the frontend imports it, for browsers.
package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
)

// Keys provides a key.
type Keys interface{ Key() string }

// Fixed is a key that is at hand.
type Fixed string

// Key returns it.
func (f Fixed) Key() string { return string(f) }

// Client reads accounts.
type Client struct {
	base string
	keys Keys
	hc   *http.Client
}

// Option changes a Client as it is made.
type Option func(*Client)

// WithKey sets the key.
func WithKey(key string) Option { return func(c *Client) { c.keys = Fixed(key) } }

// WithKeys sets where the key comes from.
func WithKeys(k Keys) Option { return func(c *Client) { c.keys = k } }

// New returns a Client.
func New(base string, opts ...Option) *Client {
	c := &Client{base: base, keys: Fixed(""), hc: httpx.NewRetrying(http.DefaultTransport)}
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// Status returns the status of an account.
func (c *Client) Status(ctx context.Context, id string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/v1/accounts/"+url.PathEscape(id), nil)
	if err != nil {
		return "", err
	}
	if key := c.keys.Key(); key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	resp, err := c.hc.Do(req)
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

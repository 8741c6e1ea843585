// Package wrapped makes its requests in helpers.
package wrapped

import (
	"context"
	"io"
	"net/http"
	"net/url"
)

type client struct {
	base, application, company, token string
	hc                                *http.Client
}

func newClient() *client {
	return &client{base: "https://portal.ixon.cloud/api", hc: &http.Client{}}
}

// One helper for all calls, one finding.
func (c *client) get(ctx context.Context, path string) (*http.Response, error) {
	u, err := url.JoinPath(c.base, path)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil) // want `it is sent without Api-Company, which`
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", c.application)
	return c.hc.Do(req)
}

func (c *client) agents(ctx context.Context) (*http.Response, error) { return c.get(ctx, "/agents") }
func (c *client) me(ctx context.Context) (*http.Response, error)     { return c.get(ctx, "/users/me") }

// newRequest leaves the company to its callers.
func (c *client) newRequest(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", c.application)
	return req, nil
}

func (c *client) servers(ctx context.Context) (*http.Response, error) {
	req, err := c.newRequest(ctx, http.MethodGet, "/servers", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Company", c.company)
	return c.hc.Do(req)
}

func (c *client) groups(ctx context.Context) (*http.Response, error) {
	req, err := c.newRequest(ctx, http.MethodGet, "/groups", nil) // want `it is sent without Api-Company, which`
	if err != nil {
		return nil, err
	}
	return c.hc.Do(req)
}

func (c *client) account(ctx context.Context) (*http.Response, error) {
	req, err := c.newRequest(ctx, http.MethodGet, "/users/me", nil)
	if err != nil {
		return nil, err
	}
	return c.hc.Do(req)
}

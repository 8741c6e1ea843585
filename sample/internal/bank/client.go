// Package bank is a client of a bank's API.
package bank

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// A Client calls the bank with the credentials of one customer.
type Client struct {
	base   string
	tokens *tokens
	http   *http.Client
}

// New returns a client of the API at base.
func New(base, id, secret string) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	return &Client{
		base:   base,
		tokens: &tokens{url: base + "/oauth/token", id: id, secret: secret, http: client},
		http:   client,
	}
}

// send makes a request, again when the bank is out of reach. A request that is
// not safe to repeat needs a key, by which the bank knows it.
func (c *Client) send(ctx context.Context, method, path, key string, body []byte) (*http.Response, error) {
	token, err := c.tokens.get(ctx)
	if err != nil {
		return nil, err
	}
	var last error
	for attempt := range 4 {
		if err := pause(ctx, attempt); err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		if body != nil {
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Idempotency-Key", key)
		}
		resp, err := c.http.Do(req) //apivet:ignore bodyleak
		if err != nil {
			last = err
			continue
		}
		if resp.StatusCode < 500 && resp.StatusCode != http.StatusTooManyRequests {
			return resp, nil
		}
		last = apiError(path, resp)
		resp.Body.Close()
	}
	return nil, last
}

// pause waits before an attempt, longer each time, and not before the first.
func pause(ctx context.Context, attempt int) error {
	if attempt == 0 {
		return nil
	}
	select {
	case <-time.After(time.Second << attempt):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// apiError makes an error of an answer, with what the bank says about it.
func apiError(what string, resp *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	return fmt.Errorf("%s: %s: %s", what, resp.Status, text)
}

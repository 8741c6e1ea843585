// Package bank is a client of a bank's API.
package bank

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A Client calls the bank with the credentials of one customer.
type Client struct {
	base       string
	id, secret string
	http       *http.Client

	mu    sync.Mutex
	token string
}

// New returns a client of the API at base.
func New(base, id, secret string) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true
	return &Client{
		base: base, id: id, secret: secret,
		http: &http.Client{Transport: transport, Timeout: 30 * time.Second},
	}
}

// accessToken returns the token that the bank gives for id and secret.
func (c *Client) accessToken(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token != "" {
		return c.token, nil
	}
	form := url.Values{"grant_type": {"client_credentials"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(c.id, c.secret)
	resp, err := c.http.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", apiError("token", resp)
	}
	var answer struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	c.token = answer.AccessToken
	return c.token, nil
}

// get reads one resource. It tries again when the bank is out of reach.
func (c *Client) get(ctx context.Context, path string) (*http.Response, error) {
	token, err := c.accessToken(ctx)
	if err != nil {
		return nil, err
	}
	var last error
	for attempt := range 4 {
		if err := pause(ctx, attempt); err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := c.http.Do(req)
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

// Package accounts reads and changes accounts.
package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
)

// Account is a bank account.
type Account struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

type envelope struct {
	Data Account `json:"data"`
}

// ErrNotFound says that nobody has the account.
var ErrNotFound = errors.New("accounts: not found")

// Client calls the API through a client that retries and renews its token.
type Client struct {
	base string
	hc   *http.Client
}

// New returns a Client.
func New(base string, cfg httpx.Config) *Client {
	return &Client{base: base, hc: httpx.NewClient(cfg)}
}

// Get decodes the answer to a 401 or 404 into an empty account.
//
// Aelix: "Problem: 401 Unauthorized on Every Request": this function never notices.
func (c *Client) Get(ctx context.Context, id string) (*Account, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/v1/accounts/"+url.PathEscape(id), nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return nil, err
	}
	defer httpx.Close(resp)
	var out envelope
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil { // want: statusunchecked
		return nil, err
	}
	return &out.Data, nil
}

// Freeze reports success although the account may not even exist.
func (c *Client) Freeze(ctx context.Context, id string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, c.base+"/v1/accounts/"+url.PathEscape(id)+"/freeze", nil)
	if err != nil {
		return err
	}
	resp, err := c.hc.Do(req) // want: statusunchecked
	if err != nil {
		return err
	}
	httpx.Close(resp)
	return nil
}

// Status takes every 4xx for a success.
func (c *Client) Status(ctx context.Context, id string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/v1/accounts/"+url.PathEscape(id), nil)
	if err != nil {
		return "", err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return "", err
	}
	defer httpx.Close(resp)
	if resp.StatusCode >= http.StatusInternalServerError { // want: statusunchecked
		return "", apierr.Read(resp)
	}
	var out envelope
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", err
	}
	return out.Data.Status, nil
}

// Find knows 404 and takes everything else, 401 and 503 too, for an account.
func (c *Client) Find(ctx context.Context, id string) (*Account, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/v1/accounts/"+url.PathEscape(id), nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return nil, err
	}
	defer httpx.Close(resp)
	if resp.StatusCode == http.StatusNotFound { // want: statusunchecked
		return nil, fmt.Errorf("%w: %w", ErrNotFound, apierr.Read(resp))
	}
	var out envelope
	err = json.NewDecoder(resp.Body).Decode(&out)
	return &out.Data, err
}

// Holder gets its answer from the shared helper, which leaves the status to its callers.
func (c *Client) Holder(ctx context.Context, id string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/v1/accounts/"+url.PathEscape(id), nil)
	if err != nil {
		return "", err
	}
	resp, err := httpx.Do(c.hc, req)
	if err != nil {
		return "", err
	}
	defer httpx.Close(resp)
	var out envelope
	err = json.NewDecoder(resp.Body).Decode(&out) // want: statusunchecked
	return out.Data.ID, err
}

// Mirror is no worse than the helper that it calls, and the helper is where the mistake is.
func (c *Client) Mirror(ctx context.Context, id string) (Account, error) {
	var out envelope
	err := httpx.GetJSON(ctx, c.hc, c.base+"/v1/accounts/"+url.PathEscape(id), &out)
	return out.Data, err
}

// Summary lists accounts of which it wants two fields, and sees the first page only.
//
// Aelix: "Use the fields query parameter to request only the fields your app needs".
func (c *Client) Summary(ctx context.Context) ([]Account, error) {
	var out struct {
		Data []Account `json:"data"`
	}
	if err := c.get(ctx, "/v1/accounts?limit=100", &out); err != nil { // want: fieldselect, pagination
		return nil, err
	}
	return out.Data, nil
}

// Measure blames the vendor for the whole time, wherever it was spent.
//
// Aelix: "Check the X-Response-Time header — if low, the latency is in your network, not the API".
func (c *Client) Measure(ctx context.Context, id string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/v1/accounts/"+url.PathEscape(id), nil)
	if err != nil {
		return err
	}
	start := time.Now()
	resp, err := c.hc.Do(req)
	if err != nil {
		return err
	}
	defer httpx.Close(resp)
	slog.InfoContext(ctx, "aelix answered", "latency", time.Since(start)) // want: responsetime
	return apierr.Check(resp)
}

// get is as it should be.
func (c *Client) get(ctx context.Context, path string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return err
	}
	resp, err := httpx.Do(c.hc, req)
	if err != nil {
		return err
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return err
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

// Package aelix is a client of the Aelix banking API.
package aelix

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"example.com/aelix/right/auth"
	"example.com/aelix/right/transport"
)

// The two environments. A credential belongs to one of them.
const (
	Production = "https://api.aelix.digitalapi.ai"
	Sandbox    = "https://sandbox-api.aelix.digitalapi.ai"
)

// Config says which Aelix to talk to, and as whom.
type Config struct {
	BaseURL  string // Production if empty
	TokenURL string // auth.TokenURL if empty
	ID       string
	Secret   string
}

// Client calls the API. It is safe for concurrent use.
type Client struct {
	base string
	hc   *http.Client
}

// Option changes a Client as it is made.
type Option func(*Client)

// WithTimeout bounds every call, retries included. It leaves the transport alone.
func WithTimeout(d time.Duration) Option {
	return func(c *Client) { c.hc.Timeout = d }
}

// WithObserver reports the status of every answer. It wraps the transport that is there, so retries stay.
func WithObserver(seen func(status int)) Option {
	return func(c *Client) { c.hc.Transport = &observer{next: c.hc.Transport, seen: seen} }
}

type observer struct {
	next http.RoundTripper
	seen func(int)
}

func (o *observer) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := o.next.RoundTrip(req)
	if err == nil {
		o.seen(resp.StatusCode)
	}
	return resp, err
}

// New returns a client that retries, keeps its connections and renews its token.
func New(cfg Config, opts ...Option) *Client {
	if cfg.BaseURL == "" {
		cfg.BaseURL = Production
	}
	if cfg.TokenURL == "" {
		cfg.TokenURL = auth.TokenURL
	}
	plain := transport.New(nil)
	source := &auth.Source{URL: cfg.TokenURL, ID: cfg.ID, Secret: cfg.Secret, HTTP: plain}
	c := &Client{
		base: cfg.BaseURL,
		hc: &http.Client{
			Timeout:   plain.Timeout,
			Transport: &auth.Bearer{Source: source, Base: plain.Transport},
		},
	}
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// NewWithHTTP returns a client over hc, which signs its requests itself.
func NewWithHTTP(base string, hc *http.Client) *Client {
	return &Client{base: base, hc: hc}
}

// Account is a bank account.
type Account struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// Account returns one account.
func (c *Client) Account(ctx context.Context, id string) (*Account, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/v1/accounts/"+url.PathEscape(id), nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", id, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, transport.ReadError(resp)
	}
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", id, err)
	}
	var out struct {
		Data Account `json:"data"`
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, fmt.Errorf("account %s: %w", id, err)
	}
	return &out.Data, nil
}

// Accounts returns all accounts, page by page, and only the fields that it has a place for.
func (c *Client) Accounts(ctx context.Context) ([]Account, error) {
	var all []Account
	query := url.Values{"limit": {"100"}, "fields": {"id,status"}}
	for {
		var page struct {
			Data       []Account `json:"data"`
			Pagination struct {
				NextCursor string `json:"next_cursor"`
				HasMore    bool   `json:"has_more"`
			} `json:"pagination"`
		}
		if err := c.get(ctx, "/v1/accounts?"+query.Encode(), &page); err != nil {
			return nil, err
		}
		all = append(all, page.Data...)
		if !page.Pagination.HasMore || page.Pagination.NextCursor == "" {
			return all, nil
		}
		query.Set("cursor", page.Pagination.NextCursor)
	}
}

// Balance is an amount in minor units.
type Balance struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// Balance returns the balance of one account.
func (c *Client) Balance(ctx context.Context, id string) (Balance, error) {
	var out struct {
		Data Balance `json:"data"`
	}
	err := c.get(ctx, "/v1/accounts/"+url.PathEscape(id)+"/balance", &out)
	return out.Data, err
}

// Balances asks for many balances at once; the pool keeps a connection for each worker.
func (c *Client) Balances(ctx context.Context, ids []string) ([]Balance, error) {
	const workers = 16
	var (
		wg    sync.WaitGroup
		out   = make([]Balance, len(ids))
		errs  = make([]error, len(ids))
		slots = make(chan struct{}, workers)
	)
	for i, id := range ids {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			out[i], errs[i] = c.Balance(ctx, id)
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

// Freeze stops an account. The answer has no body to read, so the helper that drains and closes does the rest.
func (c *Client) Freeze(ctx context.Context, id string) error {
	resp, err := c.send(ctx, http.MethodPut, "/v1/accounts/"+url.PathEscape(id)+"/freeze", nil, nil)
	if err != nil {
		return fmt.Errorf("freeze %s: %w", id, err)
	}
	defer transport.Close(resp)
	return transport.Check(resp)
}

// Order is a payment to be made. Key names it: the vendor takes one payment for a key.
type Order struct {
	Key      string `json:"-"`
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// Receipt is a payment that Aelix has taken. Repeated means that an earlier attempt had got through.
type Receipt struct {
	ID       string `json:"id"`
	Status   string `json:"status"`
	Repeated bool   `json:"-"`
}

// Pay makes a payment once, however often its request has to be sent.
func (c *Client) Pay(ctx context.Context, order Order) (Receipt, error) {
	body, err := json.Marshal(order)
	if err != nil {
		return Receipt{}, err
	}
	header := http.Header{"Idempotency-Key": {order.Key}}
	resp, err := c.send(ctx, http.MethodPost, "/v1/payments", header, body)
	if err != nil {
		return Receipt{}, fmt.Errorf("pay %s: %w", order.Key, err)
	}
	defer transport.Close(resp)
	if err := transport.Check(resp); err != nil {
		if transport.IsCode(err, "DUPLICATE_IDEMPOTENCY_KEY") {
			return Receipt{Repeated: true}, nil
		}
		return Receipt{}, fmt.Errorf("pay %s: %w", order.Key, err)
	}
	var out struct {
		Data Receipt `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return Receipt{}, fmt.Errorf("pay %s: %w", order.Key, err)
	}
	return out.Data, nil
}

// get decodes the answer to a GET into v, or returns the vendor's error.
func (c *Client) get(ctx context.Context, path string, v any) error {
	resp, err := c.send(ctx, http.MethodGet, path, nil, nil)
	if err != nil {
		return fmt.Errorf("get %s: %w", path, err)
	}
	defer transport.Close(resp)
	if err := transport.Check(resp); err != nil {
		return fmt.Errorf("get %s: %w", path, err)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

// send hands the open answer to its caller, whatever its status.
func (c *Client) send(ctx context.Context, method, path string, header http.Header, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	return c.hc.Do(req)
}

// Package links reads links. Some of its ways to the vendor repeat what fails, and some have lost that.
//
// Flanks: "500 INTERNAL SERVER ERROR": "This is an internal error", which is gone a moment later.
package links

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"example.com/flanks/wrong/call"
	"github.com/avast/retry-go/v4"
	"github.com/go-resty/resty/v2"
)

type link struct {
	Name *string `json:"name"`
}

// Client signs and sends once: get repeats.
type Client struct {
	base string
	hc   *http.Client
}

// New returns a Client.
func New(cfg call.Config) *Client {
	return &Client{base: cfg.Base(), hc: &http.Client{
		Timeout:   5 * time.Second,
		Transport: &call.Signer{Tokens: call.NewTokens(cfg), Base: http.DefaultTransport},
	}}
}

// Name goes the way that repeats.
func (c *Client) Name(ctx context.Context, id string) (string, error) {
	var out link
	if err := c.get(ctx, "/v0/links/"+url.PathEscape(id), &out); err != nil || out.Name == nil {
		return "", err
	}
	return *out.Name, nil
}

// Count goes past it.
func (c *Client) Count(ctx context.Context) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/v0/links", nil)
	if err != nil {
		return 0, err
	}
	resp, err := c.hc.Do(req) // want: noretry
	if err != nil {
		return 0, err
	}
	defer call.Close(resp)
	if err := call.Check(resp); err != nil {
		return 0, err
	}
	var out struct {
		Items []link `json:"items"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return len(out.Items), err
}

// Pending goes past it with a POST that reads.
func (c *Client) Pending(ctx context.Context, credentialsToken string) (bool, error) {
	in := map[string]string{"credentials_token": credentialsToken}
	req, err := call.Request(ctx, http.MethodPost, c.base+"/v0/bank/credentials/status", in)
	if err != nil {
		return false, err
	}
	resp, err := c.hc.Do(req) // want: noretry
	if err != nil {
		return false, err
	}
	defer call.Close(resp)
	if err := call.Check(resp); err != nil {
		return false, err
	}
	var out struct {
		Pending *bool `json:"pending"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Pending != nil && *out.Pending, err
}

// get is the package's way to the vendor: up to four attempts.
func (c *Client) get(ctx context.Context, path string, v any) error {
	return retry.Do(func() error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
		if err != nil {
			return retry.Unrecoverable(err)
		}
		resp, err := c.hc.Do(req)
		if err != nil {
			return err
		}
		defer call.Close(resp)
		if err := call.Check(resp); err != nil {
			return err
		}
		return json.NewDecoder(resp.Body).Decode(v)
	}, call.Patience(ctx)...)
}

// Mirror reads links through the shared courier.
type Mirror struct{ courier *call.Courier }

// NewMirror returns a Mirror.
func NewMirror(cfg call.Config) *Mirror { return &Mirror{courier: call.NewCourier(cfg)} }

// Name cannot know that the courier has lost its retries.
func (m *Mirror) Name(ctx context.Context, id string) (string, error) {
	resp, err := m.courier.Get(ctx, "/v0/links/"+url.PathEscape(id))
	if err != nil {
		return "", err
	}
	defer call.Close(resp)
	if err := call.Check(resp); err != nil {
		return "", err
	}
	var out link
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || out.Name == nil {
		return "", err
	}
	return *out.Name, nil
}

// Board reads links with a resty client that repeats.
type Board struct{ rc *resty.Client }

// Option changes a Board as it is made.
type Option func(*Board)

// WithoutRetries answers sooner, and with an error more often.
func WithoutRetries() Option { return func(b *Board) { b.rc.SetRetryCount(0) } }

// NewBoard returns a Board.
func NewBoard(cfg call.Config, opts ...Option) *Board {
	b := &Board{rc: client(cfg)}
	for _, opt := range opts {
		opt(b)
	}
	return b
}

// NewQuick returns the Board of the public page.
func NewQuick(cfg call.Config) *Board { return NewBoard(cfg, WithoutRetries()) }

// Name repeats if the options have left it that.
func (b *Board) Name(ctx context.Context, id string) (string, error) {
	var out link
	resp, err := b.rc.R().SetContext(ctx).SetResult(&out).Get("/v0/links/" + url.PathEscape(id)) // want: noretry
	if err != nil {
		return "", err
	}
	if resp.IsError() {
		return "", call.Parse(resp.StatusCode(), resp.Body())
	}
	if out.Name == nil {
		return "", nil
	}
	return *out.Name, nil
}

// Shelf is like Board, and has no options.
type Shelf struct {
	base string
	rc   *resty.Client
}

// NewShelf returns a Shelf.
func NewShelf(cfg call.Config) *Shelf { return &Shelf{base: cfg.Base(), rc: client(cfg)} }

// Name repeats.
func (s *Shelf) Name(ctx context.Context, id string) (string, error) {
	var out link
	resp, err := s.rc.R().SetContext(ctx).SetResult(&out).Get("/v0/links/" + url.PathEscape(id))
	if err != nil {
		return "", err
	}
	if resp.IsError() {
		return "", call.Parse(resp.StatusCode(), resp.Body())
	}
	if out.Name == nil {
		return "", nil
	}
	return *out.Name, nil
}

// Stored takes the client out of resty, which is what did the repeating.
func (s *Shelf) Stored(ctx context.Context, id string) (bool, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/v0/links/"+url.PathEscape(id), nil)
	if err != nil {
		return false, err
	}
	resp, err := s.rc.GetClient().Do(req) // want: noretry
	if err != nil {
		return false, err
	}
	defer call.Close(resp)
	if err := call.Check(resp); err != nil {
		return false, err
	}
	return true, nil
}

// client returns a resty client that signs, and repeats by itself.
func client(cfg call.Config) *resty.Client {
	return resty.New().SetBaseURL(cfg.Base()).SetLogger(call.Quiet{}).SetTimeout(5 * time.Second).
		SetTransport(&call.Signer{Tokens: call.NewTokens(cfg), Base: call.NewPool()}).
		SetRetryCount(3).SetRetryWaitTime(5 * time.Millisecond).SetRetryMaxWaitTime(30 * time.Second).
		SetRetryAfter(func(_ *resty.Client, resp *resty.Response) (time.Duration, error) {
			return call.RetryAfter(resp.Header()), nil
		}).
		AddRetryCondition(func(resp *resty.Response, err error) bool {
			return err != nil || resp.StatusCode() == http.StatusTooManyRequests || resp.StatusCode() >= 500
		})
}

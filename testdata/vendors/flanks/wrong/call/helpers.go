package call

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Request returns a request with a JSON body.
func Request(ctx context.Context, method, url string, in any) (*http.Request, error) {
	raw, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}

// Send sends a JSON body and hands the answer, whatever its status, to the caller.
func Send(ctx context.Context, hc *http.Client, method, url string, in any) (*http.Response, error) {
	req, err := Request(ctx, method, url, in)
	if err != nil {
		return nil, err
	}
	return hc.Do(req)
}

// PostJSON decodes whatever comes. An error answer has no field that fits, and leaves v empty.
//
// Flanks: "While developing your solutions using Flanks API, the following error codes may be returned".
func PostJSON(ctx context.Context, hc *http.Client, url string, in, v any) error {
	resp, err := Send(ctx, hc, http.MethodPost, url, in)
	if err != nil {
		return err
	}
	defer Close(resp)
	return json.NewDecoder(resp.Body).Decode(v) // want: statusunchecked
}

// Expect returns nil for a 200, and otherwise an error that names no field.
//
// Flanks: "The error message will provide information about which fields are missing".
func Expect(resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	var body struct {
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
		TraceID string `json:"trace_id"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
		return fmt.Errorf("flanks: status %d: %w", resp.StatusCode, err)
	}
	return fmt.Errorf("flanks: status %d: %s (trace %s)", resp.StatusCode, body.Error.Code, body.TraceID) // want: errordetails
}

// Open returns the body of a good answer. The body of a bad one stays open.
func Open(ctx context.Context, hc *http.Client, url string, in any) (io.ReadCloser, error) {
	resp, err := Send(ctx, hc, http.MethodPost, url, in)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, Read(resp) // want: bodyleak
	}
	return resp.Body, nil
}

// Alive asks whether a link is there, and closes the answer unread.
func Alive(ctx context.Context, hc *http.Client, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() // want: keepalive
	return Check(resp)
}

// OneShot returns a pool that keeps nothing.
func OneShot() *http.Transport {
	t := NewPool()
	t.DisableKeepAlives = true // want: keepalive
	return t
}

// Courier reads. It was meant to repeat: the signer is put over the bare pool, where the retries were.
type Courier struct {
	base string
	hc   *http.Client
}

// NewCourier returns a Courier.
func NewCourier(cfg Config) *Courier {
	hc := NewUnsigned(cfg.Pool)
	hc.Timeout = 10 * time.Second
	hc.Transport = &Signer{Tokens: NewTokens(cfg), Base: NewPool()}
	return &Courier{base: cfg.Base(), hc: hc}
}

// Get returns the open answer to a GET of path.
func (c *Courier) Get(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return nil, err
	}
	return c.hc.Do(req) // want: noretry
}

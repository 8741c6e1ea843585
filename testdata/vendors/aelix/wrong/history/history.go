// Package history reads payments that were made.
package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
)

// Payment is a payment.
type Payment struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

type envelope struct {
	Data Payment `json:"data"`
}

// Client reads payments.
type Client struct {
	base string
	hc   *http.Client // repeats failed calls
	bare *http.Client // does not: Patient has a loop of its own
}

// New returns a Client.
func New(base string, cfg httpx.Config) *Client {
	return &Client{base: base, hc: httpx.NewClient(cfg), bare: httpx.NewOnce(cfg)}
}

func (c *Client) request(ctx context.Context, method, id string) (*http.Request, error) {
	return http.NewRequestWithContext(ctx, method, c.base+"/v1/payments/"+url.PathEscape(id), nil)
}

// Payment closes good answers only: an outage of the vendor costs a connection for every call.
//
// Aelix: "Slow Response Times": connections that leak are connections that cannot be kept alive.
func (c *Client) Payment(ctx context.Context, id string) (*Payment, error) {
	req, err := c.request(ctx, http.MethodGet, id)
	if err != nil {
		return nil, err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, apierr.Read(resp) // want: bodyleak
	}
	defer httpx.Close(resp)
	var out envelope
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return nil, err
	}
	return &out.Data, nil
}

// Patient asks up to four times, and each time forgets the answer before.
func (c *Client) Patient(ctx context.Context, id string) (*Payment, error) {
	var resp *http.Response
	delay := 5 * time.Millisecond
	for attempt := 1; ; attempt++ {
		req, err := c.request(ctx, http.MethodGet, id)
		if err != nil {
			return nil, err
		}
		resp, err = c.bare.Do(req) // want: bodyleak
		if errors.Is(err, context.Canceled) || attempt == 4 && err != nil {
			return nil, err
		}
		if err == nil && (attempt == 4 || resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode < 500) {
			break
		}
		wait := delay + rand.N(delay)
		if err == nil {
			wait = max(wait, apierr.RetryAfter(resp))
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
		delay = min(2*delay, time.Second)
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return nil, err
	}
	var out envelope
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return nil, err
	}
	return &out.Data, nil
}

// Cancel has no name for the answer, so it can neither close it nor see that it was refused.
func (c *Client) Cancel(ctx context.Context, id string) error {
	req, err := c.request(ctx, http.MethodDelete, id)
	if err != nil {
		return err
	}
	_, err = c.hc.Do(req) // want: bodyleak, statusunchecked
	return err
}

// Several keeps every answer open until it has the last.
func (c *Client) Several(ctx context.Context, ids []string) ([]Payment, error) {
	var all []Payment
	for _, id := range ids {
		req, err := c.request(ctx, http.MethodGet, id)
		if err != nil {
			return nil, err
		}
		resp, err := c.hc.Do(req)
		if err != nil {
			return nil, err
		}
		defer httpx.Close(resp) // want: bodyleak
		if err := apierr.Check(resp); err != nil {
			return nil, err
		}
		var out envelope
		if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
			return nil, err
		}
		all = append(all, out.Data)
	}
	return all, nil
}

// Raw gets an open answer from the shared helper, reads it and leaves it open.
func (c *Client) Raw(ctx context.Context, id string) ([]byte, error) {
	req, err := c.request(ctx, http.MethodGet, id)
	if err != nil {
		return nil, err
	}
	resp, err := httpx.Do(c.hc, req)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(resp.Body) // want: bodyleak
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("payment %s: status %d: %s", id, resp.StatusCode, raw)
	}
	return raw, nil
}

// Copy closes what the helper opened. That the helper leaks is not its fault.
func (c *Client) Copy(ctx context.Context, w io.Writer, id string) error {
	body, err := httpx.Open(ctx, c.hc, c.base+"/v1/payments/"+url.PathEscape(id))
	if err != nil {
		return err
	}
	defer body.Close()
	_, err = io.Copy(w, body)
	return err
}

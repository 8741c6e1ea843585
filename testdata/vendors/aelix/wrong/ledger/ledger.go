// Package ledger copies balances into the books.
package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
)

// Balance is an amount in minor units.
type Balance struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// Books reads with an API key from the portal. Its client is a bare one: read repeats what fails.
type Books struct {
	base string
	key  string
	hc   *http.Client
}

// New returns Books.
func New(base, key string) *Books {
	return &Books{base: base, key: key, hc: &http.Client{Timeout: 5 * time.Second}}
}

// Status goes the way that repeats.
func (b *Books) Status(ctx context.Context, id string) (string, error) {
	var out struct {
		Data struct {
			Status string `json:"status"`
		} `json:"data"`
	}
	err := b.read(ctx, "/v1/accounts/"+url.PathEscape(id), &out)
	return out.Data.Status, err
}

// Balance goes past it: the first 503 or broken connection is its caller's.
//
// Aelix: "SERVICE_UNAVAILABLE" and "RATE_LIMIT_EXCEEDED" are answers that a client waits for and repeats.
func (b *Books) Balance(ctx context.Context, id string) (Balance, error) {
	path := b.base + "/v1/accounts/" + url.PathEscape(id) + "/balance"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return Balance{}, err
	}
	req.Header.Set("Authorization", "Bearer "+b.key)
	resp, err := b.hc.Do(req) // want: noretry
	if err != nil {
		return Balance{}, err
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return Balance{}, err
	}
	var out struct {
		Data Balance `json:"data"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data, err
}

// read is the package's way to the vendor: up to four attempts.
func (b *Books) read(ctx context.Context, path string, v any) error {
	delay := 5 * time.Millisecond
	for attempt := 1; ; attempt++ {
		err := b.once(ctx, path, v)
		if err == nil || attempt == 4 || !passing(ctx, err) {
			return err
		}
		wait := delay + rand.N(delay)
		if e := apierr.As(err); e != nil && e.RetryAfter > 0 {
			wait = e.RetryAfter
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
		delay = min(2*delay, time.Second)
	}
}

// once sends one request of read's.
func (b *Books) once(ctx context.Context, path string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+b.key)
	resp, err := b.hc.Do(req)
	if err != nil {
		return err
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return err
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

// passing reports whether another attempt may end better.
func passing(ctx context.Context, err error) bool {
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return false
	}
	e := apierr.As(err)
	return e == nil || e.Status == http.StatusTooManyRequests || e.Status >= 500
}

// Package ledger copies settled payments into the books. Its client is a bare one: the loop round it retries.
package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"example.com/aelix/right/transport"
)

// Books reads payments with an API key from the portal.
type Books struct {
	base string
	key  string
	hc   *http.Client
}

// New returns Books for a key that does not end.
func New(base, key string) *Books {
	return &Books{base: base, key: key, hc: &http.Client{Timeout: 5 * time.Second, Transport: transport.NewPool()}}
}

// Payment is a payment as the books keep it.
type Payment struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// Payment returns a payment, asking up to four times.
func (b *Books) Payment(ctx context.Context, id string) (*Payment, error) {
	delay := 5 * time.Millisecond
	for attempt := 1; ; attempt++ {
		p, err := b.once(ctx, id)
		if err == nil || attempt == 4 || !worthRepeating(ctx, err) {
			return p, err
		}
		wait := delay + rand.N(delay)
		var answer *transport.Error
		if errors.As(err, &answer) && answer.RetryAfter > 0 {
			wait = answer.RetryAfter
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
		delay = min(2*delay, time.Second)
	}
}

// once sends one request; the caller repeats it.
func (b *Books) once(ctx context.Context, id string) (*Payment, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+"/v1/payments/"+url.PathEscape(id), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+b.key)
	resp, err := b.hc.Do(req)
	if err != nil {
		return nil, fmt.Errorf("payment %s: %w", id, err)
	}
	return decode(resp)
}

// decode owns the answer: it checks, reads and closes it.
func decode(resp *http.Response) (*Payment, error) {
	defer transport.Close(resp)
	if err := transport.Check(resp); err != nil {
		return nil, err
	}
	var out struct {
		Data Payment `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return nil, err
	}
	return &out.Data, nil
}

// worthRepeating reports whether another attempt may end better: network errors, 429 and 5xx.
func worthRepeating(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	var answer *transport.Error
	if errors.As(err, &answer) {
		return answer.Status == http.StatusTooManyRequests || answer.Status >= 500
	}
	return true
}

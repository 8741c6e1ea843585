// Package monitor looks at the clock of IXON often, to warn of drift and of a lost connection.
package monitor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"example.com/ixon/right/apierr"
	"example.com/ixon/right/transport"
)

// Clock asks IXON for its time. That needs no token.
type Clock struct {
	base  string
	hc    *http.Client
	first time.Duration
}

// New asks through rt.
func New(base string, rt http.RoundTripper) *Clock {
	return &Clock{base: base, hc: &http.Client{Timeout: 10 * time.Second, Transport: rt}, first: 20 * time.Millisecond}
}

// Drift is how far the local clock is ahead.
func (c *Clock) Drift(ctx context.Context) (time.Duration, error) {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval = c.first
	delays.MaxInterval = 2 * time.Second
	now, err := backoff.Retry(ctx, func() (time.Time, error) { return c.now(ctx) },
		backoff.WithBackOff(delays), backoff.WithMaxTries(4))
	if err != nil {
		return 0, err
	}
	return time.Since(now), nil
}

// now is one attempt. An answer that says the request is wrong will not get better.
func (c *Clock) now(ctx context.Context) (time.Time, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/server-time", nil)
	if err != nil {
		return time.Time{}, backoff.Permanent(err)
	}
	req.Header.Set("Api-Version", "2")
	resp, err := c.hc.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return time.Time{}, backoff.Permanent(err)
		}
		return time.Time{}, fmt.Errorf("server time: %w", err)
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		// Too many requests shut the address out for ten minutes: the next tick is soon enough.
		if resp.StatusCode < 500 {
			return time.Time{}, backoff.Permanent(err)
		}
		return time.Time{}, err
	}
	var out struct {
		Data struct {
			Datetime time.Time `json:"datetime"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return time.Time{}, backoff.Permanent(fmt.Errorf("server time: %w", err))
	}
	return out.Data.Datetime, nil
}

// Alive asks for nothing but an answer, on the same connection each time.
func (c *Clock) Alive(ctx context.Context, every time.Duration, report func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_, err := c.Drift(ctx)
			report(err)
		}
	}
}

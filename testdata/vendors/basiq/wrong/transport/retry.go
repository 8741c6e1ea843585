// Package transport holds the round trippers that every Basiq call goes through.
package transport

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// Retry is a RoundTripper that sends a request again after a fault that is likely to pass, with exponential back-off.
type Retry struct {
	base     http.RoundTripper
	attempts int
	first    time.Duration
	max      time.Duration
}

// RetryOption changes a Retry.
type RetryOption func(*Retry)

// WithDelays sets the first and the longest delay between two attempts.
func WithDelays(first, longest time.Duration) RetryOption {
	return func(t *Retry) { t.first, t.max = first, longest }
}

// NewRetry sends through base up to four times.
func NewRetry(base http.RoundTripper, opts ...RetryOption) *Retry {
	t := &Retry{base: base, attempts: 4, first: 250 * time.Millisecond, max: 5 * time.Second}
	for _, opt := range opts {
		opt(t)
	}
	return t
}

// RoundTrip sends req, and again while the outcome says so, the attempts last and the request's deadline is not nearer
// than the next attempt. The last outcome is the caller's.
func (t *Retry) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	delay := t.first
	for attempt := 1; ; attempt++ {
		out, err := fresh(req, attempt)
		if err != nil {
			return nil, err
		}
		resp, err := t.base.RoundTrip(out)
		if attempt >= t.attempts || !passing(req, resp, err) {
			return resp, err
		}
		wait := pause(resp, delay)
		if end, ok := ctx.Deadline(); ok && time.Until(end) < wait {
			return resp, err
		}
		if resp != nil {
			Drain(resp)
		}
		if err := Sleep(ctx, wait); err != nil {
			return nil, err
		}
		delay = min(2*delay, t.max)
	}
}

// fresh is req with an unread body.
func fresh(req *http.Request, attempt int) (*http.Request, error) {
	if attempt == 1 || req.Body == nil || req.Body == http.NoBody {
		return req, nil
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	out := req.Clone(req.Context())
	out.Body = body
	return out, nil
}

// passing reports whether an outcome may pass and sending req again can do no harm. What creates something is only
// repeated when Basiq cannot have acted on it: it turned the request away (429) or the connection was never made.
func passing(req *http.Request, resp *http.Response, err error) bool {
	if req.Body != nil && req.Body != http.NoBody && req.GetBody == nil {
		return false
	}
	if err != nil {
		if req.Context().Err() != nil {
			return false
		}
		return idempotent(req.Method) || errors.Is(err, syscall.ECONNREFUSED)
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		return true
	}
	return resp.StatusCode >= 500 && idempotent(req.Method)
}

func idempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}

// pause is how long to wait before the next attempt: what the server asked for, or the back-off with jitter.
func pause(resp *http.Response, delay time.Duration) time.Duration {
	if resp != nil {
		if wait, ok := Asked(resp.Header); ok {
			return wait
		}
	}
	return delay/2 + rand.N(delay/2+1)
}

// Asked is the wait that an answer asks for, if it does.
func Asked(h http.Header) (time.Duration, bool) {
	s, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || s < 0 {
		return 0, false
	}
	return time.Duration(s) * time.Second, true
}

// Sleep waits, or returns the context's error when that ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Package transport holds what every call to Aelix shares: retries, the pool of connections, the reading of errors.
package transport

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// Retry sends a request again after a network error, a 429 or a 5xx.
type Retry struct {
	Base     http.RoundTripper
	Attempts int
	Min, Max time.Duration
}

// RoundTrip implements http.RoundTripper.
func (t *Retry) RoundTrip(req *http.Request) (*http.Response, error) {
	if !repeatable(req) {
		return t.Base.RoundTrip(req)
	}
	delay := t.Min
	for attempt := 1; ; attempt++ {
		try := req
		if attempt > 1 {
			again, err := rewind(req)
			if err != nil {
				return nil, err
			}
			try = again
		}
		resp, err := t.Base.RoundTrip(try)
		if attempt >= t.Attempts || !transient(resp, err) {
			return resp, err
		}
		wait := delay/2 + rand.N(delay)
		if resp != nil {
			if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
				wait = time.Duration(s) * time.Second
			}
			Close(resp)
		}
		select {
		case <-req.Context().Done():
			return nil, req.Context().Err()
		case <-time.After(wait):
		}
		delay = min(2*delay, t.Max)
	}
}

// repeatable reports whether sending twice does no harm: the method says so, or the vendor knows the key.
func repeatable(req *http.Request) bool {
	if req.Body != nil && req.Body != http.NoBody && req.GetBody == nil {
		return false
	}
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete:
		return true
	}
	return req.Header.Get("Idempotency-Key") != ""
}

func transient(resp *http.Response, err error) bool {
	if err != nil {
		return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
	}
	return resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500
}

// rewind copies the request with a fresh body: the first attempt has used up the old one.
func rewind(req *http.Request) (*http.Request, error) {
	again := req.Clone(req.Context())
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		again.Body = body
	}
	return again, nil
}

// Close reads what is left of an answer, so that its connection can be used again, and closes it.
func Close(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, 1<<16)
	_ = resp.Body.Close()
}

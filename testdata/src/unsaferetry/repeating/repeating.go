// Package repeating has transports that repeat.
package repeating

import (
	"net/http"
	"time"
)

// Any repeats every request that meets an error or 503.
type Any struct{ Next http.RoundTripper }

func (t *Any) RoundTrip(req *http.Request) (*http.Response, error) {
	for n := 0; ; n++ {
		attempt := req.Clone(req.Context())
		if req.GetBody != nil {
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			attempt.Body = body
		}
		resp, err := t.Next.RoundTrip(attempt)
		if n == 3 || err == nil && resp.StatusCode != http.StatusServiceUnavailable {
			return resp, err
		}
		if err == nil {
			resp.Body.Close()
		}
		time.Sleep(time.Second << n)
	}
}

// Reads repeats requests that change nothing.
type Reads struct{ Next http.RoundTripper }

func (t *Reads) RoundTrip(req *http.Request) (*http.Response, error) {
	for n := 0; ; n++ {
		resp, err := t.Next.RoundTrip(req)
		if err == nil || n == 3 || req.Method != http.MethodGet {
			return resp, err
		}
		time.Sleep(time.Second << n)
	}
}

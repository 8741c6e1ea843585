// Package shared holds the clients of other packages.
package shared

import (
	"io"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// NewRetrying repeats, over base or a pool of its own.
func NewRetrying(base http.RoundTripper) *http.Client {
	rc := retryablehttp.NewClient()
	if base != nil {
		rc.HTTPClient.Transport = base
	}
	hc := rc.StandardClient()
	hc.Timeout = time.Minute
	return hc
}

// NewOnce sends once.
func NewOnce() *http.Client { return &http.Client{Timeout: time.Second} }

// NewOver sends through what it is given.
func NewOver(base http.RoundTripper) *http.Client {
	if base == nil {
		base = http.DefaultTransport
	}
	return &http.Client{Timeout: time.Second, Transport: &Signer{Base: base}}
}

// Signed is NewRetrying with a signature: the retries stay inside.
func Signed() *http.Client {
	hc := NewRetrying(nil)
	hc.Transport = &Signer{Base: hc.Transport}
	return hc
}

// Once is shared by all.
var Once = &http.Client{Timeout: time.Second}

// Signer signs.
type Signer struct {
	Base http.RoundTripper
	Key  string
}

func (s *Signer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Key", s.Key)
	return s.Base.RoundTrip(r)
}

// Headers is used by value.
type Headers struct{ http.RoundTripper }

// Again repeats.
type Again struct{ Next http.RoundTripper }

func (a Again) RoundTrip(r *http.Request) (*http.Response, error) {
	for i := 0; ; i++ {
		resp, err := a.Next.RoundTrip(r)
		if err == nil && resp.StatusCode < 500 || i == 3 {
			return resp, err
		}
		if err == nil {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		time.Sleep(time.Second)
	}
}

// Pool is a transport that options change.
func Pool(opts ...func(*http.Transport)) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	for _, opt := range opts {
		opt(t)
	}
	return t
}

package transport

import (
	"net/http"
	"time"
)

// NewPool returns a transport that keeps as many idle connections to Aelix as its callers have workers.
func NewPool() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 32
	return t
}

// New returns a client that retries over base; nil means a pool of its own.
func New(base http.RoundTripper) *http.Client {
	if base == nil {
		base = NewPool()
	}
	return &http.Client{
		Timeout:   20 * time.Second,
		Transport: &Retry{Base: base, Attempts: 4, Min: 5 * time.Millisecond, Max: time.Second},
	}
}

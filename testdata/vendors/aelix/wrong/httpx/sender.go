package httpx

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Sender reads from the vendor. It was meant to retry: the transport that does is replaced by the one that counts.
type Sender struct {
	base string
	key  string
	hc   *http.Client
	seen *Counter
}

// NewSender returns a Sender for an API key.
func NewSender(base, key string) *Sender {
	s := &Sender{base: base, key: key, seen: &Counter{}, hc: retryablehttp.NewClient().StandardClient()}
	s.hc.Timeout = 20 * time.Second
	s.hc.Transport = s.seen
	return s
}

// Get returns the open answer to a GET of path.
func (s *Sender) Get(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.key)
	return s.hc.Do(req) // want: noretry
}

// Counter is a transport that counts.
type Counter struct{ n atomic.Int64 }

// RoundTrip sends the request over the default transport.
func (c *Counter) RoundTrip(req *http.Request) (*http.Response, error) {
	c.n.Add(1)
	return http.DefaultTransport.RoundTrip(req)
}

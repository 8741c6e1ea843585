package transport

import (
	"io"
	"net/http"
)

// Base is a transport of our own with room for the idle connections of a parallel sync to the one IXON host.
func Base(opts ...BaseOption) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	for _, opt := range opts {
		opt(t)
	}
	return t
}

// Headers is a RoundTripper that adds the headers that IXON wants on every call.
type Headers struct {
	Base        http.RoundTripper
	Application string
	Company     string // not needed for logging in
}

// RoundTrip sends a copy of req with the headers.
func (h Headers) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", h.Application)
	if h.Company != "" {
		req.Header.Set("Api-Company", h.Company)
	}
	return h.Base.RoundTrip(req)
}

// Drain reads what is left of a small body and closes it, so that the connection is used again.
func Drain(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
	_ = resp.Body.Close()
}

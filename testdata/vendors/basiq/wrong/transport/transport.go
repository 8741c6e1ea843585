package transport

import (
	"io"
	"net/http"
)

// Base is a transport of our own with room for the idle connections of a parallel sync to the one Basiq host.
func Base(opts ...BaseOption) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	for _, opt := range opts {
		opt(t)
	}
	return t
}

// Drain reads what is left of a small body and closes it, so that the connection is used again.
func Drain(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
	_ = resp.Body.Close()
}

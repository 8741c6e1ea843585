// Package shared makes clients for others.
package shared

import (
	"net/http"
	"time"
)

// Pool is a new one.
func Pool() *http.Transport { return http.DefaultTransport.(*http.Transport).Clone() }

// NewClient sends through what it is given, or a pool of its own.
func NewClient(rt http.RoundTripper) *http.Client {
	if rt == nil {
		rt = Pool()
	}
	return &http.Client{Transport: rt, Timeout: time.Minute}
}

var shared = NewClient(nil)

// Client is always the same.
func Client() *http.Client { return shared }

// Fetch sends with a transport that it is given.
func Fetch(url string, rt http.RoundTripper) error {
	resp, err := (&http.Client{Transport: rt}).Get(url)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

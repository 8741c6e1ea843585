// Package transport measures in a transport.
package transport

import (
	"log"
	"net/http"
	"time"
)

const base = "https://api.aelix.digitalapi.ai/v1"

type timed struct{ next http.RoundTripper }

func (t timed) RoundTrip(req *http.Request) (*http.Response, error) {
	start := time.Now()
	resp, err := t.next.RoundTrip(req)
	log.Printf("%s: %s", req.URL.Path, time.Since(start)) // want `this time is`
	return resp, err
}

func accounts() error {
	c := &http.Client{Transport: timed{http.DefaultTransport}}
	resp, err := c.Get(base + "/accounts")
	if err != nil {
		return err
	}
	if id := resp.Header.Get("X-Request-Id"); id != "" {
		log.Print(id)
	}
	return resp.Body.Close()
}

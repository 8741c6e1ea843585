// Package gandi calls a vendor that wants a scheme.
package gandi

import "net/http"

const base = "https://api.gandi.net/v5"

type client struct {
	http *http.Client
	key  string
	pat  string
}

// New returns a client with one of two credentials.
func New(key, pat string) *client { return &client{http: http.DefaultClient, key: key, pat: pat} }

func (c *client) sign(req *http.Request) {
	if c.key != "" {
		req.Header.Set("X-Api-Key", c.key)
	}
	if c.pat != "" {
		req.Header.Set("Authorization", c.pat) // want `the request is refused by Gandi: Authorization is pat without a scheme; write "Bearer " before it`
	}
}

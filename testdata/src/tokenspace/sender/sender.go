// Package sender sends what it is told as a credential.
package sender

import (
	"net/http"
	"strings"
)

// A Client signs requests.
type Client struct {
	Key  string
	Safe string
	key  string
}

// New returns a client with a key.
func New(key string) *Client { return &Client{key: key} }

// Sign sets the headers of a request.
func (c *Client) Sign(req *http.Request) {
	req.Header.Set("X-Api-Key", c.key)
	req.Header.Set("X-Auth-Token", c.Key)
	req.Header.Set("X-Access-Token", strings.TrimSpace(c.Safe))
}

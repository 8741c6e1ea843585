// Package client is built for servers and, since a page imports it, for
// browsers.
package client

import "net/http"

// Client calls an API.
type Client struct{ key string }

// New returns a client.
func New(key string) *Client { return &Client{key} }

// Things lists things.
func (c *Client) Things() (*http.Response, error) {
	req, err := http.NewRequest("GET", "https://api.example.com/things", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.key)
	return http.DefaultClient.Do(req)
}

// Status needs no key.
func Status() (*http.Response, error) { return http.Get("https://api.example.com/status") }

// Package client is a client with a key of its own.
package client

import (
	"encoding/json"
	"net/http"
)

// Client calls an API.
type Client struct {
	key string
	hc  *http.Client
}

// New returns a client with a key.
func New(key string) *Client { return &Client{key: key, hc: &http.Client{Transport: signer{key}}} }

type signer struct{ key string }

func (s signer) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+s.key)
	return http.DefaultTransport.RoundTrip(req)
}

// Account is an account.
type Account struct{ Name string }

// Accounts lists accounts.
func (c *Client) Accounts() ([]Account, error) {
	resp, err := c.hc.Get("https://api.example.com/accounts")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var list []Account
	return list, json.NewDecoder(resp.Body).Decode(&list)
}

// Status needs no key.
func (c *Client) Status() (string, error) {
	resp, err := http.Get("https://api.example.com/status")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	return resp.Status, nil
}

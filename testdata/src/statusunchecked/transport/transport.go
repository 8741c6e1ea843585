// Package transport checks statuses in a transport of its own.
package transport

import (
	"encoding/json"
	"errors"
	"net/http"
)

type account struct{ Balance string }

type checking struct{ base http.RoundTripper }

func (c *checking) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 400 {
		resp.Body.Close()
		return nil, errors.New(resp.Status)
	}
	return resp, nil
}

type client struct{ hc *http.Client }

func newClient() *client {
	return &client{hc: &http.Client{Transport: &checking{base: http.DefaultTransport}}}
}

func (c *client) load() (account, error) {
	var a account
	resp, err := c.hc.Get("https://api.example.com/v1/account")
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&a)
	return a, err
}

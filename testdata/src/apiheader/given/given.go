// Package given sends through clients that come from elsewhere.
package given

import (
	"net/http"
	"strings"
)

const base = "https://portal.ixon.cloud/api"

// Client has a client of its caller's.
type Client struct {
	HTTP *http.Client
	hc   *http.Client
}

// New uses the default client unless it is given one.
func New(hc *http.Client) *Client {
	if hc == nil {
		hc = http.DefaultClient
	}
	return &Client{hc: hc}
}

// The default sets nothing.
func (c *Client) agents() (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/agents", nil) // want `it is sent without Api-Version and Api-Application and Api-Company`
	if err != nil {
		return nil, err
	}
	return c.hc.Do(req)
}

// Whoever makes the client may have put the headers into its transport.
func (c *Client) servers() (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/servers", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer x")
	return c.HTTP.Do(req)
}

// Nobody puts two of three headers there.
func (c *Client) groups(application string) (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/groups", nil) // want `it is sent without Api-Company`
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", application)
	return c.HTTP.Do(req)
}

// Token asks for a token without a version, which only this one path needs.
func Token(hc *http.Client, key string) (*http.Response, error) {
	req, err := http.NewRequest("POST", "https://au-api.basiq.io/token", strings.NewReader("scope=SERVER_ACCESS")) // want `it is sent without basiq-version, which Basiq requires`
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Basic "+key)
	return hc.Do(req)
}

// Users needs none.
func Users(hc *http.Client, token string) (*http.Response, error) {
	req, err := http.NewRequest("POST", "https://au-api.basiq.io/users", strings.NewReader("{}"))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	return hc.Do(req)
}

// Package rest sends requests that options describe.
package rest

import (
	"io"
	"net/http"
)

// Opts describes a request.
type Opts struct {
	Method, Path string
	Body         io.Reader
}

// A Client sends.
type Client struct {
	HTTP *http.Client
	Root string
}

// Call sends a request.
func (c *Client) Call(o *Opts) (*http.Response, error) {
	req, err := http.NewRequest(o.Method, c.Root+o.Path, o.Body)
	if err != nil {
		return nil, err
	}
	return c.HTTP.Do(req)
}

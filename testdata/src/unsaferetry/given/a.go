// Package given gives others a transport that repeats, for its own client too.
package given

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

type transport struct {
	next  http.RoundTripper
	tries int
}

func New(next http.RoundTripper) http.RoundTripper { return &transport{next: next, tries: 3} }

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		body, err = io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	for n := 1; ; n++ {
		out := req.Clone(req.Context())
		out.Body = io.NopCloser(bytes.NewReader(body))
		resp, err := t.next.RoundTrip(out) // want `every request is sent again here after a network error, POST too`
		if n == t.tries || err == nil && resp.StatusCode < 500 {
			return resp, err
		}
		if err == nil {
			resp.Body.Close()
		}
		time.Sleep(time.Second * time.Duration(n))
	}
}

type Client struct{ hc *http.Client }

func NewClient(hc *http.Client) *Client { return &Client{hc} }

func (c *Client) Order(ctx context.Context, doc []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.example.com/profiles", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return errors.New(resp.Status)
	}
	return nil
}

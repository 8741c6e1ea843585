// Package ixon is a client of the parts of IXON APIv2 that the fleet sync needs.
package ixon

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"example.com/ixon/right/apierr"
	"example.com/ixon/right/auth"
	"example.com/ixon/right/transport"
)

// DefaultURL is the vendor's own brand; white labels have hosts of their own.
const DefaultURL = "https://portal.ixon.cloud/api"

// Client calls IXON for one company. It is safe for concurrent use.
type Client struct {
	base string
	hc   *http.Client
}

type settings struct {
	base  string
	rt    http.RoundTripper
	retry []transport.RetryOption
}

// Option changes what New makes.
type Option func(*settings)

// WithBaseURL sets the address of a white label.
func WithBaseURL(base string) Option {
	return func(s *settings) { s.base = base }
}

// WithTransport sets what requests are finally sent through.
func WithTransport(rt http.RoundTripper) Option {
	return func(s *settings) { s.rt = rt }
}

// WithRetry changes how calls are retried.
func WithRetry(opts ...transport.RetryOption) Option {
	return func(s *settings) { s.retry = opts }
}

// New is a client for a company, with a token of its own.
func New(application, company string, cred auth.Credentials, opts ...Option) *Client {
	s := settings{base: DefaultURL, rt: transport.Base()}
	for _, opt := range opts {
		opt(&s)
	}
	// IXON gives up on a call after 50 to 60 seconds.
	login := &http.Client{
		Timeout:   30 * time.Second,
		Transport: transport.Headers{Base: transport.NewRetry(s.rt, s.retry...), Application: application},
	}
	calls := transport.Headers{Base: transport.NewRetry(s.rt, s.retry...), Application: application, Company: company}
	return &Client{
		base: s.base,
		hc: &http.Client{
			Timeout:   45 * time.Second,
			Transport: &auth.Transport{Base: calls, Source: auth.NewSource(login, s.base, cred)},
		},
	}
}

// do sends in as JSON and decodes the data of the answer into out; either may be nil. It returns the cursor of the next
// page, if there is one.
func (c *Client) do(ctx context.Context, method, path string, query url.Values, in, out any) (string, error) {
	target := c.base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	req, err := newRequest(ctx, method, target, in)
	if err != nil {
		return "", err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return "", fmt.Errorf("%s %s: %w", method, path, err)
	}
	if out == nil {
		return "", nil
	}
	env := struct {
		Data      any    `json:"data"`
		MoreAfter string `json:"moreAfter"` // null, which leaves it empty, on the last page
	}{Data: out}
	if err := json.NewDecoder(resp.Body).Decode(&env); err != nil {
		return "", fmt.Errorf("%s %s: %w", method, path, err)
	}
	return env.MoreAfter, nil
}

func newRequest(ctx context.Context, method, target string, in any) (*http.Request, error) {
	if in == nil {
		return http.NewRequestWithContext(ctx, method, target, nil)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	// A bytes.Reader gives the request a GetBody, so that it can be sent again.
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}

// list decodes data that IXON sends as an object where there is one value.
type list[T any] []T

// UnmarshalJSON accepts both forms, and null.
func (l *list[T]) UnmarshalJSON(raw []byte) error {
	if bytes.Equal(raw, []byte("null")) {
		*l = nil
		return nil
	}
	if len(raw) > 0 && raw[0] == '[' {
		return json.Unmarshal(raw, (*[]T)(l))
	}
	var one T
	if err := json.Unmarshal(raw, &one); err != nil {
		return err
	}
	*l = list[T]{one}
	return nil
}

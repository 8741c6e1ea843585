// Package ixon is a client of the parts of IXON APIv2 that the fleet sync needs.
package ixon

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/transport"
)

// DefaultURL is the vendor's own brand; white labels have hosts of their own.
const DefaultURL = "https://portal.ixon.cloud/api"

// Client calls IXON for one company. It is safe for concurrent use.
type Client struct {
	base string
	hc   *http.Client
	send func(*http.Request) (*http.Response, error)
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
	login := &http.Client{
		Timeout:   30 * time.Second,
		Transport: transport.Headers{Base: transport.NewRetry(s.rt, s.retry...), Application: application},
	}
	calls := transport.Headers{Base: transport.NewRetry(s.rt, s.retry...), Application: application, Company: company}
	hc := &http.Client{
		Timeout:   45 * time.Second,
		Transport: &auth.Transport{Base: calls, Source: auth.NewSource(login, s.base, cred)},
	}
	return &Client{base: s.base, hc: hc, send: hc.Do}
}

// Error is an answer with an error status.
type Error struct {
	Status  int
	Reason  string
	details []detail
}

type detail struct {
	Message      string `json:"message"`
	PropertyName string `json:"propertyName"`
}

// Error says how the call failed.
func (e *Error) Error() string {
	return fmt.Sprintf("ixon: %d %s", e.Status, e.Reason)
}

// newError keeps the details where nobody will ever see them.
//
// "Integrations should correct the original request, you need to find the part of the request that was wrong and correct
// it. The response can give you a hint of what part is wrong."
func newError(resp *http.Response) error {
	var env struct {
		Status string   `json:"status"`
		Data   []detail `json:"data"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&env); err != nil {
		return fmt.Errorf("ixon: status %d: %w", resp.StatusCode, err)
	}
	return &Error{Status: resp.StatusCode, Reason: env.Status, details: env.Data} // want: errordetails
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

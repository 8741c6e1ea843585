// Package basiq is a client of the parts of the Basiq API that the sync needs.
package basiq

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"example.com/basiq/wrong/auth"
	"example.com/basiq/wrong/basiqerr"
	"example.com/basiq/wrong/transport"
)

// DefaultURL is the only host; the API key says whether it is the sandbox.
const DefaultURL = "https://au-api.basiq.io"

// Doer sends a request.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Client calls Basiq for one application. It is safe for concurrent use.
type Client struct {
	base string
	hc   *http.Client
	doer Doer
}

type settings struct {
	base  string
	rt    http.RoundTripper
	retry []transport.RetryOption
	doer  Doer
}

// Option changes what New makes.
type Option func(*settings)

// WithBaseURL sets another address.
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

// WithDoer sets what sends the calls for connections.
func WithDoer(d Doer) Option {
	return func(s *settings) { s.doer = d }
}

// New is a client with a token of its own.
func New(key string, opts ...Option) *Client {
	s := settings{base: DefaultURL, rt: transport.Base()}
	for _, opt := range opts {
		opt(&s)
	}
	retried := transport.NewRetry(s.rt, s.retry...)
	source := auth.NewSource(&http.Client{Timeout: 30 * time.Second, Transport: retried}, s.base, key)
	c := &Client{
		base: s.base,
		hc:   &http.Client{Timeout: 45 * time.Second, Transport: &auth.Transport{Base: retried, Source: source}},
	}
	c.doer = c.hc
	if s.doer != nil {
		c.doer = s.doer
	}
	return c
}

func (c *Client) userURL(user string) string { return c.base + "/users/" + url.PathEscape(user) }

func (c *Client) connectionURL(user, connection string) string {
	return c.userURL(user) + "/connections/" + url.PathEscape(connection)
}

// Problem is an answer with an error status.
type Problem struct {
	Status        int
	CorrelationID string
	Reason        string
}

// Error says how the call failed.
func (p *Problem) Error() string {
	return fmt.Sprintf("basiq: %d %s [%s]", p.Status, p.Reason, p.CorrelationID)
}

// newProblem keeps the last of the vendor's errors.
//
// "The error object will return the error as an array to indicate multiple errors (where present)."
func newProblem(resp *http.Response) error {
	var env struct {
		CorrelationID string            `json:"correlationId"`
		Data          []basiqerr.Detail `json:"data"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&env); err != nil {
		return fmt.Errorf("basiq: status %d: %w", resp.StatusCode, err)
	}
	p := &Problem{Status: resp.StatusCode, CorrelationID: env.CorrelationID}
	for _, d := range env.Data {
		p.Reason = d.String() // want: errordetails
	}
	return p
}

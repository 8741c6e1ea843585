package sessions

import (
	"context"
	"fmt"

	"example.com/flanks/wrong/call"
	"github.com/go-resty/resty/v2"
)

// brief is what a Desk wants to know of an error.
type brief struct {
	Error struct {
		Code string `json:"code"`
	} `json:"error"`
	TraceID string `json:"trace_id"`
}

// Desk starts sessions. Its constructor says what errors are decoded into.
type Desk struct{ rc *resty.Client }

// NewDesk returns a Desk.
func NewDesk(cfg call.Config) *Desk { return &Desk{rc: call.NewREST(cfg).SetError(&brief{})} }

// Start reports what the constructor has left of an error.
func (d *Desk) Start(ctx context.Context, w Wish) (string, error) {
	var out session
	resp, err := d.rc.R().SetContext(ctx).SetBody(w).SetResult(&out).Post(path)
	if err != nil {
		return "", err
	}
	if e, ok := resp.Error().(*brief); ok && resp.IsError() {
		return "", fmt.Errorf("start session: %d %s (trace %s)", resp.StatusCode(), e.Error.Code, e.TraceID) // want: errordetails
	}
	if resp.IsError() {
		return "", call.Parse(resp.StatusCode(), resp.Body())
	}
	return out.ID, nil
}

// Counter starts sessions. How it reads errors is its caller's choice, and all of them unless the caller says otherwise.
type Counter struct {
	rc   *resty.Client
	fail func(*resty.Response) error
}

// CounterOption changes a Counter as it is made.
type CounterOption func(*Counter)

// WithStatusOnly keeps errors to one line.
func WithStatusOnly() CounterOption {
	return func(c *Counter) {
		c.fail = func(resp *resty.Response) error {
			return fmt.Errorf("start session: %s", resp.Status()) // want: errordetails
		}
	}
}

// NewCounter returns a Counter.
func NewCounter(cfg call.Config, opts ...CounterOption) *Counter {
	c := &Counter{rc: call.NewREST(cfg), fail: func(resp *resty.Response) error {
		return call.Parse(resp.StatusCode(), resp.Body())
	}}
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// NewTerse returns the Counter of the public page.
func NewTerse(cfg call.Config) *Counter { return NewCounter(cfg, WithStatusOnly()) }

// Start leaves errors to the function that the options chose.
func (c *Counter) Start(ctx context.Context, w Wish) (string, error) {
	var out session
	resp, err := c.rc.R().SetContext(ctx).SetBody(w).SetResult(&out).Post(path)
	if err != nil {
		return "", err
	}
	if resp.IsError() {
		return "", c.fail(resp)
	}
	return out.ID, nil
}

// Package resty has error answers decoded by resty.
package resty

import (
	"errors"
	"fmt"

	"github.com/go-resty/resty/v2"
)

const base = "https://api.flanks.io"

type brief struct {
	Error struct {
		Code string `json:"code"`
	} `json:"error"`
	TraceID string `json:"trace_id"`
}

type whole struct {
	Error struct {
		Code    string `json:"code"`
		Details []struct {
			Type  string `json:"error_type"`
			Field string `json:"field"`
		} `json:"details"`
	} `json:"error"`
	TraceID string `json:"trace_id"`
}

type client struct {
	rc   *resty.Client
	fail func(*resty.Response) error
}

func newClient(opts ...func(*client)) *client {
	c := &client{rc: resty.New().SetBaseURL(base).SetError(&brief{}), fail: func(resp *resty.Response) error {
		return fmt.Errorf("%s: %s", resp.Status(), resp.Body())
	}}
	for _, opt := range opts {
		opt(c)
	}
	return c
}

func statusOnly() func(*client) {
	return func(c *client) {
		c.fail = func(resp *resty.Response) error {
			return fmt.Errorf("start: %s", resp.Status()) // want `without its body`
		}
	}
}

func (c *client) start() error {
	var out struct{ ID string }
	resp, err := c.rc.R().SetBody(1).SetResult(&out).Post("/connect/v2/sessions/start")
	if err != nil {
		return err
	}
	if resp.IsError() {
		return c.fail(resp)
	}
	return nil
}

func (c *client) ofTheRequest() error {
	var e struct {
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
		TraceID string `json:"trace_id"`
	}
	resp, err := c.rc.R().SetBody(1).SetError(&e).Post("/links") // want `the list error.details, in which Flanks`
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(e.Error.Code + " " + e.TraceID)
	}
	return nil
}

func (c *client) ofTheClient() error {
	resp, err := c.rc.R().SetBody(1).Post("/links")
	if err != nil {
		return err
	}
	if resp.IsError() {
		e := resp.Error().(*brief) // want `the list error.details, in which Flanks`
		return errors.New(e.Error.Code + " " + e.TraceID)
	}
	return nil
}

func (c *client) withRaw() error {
	resp, err := c.rc.R().SetBody(1).Post("/links")
	if err != nil {
		return err
	}
	if resp.IsError() {
		e := resp.Error().(*brief)
		return fmt.Errorf("%s: %s", e.Error.Code, resp.Body())
	}
	return nil
}

func (c *client) inFull() error {
	var e whole
	resp, err := c.rc.R().SetBody(1).SetError(&e).Post("/links")
	if err != nil {
		return err
	}
	if resp.IsError() {
		return fmt.Errorf("%s: %v", e.Error.Code, e.Error.Details)
	}
	return nil
}

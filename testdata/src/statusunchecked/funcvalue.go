package statusunchecked

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// A reader calls through a function that its constructor puts in.
type reader struct {
	base string
	send func(ctx context.Context, path string) (*http.Response, error)
	good func(ctx context.Context, path string) (*http.Response, error)
	via  func(ctx context.Context, path string) (*http.Response, error)
	late func(url string) (*http.Response, error)
	Open func(ctx context.Context, path string) (*http.Response, error)
}

func newReader(hc *http.Client, base string, opts ...func(*reader)) *reader {
	r := &reader{base: base, late: http.Get}
	r.send = func(ctx context.Context, path string) (*http.Response, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+path, nil)
		if err != nil {
			return nil, err
		}
		return hc.Do(req)
	}
	r.good = func(ctx context.Context, path string) (*http.Response, error) {
		resp, err := r.send(ctx, path)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode != http.StatusOK {
			resp.Body.Close()
			return nil, errors.New(resp.Status)
		}
		return resp, nil
	}
	r.Open = r.send
	c := &client{hc: hc}
	r.via = func(ctx context.Context, path string) (*http.Response, error) { return c.raw(ctx) }
	for _, opt := range opts {
		opt(r)
	}
	return r
}

func checkedToo(hc *http.Client) func(*reader) {
	c := &client{hc: hc}
	return func(r *reader) {
		r.via = func(ctx context.Context, path string) (*http.Response, error) { return c.checked(ctx) }
	}
}

func (r *reader) unchecked(ctx context.Context) (account, error) {
	var a account
	resp, err := r.send(ctx, "/v1/account") // want `taken for a success`
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&a)
	return a, err
}

// checkedInside is told of an error status by the function itself.
func (r *reader) checkedInside(ctx context.Context) (account, error) {
	var a account
	resp, err := r.good(ctx, "/v1/account")
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&a)
	return a, err
}

// eitherWay is called with a function that checks if an option says so.
func (r *reader) eitherWay(ctx context.Context) (account, error) {
	var a account
	resp, err := r.via(ctx, "/v1/account")
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&a)
	return a, err
}

// anybody may put another function into an exported field.
func (r *reader) anybody(ctx context.Context) ([]byte, error) {
	resp, err := r.Open(ctx, "/v1/account")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

func (r *reader) library() ([]byte, error) {
	resp, err := r.late("https://api.example.com/v1/account") // want `taken for a success`
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// local gives a literal to a function of the package.
func local(ctx context.Context, c *client) ([]byte, error) {
	return readWith(ctx, func(ctx context.Context) (*http.Response, error) { return c.raw(ctx) }) // want `taken for a success`
}

func readWith(ctx context.Context, open func(context.Context) (*http.Response, error)) ([]byte, error) {
	resp, err := open(ctx)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// ReadWith may be given anything.
func ReadWith(ctx context.Context, open func(context.Context) (*http.Response, error)) ([]byte, error) {
	resp, err := open(ctx)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// A checker gives the answer to functions that its constructor puts in.
type checker struct {
	hc     *http.Client
	check  func(*http.Response) error
	ignore func(*http.Response) error
	either func(*http.Response) error
}

func newChecker(hc *http.Client, lax bool) *checker {
	c := &checker{hc: hc, check: failed, ignore: func(*http.Response) error { return nil }, either: failed}
	if lax {
		c.either = func(*http.Response) error { return nil }
	}
	return c
}

func failed(resp *http.Response) error {
	if resp.StatusCode >= 400 {
		return errors.New(resp.Status)
	}
	return nil
}

func (c *checker) checked(v any) error {
	resp, err := c.hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := c.check(resp); err != nil {
		return err
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func (c *checker) ignored(v any) error {
	resp, err := c.hc.Get("https://api.example.com") // want `taken for a success`
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := c.ignore(resp); err != nil {
		return err
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

// asToldTo does what the program was told to.
func (c *checker) asToldTo(v any) error {
	resp, err := c.hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := c.either(resp); err != nil {
		return err
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

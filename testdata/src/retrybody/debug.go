package retrybody

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v4"
)

type debugging struct {
	http  *http.Client
	debug bool
}

func (c *debugging) note(req *http.Request) error {
	if req.Body == nil {
		return nil
	}
	data, err := io.ReadAll(req.Body)
	if err != nil {
		return err
	}
	req.Body.Close()
	req.Body = io.NopCloser(bytes.NewReader(data))
	log.Printf("%s %s %d", req.Method, req.URL.Path, len(data))
	return nil
}

// What the log read and put back is all there ever was of it.
func (c *debugging) shared(ctx context.Context, url string, body io.Reader) (*http.Response, error) {
	for attempt := 0; ; attempt++ {
		req, err := http.NewRequestWithContext(ctx, http.MethodPut, url, body)
		if err != nil {
			return nil, err
		}
		if c.debug {
			if err := c.note(req); err != nil {
				return nil, err
			}
		}
		resp, err := c.http.Do(req) // want `every attempt of this call reads the same body reader`
		if err == nil && resp.StatusCode < 500 || attempt == 3 {
			return resp, err
		}
		if err == nil {
			resp.Body.Close()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Second << attempt):
		}
	}
}

// Kept from before the first attempt, it is there for all of them.
func (c *debugging) kept(ctx context.Context, req *http.Request) (*http.Response, error) {
	data, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	for attempt := range 3 {
		req.Body = io.NopCloser(bytes.NewReader(data))
		resp, err := c.http.Do(req.WithContext(ctx))
		if err == nil && resp.StatusCode < 500 {
			return resp, nil
		}
		if err == nil {
			resp.Body.Close()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Second << attempt):
		}
	}
	return nil, errors.New("no answer")
}

// The literal that sends makes the request, each time it is called.
func (c *debugging) once(ctx context.Context, in []byte, again bool) (*http.Response, error) {
	send := func() (*http.Response, error) {
		req, err := made(ctx, in)
		if err != nil {
			return nil, err
		}
		return c.http.Do(req)
	}
	if !again {
		return send()
	}
	resp, err := send()
	return resp, err
}

func made(ctx context.Context, in []byte) (*http.Request, error) {
	var body io.Reader
	if in != nil {
		body = bytes.NewReader(in)
	}
	return http.NewRequestWithContext(ctx, http.MethodPost, "https://api.example.com/v1/things", body)
}

func (c *debugging) done(ctx context.Context, in []byte) error {
	resp, err := c.once(ctx, in, true)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return nil
}

func (c *debugging) madeInside(ctx context.Context, in []byte) error {
	return backoff.Retry(func() error {
		return c.done(ctx, in)
	}, backoff.WithContext(backoff.NewExponentialBackOff(), ctx))
}

// Some of the callers' requests have no body, and some have.
func (c *debugging) execute(req *http.Request) error {
	for {
		resp, err := c.http.Do(req) // want `a request with a body is sent again after its body is used up`
		if err != nil {
			return err
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode == http.StatusTooManyRequests {
			select {
			case <-req.Context().Done():
			case <-time.After(time.Second):
				continue
			}
		}
		if resp.StatusCode >= 300 {
			return errors.New(resp.Status)
		}
		return nil
	}
}

func (c *debugging) pause(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, "https://api.example.com/v1/pause", nil)
	if err != nil {
		return err
	}
	return c.execute(req)
}

func (c *debugging) play(ctx context.Context, buf *bytes.Buffer) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, "https://api.example.com/v1/play", buf)
	if err != nil {
		return err
	}
	return c.execute(req)
}

func (c *debugging) other(req *http.Request) error { return c.execute(req) }

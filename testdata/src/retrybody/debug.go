package retrybody

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"time"
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

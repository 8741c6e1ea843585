package bodyleak

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

func never(c *http.Client) error {
	resp, err := c.Get("https://api.example.com") // want `not closed`
	if err != nil {
		return err
	}
	if resp.StatusCode != 200 {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}

func afterCheck(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com") // want `not closed`
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", resp.Status)
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(v)
}

func discarded(c *http.Client, req *http.Request) error {
	_, err := c.Do(req) // want `not closed`
	return err
}

func good(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func goodClosure(c *http.Client, v any) (err error) {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer func() {
		if cerr := resp.Body.Close(); cerr != nil && err == nil {
			err = cerr
		}
	}()
	return json.NewDecoder(resp.Body).Decode(v)
}

func drainClose(rc io.ReadCloser) {
	io.Copy(io.Discard, rc)
	rc.Close()
}

func goodHelper(c *http.Client) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer drainClose(resp.Body)
	if resp.StatusCode > 299 {
		return fmt.Errorf("status %s", resp.Status)
	}
	return nil
}

func goodBeforeCheck(c *http.Client) error {
	resp, err := c.Get("https://api.example.com")
	if resp != nil {
		defer resp.Body.Close()
	}
	if err != nil {
		return err
	}
	return nil
}

func returned(c *http.Client) (io.ReadCloser, error) {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

func returnedOnlyOK(c *http.Client) (io.ReadCloser, error) {
	resp, err := c.Get("https://api.example.com") // want `not closed when the answer is not 200`
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != 200 {
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	return resp.Body, nil
}

type client struct {
	hc   *http.Client
	last *http.Response
}

func (c *client) do(ctx context.Context, url string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	if resp.StatusCode >= 400 {
		defer resp.Body.Close()
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	return resp, nil
}

func (c *client) viaWrapper(ctx context.Context) error {
	_, err := c.do(ctx, "https://api.example.com") // want `not closed`
	return err
}

func (c *client) viaWrapperGood(ctx context.Context) error {
	resp, err := c.do(ctx, "https://api.example.com")
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (c *client) store(ctx context.Context) error {
	resp, err := c.do(ctx, "https://api.example.com")
	if err != nil {
		return err
	}
	c.last = resp
	return nil
}

func loop(c *http.Client, urls []string) (n int) {
	for _, u := range urls {
		resp, err := c.Get(u) // want `not closed before the call is made again`
		if err != nil {
			continue
		}
		n += resp.StatusCode
	}
	return n
}

func loopGood(c *http.Client, req *http.Request) (*http.Response, error) {
	var resp *http.Response
	var err error
	for i := 0; i < 3; i++ {
		if resp != nil {
			resp.Body.Close()
		}
		resp, err = c.Do(req)
		if err == nil && resp.StatusCode < 500 {
			return resp, nil
		}
	}
	return resp, err
}

func twice(c *http.Client, req, again *http.Request) error {
	resp, err := c.Do(req) // want `not closed`
	if err != nil {
		return err
	}
	if resp.StatusCode == 401 {
		resp, err = c.Do(again)
		if err != nil {
			return err
		}
	}
	defer resp.Body.Close()
	return nil
}

func goroutine(c *http.Client, done chan<- *http.Response) {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return
	}
	go func() {
		defer resp.Body.Close()
		io.Copy(io.Discard, resp.Body)
	}()
}

func channel(c *http.Client, done chan<- *http.Response) {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return
	}
	done <- resp
}

func replaced(c *http.Client) (*http.Response, error) {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(nil)
	_ = b
	return resp, nil
}

func buffered(c *http.Client, req *http.Request) (*http.Response, error) {
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() {
		if cerr := resp.Body.Close(); err == nil {
			err = cerr
		}
	}()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(b))
	return resp, nil
}

func viaBuffered(c *http.Client, req *http.Request) error {
	_, err := buffered(c, req)
	return err
}

func readNeverClosed(c *http.Client) ([]byte, error) {
	resp, err := c.Get("https://api.example.com") // want `is never closed: only reading it to its end`
	if err != nil {
		return nil, err
	}
	return io.ReadAll(resp.Body)
}

func notModified(c *http.Client, req *http.Request, v any) error {
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	if resp.StatusCode == http.StatusNotModified {
		return nil
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(v)
}

type thing struct{ Name string }

func (c *client) thing(ctx context.Context) (*thing, error) {
	resp, err := c.do(ctx, "https://api.example.com")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var t thing
	return &t, json.NewDecoder(resp.Body).Decode(&t)
}

func (c *client) viaThing(ctx context.Context) error {
	_, err := c.thing(ctx)
	return err
}

type limits struct {
	get func(id string) (*http.Response, error)
}

func newLimits(c *http.Client) *limits {
	return &limits{get: func(id string) (*http.Response, error) {
		return c.Get("https://api.example.com/" + id)
	}}
}

func useLimits(c *http.Client) *limits {
	l := newLimits(c)
	return l
}

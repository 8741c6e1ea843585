package unsaferetry

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"syscall"
	"time"

	"github.com/avast/retry-go/v4"
	"github.com/go-resty/resty/v2"
	"github.com/hashicorp/go-retryablehttp"

	"unsaferetry/post"
)

func end(resp *http.Response) {
	if resp != nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

func createUser(c *http.Client, doc []byte) error {
	var last error
	for attempt := range 3 {
		resp, err := c.Post("https://api.example.com/v1/people", "application/json", bytes.NewReader(doc)) // want `this POST is sent again after a network error without an idempotency key`
		if err == nil && resp.StatusCode < 500 {
			end(resp)
			return nil
		}
		last = err
		end(resp)
		time.Sleep(time.Duration(attempt) * time.Second)
	}
	return last
}

// The key is the same in all attempts.
func createKeyed(c *http.Client, key string, doc []byte) error {
	var last error
	for attempt := range 3 {
		req, err := http.NewRequest("POST", "https://api.example.com/v1/people", bytes.NewReader(doc))
		if err != nil {
			return err
		}
		req.Header.Set("Idempotency-Key", key)
		resp, err := c.Do(req)
		if err == nil && resp.StatusCode < 500 {
			end(resp)
			return nil
		}
		last = err
		end(resp)
		time.Sleep(time.Duration(attempt) * time.Second)
	}
	return last
}

// Only what was surely not taken is sent again.
func createLimited(c *http.Client, doc []byte) error {
	for attempt := 1; ; attempt++ {
		resp, err := c.Post("https://api.example.com/v1/people", "application/json", bytes.NewReader(doc))
		if err != nil {
			return err
		}
		end(resp)
		if resp.StatusCode != 429 || attempt == 3 {
			return nil
		}
		time.Sleep(time.Duration(attempt) * time.Second)
	}
}

func notSent(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

func createRefused(c *http.Client, doc []byte) error {
	for attempt := 1; ; attempt++ {
		resp, err := c.Post("https://api.example.com/v1/people", "application/json", bytes.NewReader(doc))
		if err == nil {
			end(resp)
			return nil
		}
		if !notSent(err) || attempt == 3 {
			return err
		}
		time.Sleep(time.Duration(attempt) * time.Second)
	}
}

// It looks before it comes again.
func createLooking(c *http.Client, doc []byte) error {
	for attempt := 1; ; attempt++ {
		resp, err := c.Post("https://api.example.com/v1/people", "application/json", bytes.NewReader(doc))
		if err == nil {
			end(resp)
			return nil
		}
		if attempt == 3 {
			return err
		}
		time.Sleep(time.Duration(attempt) * time.Second)
		there, err := c.Get("https://api.example.com/v1/people/x")
		if err == nil && there.StatusCode == 200 {
			end(there)
			return nil
		}
		end(there)
	}
}

// A POST that only asks.
func search(c *http.Client, query []byte) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := c.Post("https://api.example.com/v1/search", "application/json", bytes.NewReader(query))
		if err == nil && resp.StatusCode < 500 || attempt == 3 {
			return resp, err
		}
		end(resp)
		time.Sleep(time.Duration(attempt) * time.Second)
	}
}

// The helper of another package, and a library that repeats.
func enrol(ctx context.Context, c *http.Client, doc []byte) error {
	return retry.Do(func() error {
		resp, err := post.Send(ctx, c, http.MethodPost, "https://api.example.com/v1/users", doc) // want `this POST is sent again after a network error`
		if err != nil {
			return err
		}
		defer end(resp)
		if resp.StatusCode >= 500 {
			return errors.New(resp.Status)
		}
		return nil
	}, retry.Attempts(3))
}

func enrolUnless(ctx context.Context, c *http.Client, doc []byte) error {
	return retry.Do(func() error {
		resp, err := post.Send(ctx, c, http.MethodPost, "https://api.example.com/v1/users", doc)
		if err != nil {
			return retry.Unrecoverable(err)
		}
		defer end(resp)
		if resp.StatusCode == 429 {
			return errors.New(resp.Status)
		}
		return nil
	}, retry.Attempts(3))
}

// One function sends all requests of a builder.
type call struct {
	req   *http.Request
	hc    *http.Client
	tries int
}

func newPost(hc *http.Client, url string, doc []byte) (*call, error) {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(doc))
	if err != nil {
		return nil, err
	}
	return &call{req: req, hc: hc, tries: 3}, nil
}

func newGet(hc *http.Client, url string) (*call, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return &call{req: req, hc: hc, tries: 3}, nil
}

func (c *call) do() (*http.Response, error) {
	resp, err := c.hc.Do(c.req)
	if err != nil {
		return nil, err
	}
	for i := 0; i < c.tries && resp.StatusCode >= 500; i++ {
		end(resp)
		time.Sleep(time.Second)
		if resp, err = c.hc.Do(c.req); err != nil { // want `every request is sent again here after a 5xx, POST too`
			return nil, err
		}
	}
	return resp, nil
}

// A transport that repeats what is idempotent.
type careful struct{ next http.RoundTripper }

func (t *careful) RoundTrip(req *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := t.next.RoundTrip(req)
		if attempt == 3 || err == nil || req.Method == http.MethodPost {
			return resp, err
		}
		time.Sleep(time.Second)
	}
}

// Clients that repeat by themselves.
type bank struct {
	retrying *retryablehttp.Client
	rest     *resty.Client
}

func newBank() *bank {
	return &bank{retryablehttp.NewClient(), resty.New().SetRetryCount(3)}
}

func (b *bank) pay(doc []byte) error {
	resp, err := b.retrying.Post("https://api.example.com/v1/payments", "application/json", doc) // want `the client sends this POST again`
	if err != nil {
		return err
	}
	end(resp)
	return nil
}

func (b *bank) transfer(doc []byte) error {
	resp, err := b.retrying.Post("https://api.example.com/v1/transfers", "application/json", doc)
	if err != nil {
		return err
	}
	end(resp)
	return nil
}

func (b *bank) order(doc []byte) error {
	_, err := b.rest.R().SetBody(doc).Post("https://api.example.com/v1/orders") // want `the client sends this POST again`
	return err
}

func (b *bank) orderKeyed(doc []byte, key string) error {
	_, err := b.rest.R().SetHeader("Idempotency-Key", key).SetBody(doc).Post("https://api.example.com/v1/orders")
	return err
}

// readsAgain repeats what reads, and sends everything else once.
type readsAgain struct{ next http.RoundTripper }

func (t readsAgain) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return t.next.RoundTrip(req)
	}
	for i := 0; ; i++ {
		resp, err := t.next.RoundTrip(req.Clone(req.Context()))
		if err == nil && resp.StatusCode < 500 || i == 3 {
			return resp, err
		}
		if err == nil {
			resp.Body.Close()
		}
		time.Sleep(time.Duration(i+1) * time.Second)
	}
}

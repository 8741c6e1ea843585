// Package lost reads answers that its clients keep for themselves.
package lost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"retryclass/lost/setup"
)

var errBusy = errors.New("busy")

// The branch for 5xx is dead.
type jobs struct {
	HTTP *retryablehttp.Client
	url  string
}

func newJobs(url string, timeout time.Duration) *jobs {
	c := retryablehttp.NewClient() // want `gives an error of its own for a 429 or 5xx: the code that tells it from others is dead`
	c.HTTPClient = &http.Client{Timeout: timeout}
	c.RetryMax = 3
	return &jobs{HTTP: c, url: url}
}

func (j *jobs) job(id string) ([]byte, error) {
	resp, err := j.HTTP.Get(j.url + "/" + id)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 500 {
		return nil, errBusy
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("job: %s", resp.Status)
	}
	return io.ReadAll(resp.Body)
}

// The body of the error is lost, through a plain client too.
type plain struct {
	c   *http.Client
	url string
}

type apiError struct {
	Status  int
	Message string `json:"message"`
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s", e.Status, e.Message) }

func newPlain(url string) *plain {
	c := retryablehttp.NewClient()
	return &plain{c: c.StandardClient(), url: url} // want `what the body says is lost`
}

func (p *plain) list(ctx context.Context) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := p.c.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 400 {
		e := &apiError{Status: resp.StatusCode}
		if json.Unmarshal(body, e) != nil {
			e.Message = string(body)
		}
		return nil, e
	}
	return body, nil
}

// A policy of one's own that repeats the same.
func withPolicy(ctx context.Context, url string) error {
	c := retryablehttp.NewClient() // want `is dead`
	c.CheckRetry = func(ctx context.Context, resp *http.Response, err error) (bool, error) {
		if err != nil {
			return true, err
		}
		return resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500, nil
	}
	resp, err := c.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return errBusy
	case resp.StatusCode >= 300:
		return errors.New(resp.Status)
	}
	return nil
}

// Told to pass the answer on: at once, in a literal, by a helper, by an option
// or by another package.
func passes(url string) error {
	c := retryablehttp.NewClient()
	c.ErrorHandler = retryablehttp.PassthroughErrorHandler
	return tells(c, url)
}

func literal(url string) error {
	return tells(&retryablehttp.Client{HTTPClient: &http.Client{}, ErrorHandler: retryablehttp.PassthroughErrorHandler}, url)
}

func helped(url string) error {
	c := retryablehttp.NewClient()
	pass(c)
	return tells(c, url)
}

func pass(c *retryablehttp.Client) {
	c.ErrorHandler = func(resp *http.Response, err error, tries int) (*http.Response, error) { return resp, err }
}

func perhaps(url string, handler retryablehttp.ErrorHandler) error {
	c := retryablehttp.NewClient()
	if handler != nil {
		c.ErrorHandler = handler
	}
	return tells(c, url)
}

func optional(url string, options ...func(*retryablehttp.Client)) error {
	c := retryablehttp.NewClient()
	for _, o := range options {
		o(c)
	}
	return tells(c, url)
}

func foreign(url string) error {
	c := retryablehttp.NewClient()
	setup.Prepare(c)
	return tells(c, url)
}

func tells(c *retryablehttp.Client, url string) error {
	resp, err := c.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 500 {
		return errBusy
	}
	if resp.StatusCode >= 300 {
		return errors.New(resp.Status)
	}
	return nil
}

// Nobody looks at more than whether it failed.
func plainly(url string) error {
	c := retryablehttp.NewClient()
	resp, err := c.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New("no " + url)
	}
	return nil
}

// A policy that repeats other things lets the answers through.
func onlyNetwork(url string) error {
	c := retryablehttp.NewClient()
	c.CheckRetry = func(ctx context.Context, resp *http.Response, err error) (bool, error) { // want `this policy never repeats 429, 5xx`
		return err != nil, nil
	}
	resp, err := c.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 500 {
		return errBusy
	}
	if resp.StatusCode >= 300 {
		return errors.New(resp.Status)
	}
	return nil
}

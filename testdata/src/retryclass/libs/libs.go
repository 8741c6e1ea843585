// Package libs repeats with libraries.
package libs

import (
	"context"
	"errors"
	"net/http"

	"github.com/avast/retry-go/v4"
	backoff4 "github.com/cenkalti/backoff/v4"
	"github.com/cenkalti/backoff/v5"
	"github.com/go-resty/resty/v2"
	"github.com/hashicorp/go-retryablehttp"
	tf "github.com/hashicorp/terraform-plugin-sdk/v2/helper/retry"
	sethvargo "github.com/sethvargo/go-retry"

	"retryclass/errs"
	"retryclass/executor"
)

func withAvast(c *http.Client) error {
	return retry.Do(func() error {
		resp, err := c.Get("https://api.example.com") // want `answered with 400 or 422 is sent again`
		if err != nil {
			return err
		}
		return errs.Check(resp)
	}, retry.Attempts(4), retry.LastErrorOnly(true))
}

// An option may say which errors are repeated.
func withFilter(c *http.Client, filter func(error) bool, options ...retry.Option) error {
	op := func() error {
		resp, err := c.Get("https://api.example.com")
		if err != nil {
			return err
		}
		return errs.Check(resp)
	}
	if err := retry.Do(op, retry.RetryIf(filter)); err != nil {
		return err
	}
	return retry.Do(op, options...)
}

func withBackoff(ctx context.Context, c *http.Client) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		resp, err := c.Get("https://api.example.com") // want `answered with 400 or 422 is sent again`
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, errs.Check(resp)
	})
	return err
}

func withBackoffPermanent(ctx context.Context, c *http.Client) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		resp, err := c.Get("https://api.example.com")
		if err != nil {
			return struct{}{}, err
		}
		status := resp.StatusCode
		err = errs.Check(resp)
		if err != nil && status < 500 && status != 429 {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	})
	return err
}

func withBackoff4(c *http.Client) error {
	return backoff4.Retry(func() error {
		resp, err := c.Get("https://api.example.com") // want `5xx is repeated and 429 is not`
		if err != nil {
			return err
		}
		status := resp.StatusCode
		if err := errs.Check(resp); err != nil {
			if status >= 500 {
				return err
			}
			return backoff4.Permanent(err)
		}
		return nil
	}, backoff4.NewExponentialBackOff())
}

func withSethvargo(ctx context.Context, c *http.Client) error {
	return sethvargo.Do(ctx, sethvargo.NewConstant(1), func(ctx context.Context) error {
		resp, err := c.Get("https://api.example.com") // want `answered with 400 or 422 is sent again`
		if err != nil {
			return sethvargo.RetryableError(err)
		}
		if err := errs.Check(resp); err != nil {
			return sethvargo.RetryableError(err)
		}
		return nil
	})
}

func withTerraform(ctx context.Context, c *http.Client) error {
	return tf.RetryContext(ctx, 1, func() *tf.RetryError {
		resp, err := c.Get("https://api.example.com")
		if err != nil {
			return tf.RetryableError(err)
		}
		status := resp.StatusCode
		if err := errs.Check(resp); err != nil {
			if status >= 500 || status == 429 {
				return tf.RetryableError(err)
			}
			return tf.NonRetryableError(err)
		}
		return nil
	})
}

// The client decides by functions.

func serverOnly(_ context.Context, resp *http.Response, err error) (bool, error) { // want `this policy never repeats network errors, 429, which pass by themselves`
	if resp == nil {
		return false, err
	}
	return resp.StatusCode == 500 || resp.StatusCode == 503, nil
}

func limitsOnly(ctx context.Context, resp *http.Response, err error) (bool, error) { // want `this policy never repeats network errors, 5xx`
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		return true, nil
	}
	return false, nil
}

func extended(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if err == nil && resp.StatusCode == http.StatusConflict {
		return true, nil
	}
	return retryablehttp.DefaultRetryPolicy(ctx, resp, err)
}

func never(ctx context.Context, resp *http.Response, err error) (bool, error) { return false, err }

func refusedToo(ctx context.Context, resp *http.Response, err error) (bool, error) { // want `answered with 400 or 422 is sent again`
	return err != nil || resp.StatusCode >= 400, nil
}

func clients() []*retryablehttp.Client {
	a := retryablehttp.NewClient()
	a.CheckRetry = limitsOnly
	b := &retryablehttp.Client{CheckRetry: serverOnly}
	c := retryablehttp.NewClient()
	c.CheckRetry = extended
	d := retryablehttp.NewClient()
	d.CheckRetry = never
	e := retryablehttp.NewClient()
	e.CheckRetry = refusedToo
	return []*retryablehttp.Client{a, b, c, d, e}
}

func restyClient() *resty.Client {
	return resty.New().SetRetryCount(3).
		AddRetryCondition(func(r *resty.Response, err error) bool { return r.StatusCode() == 429 }).
		AddRetryCondition(func(r *resty.Response, err error) bool { // want `answered with 400 or 422 is sent again`
			return r.IsError()
		})
}

// The helper of another package gets its operation in a field.
func withExecutor(c *http.Client, tries int) (*http.Response, error) {
	var resp *http.Response
	var err error
	e := executor.RetryExecutor{Tries: tries, Handler: func() (bool, error) {
		resp, err = c.Get("https://api.example.com") // want `5xx is repeated and 429 is not`
		if err != nil {
			return true, err
		}
		if resp.StatusCode < 500 {
			return false, nil
		}
		return true, nil
	}}
	if err := e.Execute(); err != nil {
		return nil, err
	}
	return resp, nil
}

// That the body could not be closed says nothing of the status.
func withExecutorAndClose(c *http.Client, tries int) (err error) {
	var status int
	e := executor.RetryExecutor{Tries: tries, Handler: func() (bool, error) {
		status, err = getAndClose(c) // want `5xx is repeated and 429 is not`
		if err != nil {
			return true, err
		}
		return status >= 500, nil
	}}
	return e.Execute()
}

func withExecutorThatWaits(c *http.Client, tries int) (err error) {
	var status int
	e := executor.RetryExecutor{Tries: tries, Handler: func() (bool, error) {
		status, err = getAndClose(c)
		if err != nil {
			return true, err
		}
		return status >= 500 || status == http.StatusTooManyRequests, nil
	}}
	return e.Execute()
}

func getAndClose(c *http.Client) (status int, err error) {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	return resp.StatusCode, nil
}

// A function of the caller's may decide, else the code does.
func withDecider(c *http.Client, req *http.Request, decide func(*http.Response, error) bool) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := c.Do(req) // want `5xx is repeated and 429 is not`
		if decide != nil {
			if !decide(resp, err) {
				return resp, err
			}
			continue
		}
		if attempt == 4 || err == nil && resp.StatusCode < 500 {
			return resp, err
		}
		if err == nil {
			resp.Body.Close()
		}
	}
}

// Package restclient makes clients for other packages.
package restclient

import (
	"errors"
	"net/http"
	"time"

	"github.com/go-resty/resty/v2"
)

// Plain returns a client that leaves the status to its users.
func Plain(hc *http.Client) *resty.Client {
	return resty.NewWithClient(hc).SetTimeout(time.Second).SetRetryAfter(wait)
}

func wait(*resty.Client, *resty.Response) (time.Duration, error) { return time.Second, nil }

// Checking returns a client whose error statuses are errors.
func Checking() *resty.Client {
	rc := resty.New()
	setUp(rc)
	return rc
}

func setUp(rc *resty.Client) {
	rc.OnAfterResponse(func(_ *resty.Client, resp *resty.Response) error {
		if resp.IsError() {
			return errors.New(resp.Status())
		}
		return nil
	})
}

var shared = resty.New()

// Shared returns the client of all.
func Shared() *resty.Client { return shared }

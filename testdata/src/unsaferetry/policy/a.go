// Package policy gives a retrying client a policy that leaves out what may be
// done already.
package policy

import (
	"bytes"
	"context"
	"net/http"

	"github.com/hashicorp/go-retryablehttp"
)

func onlyThrottled(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return false, err
	}
	return resp.StatusCode == http.StatusTooManyRequests, nil
}

func newClient() *retryablehttp.Client {
	c := retryablehttp.NewClient()
	c.CheckRetry = onlyThrottled
	return c
}

func createBooking(c *retryablehttp.Client, body []byte) error {
	req, err := retryablehttp.NewRequest(http.MethodPost, "https://api.example.com/v1/bookings", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

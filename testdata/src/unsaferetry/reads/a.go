// Package reads gives a retrying client a policy that asks for the method.
package reads

import (
	"context"
	"net/http"

	"github.com/hashicorp/go-retryablehttp"
)

func onlyReads(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if resp != nil && resp.Request.Method != http.MethodGet {
		return false, nil
	}
	return err != nil || resp.StatusCode >= 500, nil
}

func newClient() *retryablehttp.Client {
	c := retryablehttp.NewClient()
	c.CheckRetry = onlyReads
	return c
}

func createExport(c *retryablehttp.Client, body []byte) error {
	req, err := retryablehttp.NewRequest(http.MethodPost, "https://api.example.com/v1/exports", body)
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

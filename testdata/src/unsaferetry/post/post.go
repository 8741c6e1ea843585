// Package post sends requests.
package post

import (
	"bytes"
	"context"
	"net/http"
)

// Send sends bytes.
func Send(ctx context.Context, c *http.Client, method, url string, doc []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(doc))
	if err != nil {
		return nil, err
	}
	return c.Do(req)
}

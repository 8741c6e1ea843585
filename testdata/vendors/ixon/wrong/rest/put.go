package rest

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// A Change is what a call writes.
type Change struct {
	Target string
	Body   io.Reader
}

// Put sends the JSON of a reader. The answer is the caller's to judge and to close.
func Put(ctx context.Context, hc *http.Client, target string, body io.Reader) (*http.Response, error) {
	return Write(ctx, hc, &Change{Target: target, Body: body})
}

// Write sends a change.
func Write(ctx context.Context, hc *http.Client, c *Change) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, c.Target, c.Body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := hc.Do(req)
	if err != nil {
		return nil, fmt.Errorf("PUT %s: %w", req.URL.Path, err)
	}
	return resp, nil
}

package bank

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Attach stores a document beside a payment. Storing it twice does no harm.
func (c *Client) Attach(ctx context.Context, payment string, document []byte) error {
	token, err := c.tokens.get(ctx)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, c.base+"/payments/"+url.PathEscape(payment)+"/document", bytes.NewReader(document))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/pdf")
	for attempt := 1; ; attempt++ {
		resp, err := c.http.Do(req)
		if attempt == 4 || err == nil && !busy(resp) {
			return stored(resp, err)
		}
		delay := time.Second << attempt
		if err == nil {
			if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
				delay = time.Duration(s) * time.Second
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// busy reports whether the bank may take the same request later.
func busy(resp *http.Response) bool {
	return resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests
}

func stored(resp *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return apiError("document", resp)
	}
	return nil
}

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
		if err := later(ctx, attempt, resp); err != nil {
			return err
		}
	}
}

// later ends a failed attempt and waits for the next one.
func later(ctx context.Context, attempt int, resp *http.Response) error {
	select {
	case <-time.After(delay(attempt, resp)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// delay is as long as the bank asks for, or longer each time. It closes the
// answer, if there is one.
func delay(attempt int, resp *http.Response) time.Duration {
	d := time.Second << attempt
	if resp != nil {
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
			d = time.Duration(s) * time.Second
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	return d
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

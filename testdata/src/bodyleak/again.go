package bodyleak

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/cenkalti/backoff/v4"
)

// No error is none of a kind.
func kinds(ctx context.Context, hc *http.Client, req *http.Request) error {
	return backoff.Retry(func() error {
		resp, err := hc.Do(req)
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("cut off: %w", err)
		} else if err != nil {
			return backoff.Permanent(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return errors.New(resp.Status)
		}
		return nil
	}, backoff.WithContext(backoff.NewExponentialBackOff(), ctx))
}

func kindsOpen(ctx context.Context, hc *http.Client, req *http.Request) error {
	return backoff.Retry(func() error {
		resp, err := hc.Do(req) // want `the response body of this call is not closed`
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("cut off: %w", err)
		} else if err != nil {
			return backoff.Permanent(err)
		}
		if resp.StatusCode != http.StatusOK {
			return errors.New(resp.Status)
		}
		defer resp.Body.Close()
		return nil
	}, backoff.WithContext(backoff.NewExponentialBackOff(), ctx))
}

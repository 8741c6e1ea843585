// Package retry is a stub for fixtures.
package retry

import (
	"context"
	"time"
)

type RetryFunc func() *RetryError

type RetryError struct {
	Err       error
	Retryable bool
}

func (e *RetryError) Error() (text string) { return }
func (e *RetryError) Unwrap() (err error)  { return }

func RetryContext(ctx context.Context, timeout time.Duration, f RetryFunc) (err error) { return }
func RetryableError(err error) (marked *RetryError)                                    { return }
func NonRetryableError(err error) (final *RetryError)                                  { return }

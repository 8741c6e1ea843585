// Package retry is a stub for fixtures.
package retry

import (
	"context"
	"time"
)

type (
	RetryFunc             func(ctx context.Context) error
	RetryFuncValue[T any] func(ctx context.Context) (T, error)
	BackoffFunc           func() (time.Duration, bool)
)

type Backoff interface {
	Next() (next time.Duration, stop bool)
}

func (b BackoffFunc) Next() (next time.Duration, stop bool) { return }

func RetryableError(err error) (marked error)                    { return }
func Do(ctx context.Context, b Backoff, f RetryFunc) (err error) { return }
func DoValue[T any](ctx context.Context, b Backoff, f RetryFuncValue[T]) (value T, failed error) {
	return
}
func NewConstant(t time.Duration) (b Backoff)                         { return }
func NewExponential(base time.Duration) (b Backoff)                   { return }
func NewFibonacci(base time.Duration) (b Backoff)                     { return }
func WithMaxRetries(max uint64, next Backoff) (b Backoff)             { return }
func WithMaxDuration(timeout time.Duration, next Backoff) (b Backoff) { return }
func WithCappedDuration(cap time.Duration, next Backoff) (b Backoff)  { return }

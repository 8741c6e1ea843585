// Package backoff is a stub for fixtures.
package backoff

import (
	"context"
	"time"
)

const Stop time.Duration = -1

type BackOff interface {
	NextBackOff() time.Duration
	Reset()
}

type ExponentialBackOff struct {
	InitialInterval     time.Duration
	RandomizationFactor float64
	Multiplier          float64
	MaxInterval         time.Duration
}

func (b *ExponentialBackOff) NextBackOff() (d time.Duration) { return }
func (b *ExponentialBackOff) Reset()                         {}

func NewExponentialBackOff() (b *ExponentialBackOff) { return }

type ConstantBackOff struct{ Interval time.Duration }

func (b *ConstantBackOff) NextBackOff() (d time.Duration) { return }
func (b *ConstantBackOff) Reset()                         {}

func NewConstantBackOff(d time.Duration) (b *ConstantBackOff) { return }

type ZeroBackOff struct{}

func (b *ZeroBackOff) NextBackOff() (d time.Duration) { return }
func (b *ZeroBackOff) Reset()                         {}

type (
	Operation[T any] func() (T, error)
	Notify           func(error, time.Duration)
	RetryOption      func(*retryOptions)
	retryOptions     struct{}
)

func Retry[T any](ctx context.Context, operation Operation[T], opts ...RetryOption) (result T, err error) {
	return
}
func WithBackOff(b BackOff) (o RetryOption)              { return }
func WithNotify(n Notify) (o RetryOption)                { return }
func WithMaxTries(n uint) (o RetryOption)                { return }
func WithMaxElapsedTime(d time.Duration) (o RetryOption) { return }

type PermanentError struct{ Err error }

func (e *PermanentError) Error() (text string) { return }
func (e *PermanentError) Unwrap() (err error)  { return }

func Permanent(err error) (permanent error) { return }

type RetryAfterError struct{ Duration time.Duration }

func (e *RetryAfterError) Error() (text string) { return }

func RetryAfter(seconds int) (err error) { return }

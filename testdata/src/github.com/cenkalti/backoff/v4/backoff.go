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

type BackOffContext interface {
	BackOff
	Context() context.Context
}

type ExponentialBackOff struct {
	InitialInterval     time.Duration
	RandomizationFactor float64
	Multiplier          float64
	MaxInterval         time.Duration
	MaxElapsedTime      time.Duration
	Stop                time.Duration
}

func (b *ExponentialBackOff) NextBackOff() (d time.Duration) { return }
func (b *ExponentialBackOff) Reset()                         {}

type ExponentialBackOffOpts func(*ExponentialBackOff)

func NewExponentialBackOff(opts ...ExponentialBackOffOpts) (b *ExponentialBackOff) { return }
func WithMaxElapsedTime(duration time.Duration) (o ExponentialBackOffOpts)         { return }
func WithInitialInterval(duration time.Duration) (o ExponentialBackOffOpts)        { return }
func WithMaxInterval(duration time.Duration) (o ExponentialBackOffOpts)            { return }

type ConstantBackOff struct{ Interval time.Duration }

func (b *ConstantBackOff) NextBackOff() (d time.Duration) { return }
func (b *ConstantBackOff) Reset()                         {}

func NewConstantBackOff(d time.Duration) (b *ConstantBackOff) { return }

type ZeroBackOff struct{}

func (b *ZeroBackOff) NextBackOff() (d time.Duration) { return }
func (b *ZeroBackOff) Reset()                         {}

type StopBackOff struct{}

func (b *StopBackOff) NextBackOff() (d time.Duration) { return }
func (b *StopBackOff) Reset()                         {}

func WithMaxRetries(b BackOff, max uint64) (limited BackOff)            { return }
func WithContext(b BackOff, ctx context.Context) (bound BackOffContext) { return }

type (
	Operation                func() error
	OperationWithData[T any] func() (T, error)
	Notify                   func(error, time.Duration)
)

func Retry(o Operation, b BackOff) (err error)                                   { return }
func RetryWithData[T any](o OperationWithData[T], b BackOff) (data T, err error) { return }
func RetryNotify(operation Operation, b BackOff, notify Notify) (err error)      { return }
func RetryNotifyWithData[T any](operation OperationWithData[T], b BackOff, notify Notify) (data T, err error) {
	return
}

type PermanentError struct{ Err error }

func (e *PermanentError) Error() (text string) { return }
func (e *PermanentError) Unwrap() (err error)  { return }

func Permanent(err error) (permanent error) { return }

// Package retry is a stub for fixtures.
package retry

import (
	"context"
	"time"
)

type (
	RetryableFunc                func() error
	RetryableFuncWithData[T any] func() (T, error)
	RetryIfFunc                  func(error) bool
	OnRetryFunc                  func(attempt uint, err error)
	DelayTypeFunc                func(n uint, err error, config *Config) time.Duration
	Option                       func(*Config)
	Config                       struct{}
	Error                        []error
)

func (e Error) Error() (text string) { return }

func Do(retryableFunc RetryableFunc, opts ...Option) (err error) { return }
func DoWithData[T any](retryableFunc RetryableFuncWithData[T], opts ...Option) (data T, err error) {
	return
}
func Unrecoverable(err error) (permanent error)                        { return }
func IsRecoverable(err error) (ok bool)                                { return }
func Attempts(attempts uint) (o Option)                                { return }
func UntilSucceeded() (o Option)                                       { return }
func Delay(delay time.Duration) (o Option)                             { return }
func MaxDelay(maxDelay time.Duration) (o Option)                       { return }
func MaxJitter(d time.Duration) (o Option)                             { return }
func DelayType(delayType DelayTypeFunc) (o Option)                     { return }
func OnRetry(onRetry OnRetryFunc) (o Option)                           { return }
func RetryIf(retryIf RetryIfFunc) (o Option)                           { return }
func Context(ctx context.Context) (o Option)                           { return }
func LastErrorOnly(lastErrorOnly bool) (o Option)                      { return }
func BackOffDelay(n uint, err error, config *Config) (d time.Duration) { return }
func FixedDelay(n uint, err error, config *Config) (d time.Duration)   { return }
func RandomDelay(n uint, err error, config *Config) (d time.Duration)  { return }

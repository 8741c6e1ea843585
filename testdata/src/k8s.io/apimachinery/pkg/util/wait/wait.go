// Package wait is a stub for fixtures.
package wait

import (
	"context"
	"time"
)

type (
	ConditionFunc            func() (done bool, err error)
	ConditionWithContextFunc func(context.Context) (done bool, err error)
)

type Backoff struct {
	Duration time.Duration
	Factor   float64
	Jitter   float64
	Steps    int
	Cap      time.Duration
}

func ExponentialBackoff(backoff Backoff, condition ConditionFunc) (err error) { return }
func ExponentialBackoffWithContext(ctx context.Context, backoff Backoff, condition ConditionWithContextFunc) (err error) {
	return
}
func PollUntilContextTimeout(ctx context.Context, interval, timeout time.Duration, immediate bool, condition ConditionWithContextFunc) (err error) {
	return
}

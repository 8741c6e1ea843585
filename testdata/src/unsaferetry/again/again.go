// Package again repeats what it is given.
package again

import (
	"context"
	"errors"
	"time"
)

// RetryAny calls f up to three times.
func RetryAny[T any](ctx context.Context, f func(context.Context) (T, error)) (v T, err error) {
	for n := range 3 {
		if v, err = f(ctx); err == nil {
			return v, nil
		}
		select {
		case <-ctx.Done():
			return v, ctx.Err()
		case <-time.After(time.Second << n):
		}
	}
	return v, err
}

// RetryIf calls f up to three times where again says so.
func RetryIf(f func() error, again func(error) bool) (err error) {
	for n := range 3 {
		if err = f(); err == nil || !again(err) {
			return err
		}
		time.Sleep(time.Second << n)
	}
	return err
}

type permanent struct{ err error }

func (p permanent) Error() string { return p.err.Error() }

// Permanent marks an error after which RetryMost stops.
func Permanent(err error) error { return permanent{err} }

// RetryMost calls f up to three times, unless its error is permanent.
func RetryMost(f func() error) (err error) {
	for n := range 3 {
		err = f()
		var p permanent
		if err == nil || errors.As(err, &p) {
			return err
		}
		time.Sleep(time.Second << n)
	}
	return err
}

var errStop = errors.New("stop")

func verdict(err error) string { return err.Error() }

// RetryUntil calls f up to three times, unless its error says no.
func RetryUntil(f func() error) (err error) {
	late := false
	for n := range 3 {
		if err = f(); err == nil || verdict(err) == "stop" {
			return err
		}
		if n > 0 {
			late = true
		}
		if late {
			time.Sleep(time.Second << n)
		}
	}
	return err
}

// RetryUnlessStop calls f up to three times, unless its error is errStop.
func RetryUnlessStop(f func() error) (err error) {
	for range 3 {
		if err = f(); err == nil || errors.Is(err, errStop) {
			return err
		}
	}
	return err
}

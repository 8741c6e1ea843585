// Package retry calls a function until it succeeds.
package retry

import (
	"context"
	"errors"
	"time"
)

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent marks an error that no other attempt mends.
func Permanent(err error) error { return permanent{err} }

// Do calls fn until it succeeds or says that no other attempt helps.
func Do[T any](ctx context.Context, tries int, fn func(context.Context) (T, error)) (T, error) {
	var (
		zero T
		err  error
	)
	for n := range tries {
		var v T
		if v, err = fn(ctx); err == nil {
			return v, nil
		}
		var perm permanent
		if errors.As(err, &perm) {
			return zero, perm.error
		}
		select {
		case <-ctx.Done():
			return zero, ctx.Err()
		case <-time.After(time.Second << n):
		}
	}
	return zero, err
}

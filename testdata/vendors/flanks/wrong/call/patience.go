package call

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/avast/retry-go/v4"
)

// Patience is four attempts with a growing, capped delay, for what a repetition can mend.
func Patience(ctx context.Context) []retry.Option {
	return []retry.Option{
		retry.Context(ctx), retry.Attempts(4), retry.LastErrorOnly(true), retry.RetryIf(Passing),
		retry.Delay(5 * time.Millisecond), retry.MaxDelay(30 * time.Second), retry.MaxJitter(5 * time.Millisecond),
		retry.DelayType(Delay),
	}
}

// Passing reports whether another attempt may end better: network errors, 429 and 5xx.
func Passing(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	e := As(err)
	return e == nil || e.Status == http.StatusTooManyRequests || e.Status >= 500
}

// Delay is what the vendor asked for, or else grows from attempt to attempt.
func Delay(n uint, err error, cfg *retry.Config) time.Duration {
	if e := As(err); e != nil && e.RetryAfter > 0 {
		return e.RetryAfter
	}
	return retry.BackOffDelay(n, err, cfg) + retry.RandomDelay(n, err, cfg)
}

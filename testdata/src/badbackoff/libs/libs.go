// Package libs tells libraries how long to wait.
package libs

import (
	"net/http"
	"time"

	"github.com/avast/retry-go/v4"
	"github.com/cenkalti/backoff/v4"
	"github.com/go-resty/resty/v2"
	"github.com/hashicorp/go-retryablehttp"

	"badbackoff/pacer"
)

const short = 20 * time.Millisecond

func attentive(min, max time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil && resp.StatusCode == 429 {
		until, err := time.Parse(time.RFC1123, resp.Header.Get("Retry-After"))
		if err != nil {
			return 10 // want `this delay is 10 nanoseconds`
		}
		return time.Until(until)
	}
	if attempt == 0 {
		return 0
	}
	return min
}

func plain(min, max time.Duration, attempt int, resp *http.Response) time.Duration {
	return 10 * time.Second
}

// notGiven is no delay.
func notGiven() time.Duration { return 10 }

func clients() {
	a := retryablehttp.NewClient()
	a.Backoff = attentive
	a.RetryWaitMin = 100 // want `this delay is 100 nanoseconds`
	b := &retryablehttp.Client{Backoff: plain, RetryWaitMax: 30 * time.Second, RetryMax: 10}
	_, _ = a, b
	resty.New().SetRetryCount(3).SetRetryWaitTime(200) // want `this delay is 200 nanoseconds`
	pacer.New(pacer.MinSleep(1000), pacer.Decay(2))    // want `this delay is 1000 nanoseconds`
	pacer.New(pacer.MinSleep(short), pacer.MinSleep(10*time.Millisecond))
	_ = retry.Do(func() error { return nil }, retry.Attempts(4), retry.Delay(50)) // want `this delay is 50 nanoseconds`
	_ = retry.Do(func() error { return nil }, retry.Delay(1), retry.Delay(0))
	e := backoff.NewExponentialBackOff()
	e.InitialInterval = 500 // want `this delay is 500 nanoseconds`
	_ = e
}

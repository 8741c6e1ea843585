// Package libs gives requests to libraries that repeat: each way that is wrong
// has one beside it that is right.
package libs

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	retry4 "github.com/avast/retry-go/v4"
	retry5 "github.com/avast/retry-go/v5"
	backoff3 "github.com/cenkalti/backoff/v3"
	backoff4 "github.com/cenkalti/backoff/v4"
	backoff5 "github.com/cenkalti/backoff/v5"
	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
	seth "github.com/sethvargo/go-retry"
	"k8s.io/apimachinery/pkg/util/wait"
)

const url = "https://api.example.com/docs"

func checked(resp *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(resp.Body)
		return errors.New(string(why))
	}
	return nil
}

func viaBackoff3(c *http.Client, doc io.Reader) error {
	return backoff3.Retry(func() error {
		return checked(c.Post(url, "text/plain", doc)) // want `reads the same body reader`
	}, backoff3.NewExponentialBackOff())
}

func viaBackoff3Anew(c *http.Client, doc string) error {
	return backoff3.Retry(func() error {
		return checked(c.Post(url, "text/plain", strings.NewReader(doc)))
	}, backoff3.NewExponentialBackOff())
}

func viaBackoff4(c *http.Client, doc io.Reader) error {
	return backoff4.Retry(func() error {
		return checked(c.Post(url, "text/plain", doc)) // want `reads the same body reader`
	}, backoff4.NewExponentialBackOff())
}

func viaBackoff4Anew(c *http.Client, doc string) error {
	return backoff4.Retry(func() error {
		return checked(c.Post(url, "text/plain", strings.NewReader(doc)))
	}, backoff4.NewExponentialBackOff())
}

func viaBackoff5(ctx context.Context, c *http.Client, doc io.Reader) error {
	_, err := backoff5.Retry(ctx, func() (bool, error) {
		return true, checked(c.Post(url, "text/plain", doc)) // want `reads the same body reader`
	})
	return err
}

func viaBackoff5Anew(ctx context.Context, c *http.Client, doc string) error {
	_, err := backoff5.Retry(ctx, func() (bool, error) {
		return true, checked(c.Post(url, "text/plain", strings.NewReader(doc)))
	})
	return err
}

func viaAvast4(c *http.Client, doc io.Reader) error {
	return retry4.Do(func() error {
		return checked(c.Post(url, "text/plain", doc)) // want `reads the same body reader`
	}, retry4.Attempts(3))
}

func viaAvast4Anew(c *http.Client, doc string) error {
	return retry4.Do(func() error {
		return checked(c.Post(url, "text/plain", strings.NewReader(doc)))
	}, retry4.Attempts(3))
}

func viaAvast5(c *http.Client, doc io.Reader) error {
	return retry5.New(retry5.Attempts(3)).Do(func() error {
		return checked(c.Post(url, "text/plain", doc)) // want `reads the same body reader`
	})
}

func viaAvast5Anew(c *http.Client, doc string) error {
	return retry5.New(retry5.Attempts(3)).Do(func() error {
		return checked(c.Post(url, "text/plain", strings.NewReader(doc)))
	})
}

func viaSeth(ctx context.Context, c *http.Client, doc io.Reader) error {
	return seth.Do(ctx, seth.NewExponential(time.Second), func(ctx context.Context) error {
		return seth.RetryableError(checked(c.Post(url, "text/plain", doc))) // want `reads the same body reader`
	})
}

func viaSethAnew(ctx context.Context, c *http.Client, doc string) error {
	return seth.Do(ctx, seth.NewExponential(time.Second), func(ctx context.Context) error {
		return seth.RetryableError(checked(c.Post(url, "text/plain", strings.NewReader(doc))))
	})
}

func viaFailsafe(c *http.Client, doc io.Reader) error {
	return failsafe.With[any](retrypolicy.NewWithDefaults[any]()).Run(func() error {
		return checked(c.Post(url, "text/plain", doc)) // want `reads the same body reader`
	})
}

func viaFailsafeAnew(c *http.Client, doc string) error {
	return failsafe.With[any](retrypolicy.NewWithDefaults[any]()).Run(func() error {
		return checked(c.Post(url, "text/plain", strings.NewReader(doc)))
	})
}

func viaWait(ctx context.Context, c *http.Client, doc io.Reader) error {
	return wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(ctx context.Context) (bool, error) {
		return checked(c.Post(url, "text/plain", doc)) == nil, nil // want `reads the same body reader`
	})
}

func viaWaitAnew(ctx context.Context, c *http.Client, doc string) error {
	return wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(ctx context.Context) (bool, error) {
		return checked(c.Post(url, "text/plain", strings.NewReader(doc))) == nil, nil
	})
}

// Package pool makes the clients of a program.
package pool

import (
	"context"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/oauth2"
)

func retrying() *retryablehttp.Client {
	rc := retryablehttp.NewClient()
	rc.RetryMax = 3
	return rc
}

// Retrying repeats every request that fails.
func Retrying() *http.Client {
	hc := retrying().StandardClient()
	hc.Timeout = time.Minute
	return hc
}

// Signed does so, and signs them.
func Signed(src oauth2.TokenSource) *http.Client {
	return &http.Client{Timeout: time.Minute, Transport: &oauth2.Transport{Source: src, Base: Retrying().Transport}}
}

// Judging repeats what a function of its own says.
func Judging() *http.Client {
	rc := retrying()
	rc.CheckRetry = func(ctx context.Context, resp *http.Response, err error) (bool, error) {
		if resp == nil || resp.Request.Method != http.MethodGet {
			return false, err
		}
		return retryablehttp.DefaultRetryPolicy(ctx, resp, err)
	}
	return rc.StandardClient()
}

// Passing repeats by a policy of the library, which does not look at methods.
func Passing() *http.Client {
	rc := retrying()
	rc.CheckRetry = retryablehttp.ErrorPropagatedRetryPolicy
	return rc.StandardClient()
}

// Never repeats nothing.
func Never() *http.Client {
	rc := retrying()
	rc.RetryMax = 0
	return rc.StandardClient()
}

// Once is a plain client.
func Once() *http.Client { return &http.Client{Timeout: time.Minute} }

package kinds

import (
	"errors"
	"net/http"

	"github.com/avast/retry-go/v4"
)

func unlessAnswered(err error) bool {
	var s *statusError
	if errors.As(err, &s) {
		return s.code >= 500
	}
	return true
}

func onlyAnswered(err error) bool {
	var s *statusError
	return errors.As(err, &s) && s.code == http.StatusTooManyRequests
}

func often(c *http.Client, doc []byte) error {
	return retry.Do(func() error { return createInvoice(c, doc) }, retry.RetryIf(unlessAnswered)) // want `this POST is sent again after a network error`
}

func oftenAnswered(c *http.Client, doc []byte) error {
	return retry.Do(func() error { return createInvoice(c, doc) }, retry.RetryIf(onlyAnswered))
}

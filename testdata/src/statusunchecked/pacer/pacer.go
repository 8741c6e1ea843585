// Package pacer calls functions again.
package pacer

import (
	"errors"
	"net/http"
	"slices"
)

// Pacer calls what it is given.
type Pacer struct{ retries int }

// Call calls f until it is content.
func (p *Pacer) Call(f func() (bool, error)) error {
	var retry bool
	var err error
	for range p.retries {
		retry, err = f()
		if !retry {
			break
		}
	}
	return err
}

// ContextError looks whether it is time to give up.
func ContextError(err *error) bool {
	if *err == nil {
		return false
	}
	return errors.Is(*err, errors.ErrUnsupported)
}

// ShouldRetryHTTP reports whether a status is one of some.
func ShouldRetryHTTP(resp *http.Response, codes []int) bool {
	if resp == nil {
		return false
	}
	return slices.Contains(codes, resp.StatusCode)
}

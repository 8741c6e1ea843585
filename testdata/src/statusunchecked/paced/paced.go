// Package paced sends through a helper that repeats.
package paced

import (
	"fmt"
	"io"
	"net/http"

	"statusunchecked/pacer"
)

type file struct {
	p    *pacer.Pacer
	hc   *http.Client
	size int64
}

var retried = []int{429, 503}

func shouldRetry(resp *http.Response, err error) (bool, error) {
	if pacer.ContextError(&err) {
		return false, err
	}
	retry := false
	if resp != nil {
		switch resp.StatusCode {
		case 401:
			if len(resp.Header["Www-Authenticate"]) == 1 {
				retry = true
			}
		case 507:
			return false, fmt.Errorf("full: %w", err)
		}
	}
	return retry || pacer.ShouldRetryHTTP(resp, retried), err
}

func (f *file) open(req *http.Request) (io.ReadCloser, error) {
	var resp *http.Response
	var err error
	err = f.p.Call(func() (bool, error) {
		resp, err = f.hc.Do(req) // want `taken for a success`
		return shouldRetry(resp, err)
	})
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusOK && resp.ContentLength > 0 {
		f.size = resp.ContentLength
	}
	return resp.Body, err
}

// openTwice sends a second request, by which the variables have been written.
func (f *file) openTwice(req, again *http.Request) (io.ReadCloser, error) {
	var resp *http.Response
	var err error
	err = f.p.Call(func() (bool, error) {
		resp, err = f.hc.Do(req)
		if err == nil && resp.StatusCode > 299 {
			err = fmt.Errorf("status %s", resp.Status)
		}
		return shouldRetry(resp, err)
	})
	if err != nil {
		return nil, err
	}
	err = f.p.Call(func() (bool, error) {
		resp, err = f.hc.Do(again) // want `taken for a success`
		return shouldRetry(resp, err)
	})
	if err != nil {
		return nil, err
	}
	return resp.Body, err
}

// openChecked makes an error of the status before the helper sees it.
func (f *file) openChecked(req *http.Request) (io.ReadCloser, error) {
	var resp *http.Response
	err := f.p.Call(func() (bool, error) {
		var err error
		resp, err = f.hc.Do(req)
		if err == nil && resp.StatusCode > 299 {
			resp.Body.Close()
			err = fmt.Errorf("status %s", resp.Status)
		}
		return shouldRetry(resp, err)
	})
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

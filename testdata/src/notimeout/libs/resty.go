// Package libs has clients of libraries.
package libs

import (
	"context"
	"errors"
	"time"

	"github.com/go-resty/resty/v2"
	"github.com/hashicorp/go-retryablehttp"
)

type restful struct{ rc *resty.Client }

func newRestful() *restful {
	return &restful{rc: resty.New().SetBaseURL("https://api.example.com")} // want `this client has no timeout`
}

func (r *restful) load(v any) error {
	resp, err := r.rc.R().SetResult(v).Get("/v1/a")
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(resp.Status())
	}
	return nil
}

type restfulTimed struct{ rc *resty.Client }

func newRestfulTimed() *restfulTimed {
	return &restfulTimed{rc: resty.New().SetTimeout(time.Minute)}
}

func (r *restfulTimed) load(v any) error {
	resp, err := r.rc.R().SetResult(v).Get("https://api.example.com/v1/a")
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(resp.Status())
	}
	return nil
}

type restfulBound struct{ rc *resty.Client }

func newRestfulBound() *restfulBound { return &restfulBound{rc: resty.New()} }

func (r *restfulBound) load(ctx context.Context, v any) error {
	resp, err := r.rc.R().SetContext(ctx).SetResult(v).Get("https://api.example.com/v1/a")
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(resp.Status())
	}
	return nil
}

func (r *restfulBound) inStatement(ctx context.Context, v any) error {
	req := r.rc.R()
	req.SetContext(ctx)
	req.SetResult(v)
	resp, err := req.Get("https://api.example.com/v1/a")
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(resp.Status())
	}
	return nil
}

type retrying struct{ rc *retryablehttp.Client }

func newRetrying() *retrying { return &retrying{rc: retryablehttp.NewClient()} } // want `this client has no timeout`

func (r *retrying) load() error {
	resp, err := r.rc.Get("https://api.example.com/v1/a")
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

type retryingTimed struct{ rc *retryablehttp.Client }

func newRetryingTimed() *retryingTimed {
	rc := retryablehttp.NewClient()
	rc.HTTPClient.Timeout = time.Minute
	return &retryingTimed{rc: rc}
}

func (r *retryingTimed) load() error {
	resp, err := r.rc.Get("https://api.example.com/v1/a")
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

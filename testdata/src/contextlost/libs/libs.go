package libs

import (
	"context"
	"errors"

	"github.com/gojek/heimdall/v7/httpclient"
	"github.com/hashicorp/go-retryablehttp"
	"github.com/imroc/req/v3"
	"github.com/valyala/fasthttp"

	"github.com/go-resty/resty/v2"
)

func viaResty(ctx context.Context, rc *resty.Client, v any) error {
	resp, err := rc.R().SetResult(v).Get("https://api.example.com") // want `this is sent without ctx`
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(resp.Status())
	}
	return nil
}

func viaRestyBound(ctx context.Context, rc *resty.Client, v any) error {
	resp, err := rc.R().SetContext(ctx).SetResult(v).Get("https://api.example.com")
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(resp.Status())
	}
	return nil
}

func viaRestyStatement(ctx context.Context, rc *resty.Client, v any) error {
	r := rc.R().SetResult(v)
	r.SetContext(ctx)
	resp, err := r.Get("https://api.example.com")
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(resp.Status())
	}
	return nil
}

func viaReq(ctx context.Context, c *req.Client, v any) error {
	resp, err := c.R().SetSuccessResult(v).Get("https://api.example.com") // want `this is sent without ctx`
	if err == nil && resp.IsErrorState() {
		err = errors.New(resp.GetStatus())
	}
	return err
}

func viaReqBound(ctx context.Context, c *req.Client, v any) error {
	resp, err := c.R().SetContext(ctx).SetSuccessResult(v).Get("https://api.example.com")
	if err == nil && resp.IsErrorState() {
		err = errors.New(resp.GetStatus())
	}
	return err
}

func viaRetryable(ctx context.Context, rc *retryablehttp.Client) error {
	r, err := retryablehttp.NewRequest("GET", "https://api.example.com", nil) // want `made without ctx`
	if err != nil {
		return err
	}
	resp, err := rc.Do(r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func viaRetryableBound(ctx context.Context, rc *retryablehttp.Client) error {
	r, err := retryablehttp.NewRequest("GET", "https://api.example.com", nil)
	if err != nil {
		return err
	}
	resp, err := rc.Do(r.WithContext(ctx))
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func viaHeimdall(ctx context.Context, hc *httpclient.Client) error {
	resp, err := hc.Get("https://api.example.com", nil) // want `this is sent without ctx`
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// viaFast uses a library that knows no contexts.
func viaFast(ctx context.Context, c *fasthttp.Client) error {
	code, _, err := c.Get(nil, "https://api.example.com")
	if err == nil && code != 200 {
		err = errors.New("status")
	}
	return err
}

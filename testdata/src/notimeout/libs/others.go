package libs

import (
	"errors"
	"time"

	"github.com/gojek/heimdall/v7/httpclient"
	"github.com/imroc/req/v3"
	"github.com/valyala/fasthttp"
	restyv3 "resty.dev/v3"
)

var fast = &fasthttp.Client{} // want `this client has no timeout`

func viaFast() error {
	code, _, err := fast.Get(nil, "https://api.example.com/v1/a")
	if err == nil && code != 200 {
		err = errors.New("status")
	}
	return err
}

var fastTimed = &fasthttp.Client{ReadTimeout: time.Minute}

func viaFastTimed() error {
	code, _, err := fastTimed.Get(nil, "https://api.example.com/v1/a")
	if err == nil && code != 200 {
		err = errors.New("status")
	}
	return err
}

var fastBound = &fasthttp.Client{}

func viaFastBound(r *fasthttp.Request) error {
	var resp fasthttp.Response
	return fastBound.DoTimeout(r, &resp, time.Minute)
}

// req and heimdall have timeouts unless they are taken away.

var imroc = req.C()

func viaReq(v any) error {
	resp, err := imroc.R().SetSuccessResult(v).Get("https://api.example.com/v1/a")
	if err == nil && resp.IsErrorState() {
		err = errors.New(resp.GetStatus())
	}
	return err
}

var imrocEndless = req.C().SetTimeout(0) // want `this client has no timeout`

func viaReqEndless(v any) error {
	resp, err := imrocEndless.R().SetSuccessResult(v).Get("https://api.example.com/v1/a")
	if err == nil && resp.IsErrorState() {
		err = errors.New(resp.GetStatus())
	}
	return err
}

var heimdall = httpclient.NewClient(httpclient.WithRetryCount(2))

func viaHeimdall() error {
	resp, err := heimdall.Get("https://api.example.com/v1/a", nil)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

var heimdallEndless = httpclient.NewClient(httpclient.WithHTTPTimeout(0)) // want `this client has no timeout`

func viaHeimdallEndless() error {
	resp, err := heimdallEndless.Get("https://api.example.com/v1/a", nil)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

var third = restyv3.New() // want `this client has no timeout`

func viaThird(v any) error {
	_, err := third.R().SetResult(v).Get("https://api.example.com/v1/a")
	return err
}

var thirdBound = restyv3.New()

func viaThirdBound(v any) error {
	_, err := thirdBound.R().SetTimeout(time.Minute).SetResult(v).Get("https://api.example.com/v1/a")
	return err
}

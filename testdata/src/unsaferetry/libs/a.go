// Package libs sends through clients that repeat by themselves.
package libs

import (
	"bytes"
	"errors"
	"net/http"

	"github.com/go-resty/resty/v2"
	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/oauth2"
	restyv3 "resty.dev/v3"

	"unsaferetry/pool"
)

func end(resp *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return errors.New(resp.Status)
	}
	return nil
}

const url = "https://api.example.com/v1/payments"

type shop struct{ retry, signed, judging, passing, never, once *http.Client }

func newShop(src oauth2.TokenSource) *shop {
	return &shop{
		retry: pool.Retrying(), signed: pool.Signed(src), judging: pool.Judging(),
		passing: pool.Passing(), never: pool.Never(), once: pool.Once(),
	}
}

func (s *shop) Pay(doc []byte) error {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return end(s.retry.Do(req)) // want `the client sends this POST again`
}

func (s *shop) PayAgain(doc []byte) error { // told of once a client
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return end(s.retry.Do(req))
}

func (s *shop) PaySigned(doc []byte) error {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return end(s.signed.Do(req)) // want `the client sends this POST again`
}

func (s *shop) PayPassing(doc []byte) error {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return end(s.passing.Do(req)) // want `the client sends this POST again`
}

func (s *shop) PayKeyed(doc []byte, key string) error {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(doc))
	if err != nil {
		return err
	}
	req.Header.Set("Idempotency-Key", key)
	return end(s.retry.Do(req))
}

func (s *shop) PayJudged(doc []byte) error {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return end(s.judging.Do(req))
}

func (s *shop) PayNever(doc []byte) error {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return end(s.never.Do(req))
}

func (s *shop) PayOnce(doc []byte) error {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return end(s.once.Do(req))
}

func (s *shop) SearchPayments(doc []byte) error {
	req, err := http.NewRequest(http.MethodPost, url+"/search", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return end(s.signed.Do(req))
}

// The library's own client.

type direct struct{ rc *retryablehttp.Client }

func newDirect() *direct { return &direct{rc: retryablehttp.NewClient()} }

func (d *direct) CreateOrder(doc []byte) error {
	req, err := retryablehttp.NewRequest(http.MethodPost, url, doc)
	if err != nil {
		return err
	}
	return end(d.rc.Do(req)) // want `the client sends this POST again`
}

// resty v2 repeats every method that fails on the network, v3 idempotent ones.

type rested struct {
	v2 *resty.Client
	v3 *restyv3.Client
}

func newRested() *rested {
	return &rested{v2: resty.New().SetRetryCount(3), v3: restyv3.New().SetRetryCount(3)}
}

func (r *rested) CreateOrder(doc []byte) error {
	resp, err := r.v2.R().SetBody(doc).Post(url) // want `the client sends this POST again`
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(resp.Status())
	}
	return nil
}

func (r *rested) CreateOrderV3(doc []byte) error {
	resp, err := r.v3.R().SetBody(doc).Post(url)
	if err != nil {
		return err
	}
	if resp.Status() != "201 Created" {
		return errors.New(resp.Status())
	}
	return nil
}

// Each request comes from a method that prepares it.
func (r *rested) request(out any) *resty.Request {
	return r.v2.R().SetHeader("Accept", "application/json").SetResult(out)
}

func (r *rested) CreateUser(doc []byte) error {
	resp, err := r.request(nil).SetBody(doc).Post("/users")
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(resp.Status())
	}
	return nil
}

type prepared struct{ c *resty.Client }

func newPrepared() *prepared { return &prepared{c: resty.New().SetRetryCount(3)} }

func (p *prepared) request(out any) *resty.Request {
	return p.c.R().SetHeader("Accept", "application/json").SetResult(out)
}

func (p *prepared) CreateUser(doc []byte) error {
	resp, err := p.request(nil).SetBody(doc).Post("/users") // want `the client sends this POST again`
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(resp.Status())
	}
	return nil
}

package statusunchecked

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-resty/resty/v2"

	"statusunchecked/restclient"
)

type rest struct {
	plain   *resty.Client
	hooked  *resty.Client
	late    *resty.Client
	given   *resty.Client
	other   *resty.Client
	strict  *resty.Client
	shared  *resty.Client
	waiting *resty.Client
	Public  *resty.Client
}

func newRest(hc *http.Client, given *resty.Client) *rest {
	r := &rest{
		plain: resty.New().SetBaseURL("https://api.example.com").SetRetryCount(3).
			AddRetryCondition(func(resp *resty.Response, err error) bool { return err != nil || resp.StatusCode() >= 500 }).
			OnAfterResponse(func(*resty.Client, *resty.Response) error { return nil }),
		hooked: resty.New().OnAfterResponse(func(_ *resty.Client, resp *resty.Response) error { return fail(resp) }),
		late:   resty.New(),
		given:  given,
		other:  restclient.Plain(hc),
		strict: restclient.Checking(),
		shared: restclient.Shared(),
		waiting: resty.New().SetRetryCount(2).SetRetryAfter(func(_ *resty.Client, resp *resty.Response) (time.Duration, error) {
			return time.Second, fail(resp)
		}),
		Public: resty.New(),
	}
	r.watch()
	return r
}

// NewRest may be given anything.
func NewRest(given *resty.Client) *rest { return newRest(nil, given) }

func (r *rest) watch() {
	late := r.late
	late.OnAfterResponse(func(_ *resty.Client, resp *resty.Response) error { return fail(resp) })
}

func fail(resp *resty.Response) error {
	if resp.IsError() {
		return errors.New(resp.Status())
	}
	return nil
}

func (r *rest) Plain() (account, error) {
	var a account
	_, err := r.plain.R().SetResult(&a).Get("/v1/account") // want `taken for a success`
	return a, err
}

func (r *rest) Done() error {
	req := r.plain.R().SetBody(account{})
	if _, err := req.Post("/v1/account"); err != nil { // want `is reported as done`
		return fmt.Errorf("create: %w", err)
	}
	return nil
}

func (r *rest) OtherPackage() (account, error) {
	var a account
	_, err := r.other.R().SetResult(&a).Get("/v1/account") // want `taken for a success`
	return a, err
}

func (r *rest) Hooked() (account, error) {
	var a account
	_, err := r.hooked.R().SetResult(&a).Get("/v1/account")
	return a, err
}

func (r *rest) HookedLater() (account, error) {
	var a account
	_, err := r.late.R().SetResult(&a).Get("/v1/account")
	return a, err
}

func (r *rest) Given() (account, error) {
	var a account
	_, err := r.given.R().SetResult(&a).Get("/v1/account")
	return a, err
}

func (r *rest) OtherPackageChecks() (account, error) {
	var a account
	_, err := r.strict.R().SetResult(&a).Get("/v1/account")
	return a, err
}

func (r *rest) Shared() (account, error) {
	var a account
	_, err := r.shared.R().SetResult(&a).Get("/v1/account")
	return a, err
}

func (r *rest) ErrorOfTheWait() (account, error) {
	var a account
	_, err := r.waiting.R().SetResult(&a).Get("/v1/account")
	return a, err
}

func (r *rest) AnybodyMaySetHooks() (account, error) {
	var a account
	_, err := r.Public.R().SetResult(&a).Get("/v1/account")
	return a, err
}

// LooksAtTheAnswer sees an error by what is missing.
func (r *rest) LooksAtTheAnswer() (account, error) {
	var a account
	_, err := r.plain.R().SetResult(&a).Get("/v1/account")
	if err == nil && a.Balance == "" {
		err = errors.New("no balance")
	}
	return a, err
}

type problem struct{ Title string }

func (p *problem) check() error {
	if p.Title == "" {
		return nil
	}
	return errors.New(p.Title)
}

// LooksAtTheError decodes error answers into something of their own.
func (r *rest) LooksAtTheError() (account, error) {
	var a account
	var p problem
	_, err := r.plain.R().SetResult(&a).SetError(&p).Get("/v1/account")
	if err == nil && p.Title != "" {
		err = errors.New(p.Title)
	}
	return a, err
}

func (r *rest) ErrorMethod() (account, error) {
	var a account
	var p problem
	if _, err := r.plain.R().SetResult(&a).SetError(&p).Get("/v1/account"); err != nil {
		return a, err
	}
	return a, p.check()
}

func (r *rest) ErrorAccessor() (account, error) {
	var a account
	resp, err := r.plain.R().SetResult(&a).SetError(&problem{}).Get("/v1/account")
	if err != nil {
		return a, err
	}
	if p, ok := resp.Error().(*problem); ok && p != nil {
		return a, errors.New(p.Title)
	}
	return a, nil
}

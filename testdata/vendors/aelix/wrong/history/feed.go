package history

import (
	"context"
	"encoding/json"
	"net/http"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
)

// Doer is what a Feed needs of a client.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Feed reads payments through parts that its constructor put in.
type Feed struct {
	requests *Client
	do       Doer
	fetch    func(ctx context.Context, id string) (*http.Response, error)
}

// NewFeed returns a Feed over a client that retries.
func NewFeed(base string, cfg httpx.Config) *Feed {
	c := New(base, cfg)
	f := &Feed{requests: c, do: c.hc}
	f.fetch = func(ctx context.Context, id string) (*http.Response, error) {
		req, err := c.request(ctx, http.MethodGet, id)
		if err != nil {
			return nil, err
		}
		return c.hc.Do(req)
	}
	return f
}

// Status has its close on the last line, which errors do not reach.
func (f *Feed) Status(ctx context.Context, id string) (string, error) {
	resp, err := f.fetch(ctx, id)
	if err != nil {
		return "", err
	}
	if err := apierr.Check(resp); err != nil {
		return "", err // want: bodyleak
	}
	var out envelope
	err = json.NewDecoder(resp.Body).Decode(&out)
	httpx.Close(resp)
	return out.Data.Status, err
}

// Exists needs the status only, and so forgets that there is a body.
func (f *Feed) Exists(ctx context.Context, id string) (bool, error) {
	req, err := f.requests.request(ctx, http.MethodGet, id)
	if err != nil {
		return false, err
	}
	resp, err := f.do.Do(req) // want: bodyleak
	if err != nil {
		return false, err
	}
	if resp.StatusCode == http.StatusNotFound {
		return false, nil
	}
	return true, apierr.Check(resp)
}

// Last closes on every way out.
func (f *Feed) Last(ctx context.Context, id string) (Payment, error) {
	resp, err := f.fetch(ctx, id)
	if err != nil {
		return Payment{}, err
	}
	if err := apierr.Check(resp); err != nil {
		httpx.Close(resp)
		return Payment{}, err
	}
	var out envelope
	err = json.NewDecoder(resp.Body).Decode(&out)
	httpx.Close(resp)
	return out.Data, err
}

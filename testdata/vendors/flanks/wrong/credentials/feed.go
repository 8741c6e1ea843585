package credentials

import (
	"context"
	"encoding/json"
	"net/http"

	"example.com/flanks/wrong/call"
)

// Doer is what a Feed needs of a client.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Feed reads statuses through parts that its constructor put in.
type Feed struct {
	base  string
	do    Doer
	fetch func(ctx context.Context, credentialsToken string) (*http.Response, error)
}

// NewFeed returns a Feed over a client that signs and repeats.
func NewFeed(cfg call.Config) *Feed {
	hc := call.NewHTTP(cfg)
	return &Feed{base: cfg.Base(), do: hc, fetch: func(ctx context.Context, credentialsToken string) (*http.Response, error) {
		return call.Send(ctx, hc, http.MethodPost, cfg.Base()+statusPath, credential{credentialsToken})
	}}
}

// Pending closes on its last line, which errors do not reach.
func (f *Feed) Pending(ctx context.Context, credentialsToken string) (bool, error) {
	resp, err := f.fetch(ctx, credentialsToken)
	if err != nil {
		return false, err
	}
	if err := call.Check(resp); err != nil {
		return false, err // want: bodyleak
	}
	var out Status
	err = json.NewDecoder(resp.Body).Decode(&out)
	call.Close(resp)
	return out.Pending != nil && *out.Pending, err
}

// Known needs the status only, and forgets that there is a body.
func (f *Feed) Known(ctx context.Context, credentialsToken string) (bool, error) {
	req, err := call.Request(ctx, http.MethodPost, f.base+statusPath, credential{credentialsToken})
	if err != nil {
		return false, err
	}
	resp, err := f.do.Do(req) // want: bodyleak
	if err != nil {
		return false, err
	}
	return resp.StatusCode == http.StatusOK, call.Check(resp)
}

// Blocked closes on every way out.
func (f *Feed) Blocked(ctx context.Context, credentialsToken string) (bool, error) {
	resp, err := f.fetch(ctx, credentialsToken)
	if err != nil {
		return false, err
	}
	defer call.Close(resp)
	if err := call.Check(resp); err != nil {
		return false, err
	}
	var out Status
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Blocked != nil && *out.Blocked, err
}

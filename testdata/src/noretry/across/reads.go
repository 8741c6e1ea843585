package across

import (
	"context"
	"net/http"
	"strings"

	"noretry/shared"
)

type reads struct {
	base string
	hc   *http.Client
}

func newReads(cfg shared.Config) *reads { return &reads{base: cfg.Base(), hc: shared.NewOnce()} }

// status is a POST that the vendor has for reading.
func (r *reads) status(ctx context.Context, v any) error {
	req, err := shared.Request(ctx, http.MethodPost, r.base+"/v0/bank/credentials/status", strings.NewReader("{}"))
	if err != nil {
		return err
	}
	resp, err := r.hc.Do(req) // want `a network error or 5xx of Flanks fails the call at once`
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// create is one that makes something.
func (r *reads) create(ctx context.Context, v any) error {
	req, err := shared.Request(ctx, http.MethodPost, r.base+"/v0/links", strings.NewReader("{}"))
	if err != nil {
		return err
	}
	resp, err := r.hc.Do(req)
	if err != nil {
		return err
	}
	return decode(resp, v)
}

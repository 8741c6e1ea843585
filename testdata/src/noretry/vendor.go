//apivet:provider plaid

package noretry

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

var patient = &http.Client{Timeout: time.Minute}

// The file binds its requests to a vendor.
func ofFile(ctx context.Context, base string) error {
	req, err := http.NewRequestWithContext(ctx, "GET", base, nil)
	if err != nil {
		return err
	}
	resp, err := patient.Do(req) // want `a network error or 5xx of Plaid fails the call at once`
	if err != nil {
		return err
	}
	return decode(resp, new(url.Values))
}

// The function's own wins.
//
//apivet:provider basiq
func ofFunction(ctx context.Context, base string) error {
	req, err := http.NewRequestWithContext(ctx, "GET", base, nil)
	if err != nil {
		return err
	}
	resp, err := patient.Do(req) // want `a network error or 5xx of Basiq fails the call at once`
	if err != nil {
		return err
	}
	return decode(resp, new(url.Values))
}

//apivet:provider Stripe
type stripe struct{ hc *http.Client }

func newStripe() *stripe { return &stripe{hc: &http.Client{Timeout: time.Minute}} }

func (s *stripe) ofType(base string) error {
	resp, err := s.hc.Get(base) // want `a network error or 5xx of Stripe fails the call at once`
	if err != nil {
		return err
	}
	return decode(resp, new(url.Values))
}

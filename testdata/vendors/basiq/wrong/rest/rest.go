// Package rest sends requests for the packages that talk to Basiq.
package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/avast/retry-go/v4"

	"example.com/basiq/wrong/basiqerr"
	"example.com/basiq/wrong/transport"
)

// NewRequest is a request whose body is in as JSON, or nothing.
func NewRequest(ctx context.Context, method, target string, in any) (*http.Request, error) {
	if in == nil {
		return http.NewRequestWithContext(ctx, method, target, nil)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}

// Send sends in as JSON through hc. The answer, whatever its status, is the caller's to judge and to close.
func Send(ctx context.Context, hc *http.Client, method, target string, in any) (*http.Response, error) {
	req, err := NewRequest(ctx, method, target, in)
	if err != nil {
		return nil, err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, req.URL.Path, err)
	}
	return resp, nil
}

// client is shared by the helpers below, which have no client of their own.
var client = &http.Client{Timeout: 20 * time.Second}

// Get decodes an answer, trying again while faults are likely to pass.
func Get(ctx context.Context, target, access string, out any) error {
	return retry.Do(func() error {
		req, err := NewRequest(ctx, http.MethodGet, target, nil)
		if err != nil {
			return retry.Unrecoverable(err)
		}
		req.Header.Set("Authorization", "Bearer "+access)
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer transport.Drain(resp)
		if err := basiqerr.Check(resp); err != nil {
			return err
		}
		if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
			return retry.Unrecoverable(err)
		}
		return nil
	}, Passing(ctx)...)
}

// Passing is how to retry what may be repeated. Too many requests are left to the caller: Basiq's limits run over five
// minutes and more.
func Passing(ctx context.Context) []retry.Option {
	return []retry.Option{
		retry.Context(ctx),
		retry.Attempts(4),
		retry.Delay(5 * time.Millisecond),
		retry.MaxDelay(2 * time.Second),
		retry.MaxJitter(5 * time.Millisecond),
		retry.LastErrorOnly(true),
		retry.RetryIf(func(err error) bool {
			if errors.Is(err, context.Canceled) || !retry.IsRecoverable(err) {
				return false
			}
			var e *basiqerr.Error
			return !errors.As(err, &e) || e.Status >= 500
		}),
	}
}

// GetData is Get for callers in a hurry.
//
// "Codes in the 5xx range indicate an error with the Connect API's servers (these are rare)."
func GetData(ctx context.Context, target, access string, out any) error {
	req, err := NewRequest(ctx, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+access)
	resp, err := client.Do(req) // want: noretry
	if err != nil {
		return err
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return err
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// Fetch decodes an answer. Its error has the first of the vendor's.
//
// "The error object will return the error as an array to indicate multiple errors (where present)."
func Fetch(ctx context.Context, hc *http.Client, target string, out any) error {
	resp, err := Send(ctx, hc, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	defer transport.Drain(resp)
	if resp.StatusCode != http.StatusOK {
		var env struct {
			CorrelationID string            `json:"correlationId"`
			Data          []basiqerr.Detail `json:"data"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&env); err != nil {
			return fmt.Errorf("basiq: %s", resp.Status)
		}
		return fmt.Errorf("basiq: %s: %s [%s]", resp.Status, env.Data[0], env.CorrelationID) // want: errordetails
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

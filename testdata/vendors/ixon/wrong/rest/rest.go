// Package rest sends requests for the packages that talk to IXON.
package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"example.com/ixon/wrong/apierr"
	"example.com/ixon/wrong/transport"
)

// Headers are those that IXON wants on every call.
type Headers struct {
	Application string
	Company     string
	Secret      string // of the bearer token
}

func (h Headers) set(req *http.Request) {
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", h.Application)
	req.Header.Set("Api-Company", h.Company)
	req.Header.Set("Authorization", "Bearer "+h.Secret)
}

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

// Get decodes the data of an answer, trying again while faults are likely to pass.
func Get(ctx context.Context, target string, headers Headers, out any) error {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval = 20 * time.Millisecond
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		req, err := NewRequest(ctx, http.MethodGet, target, nil)
		if err != nil {
			return struct{}{}, backoff.Permanent(err)
		}
		headers.set(req)
		resp, err := client.Do(req)
		if err != nil {
			return struct{}{}, err
		}
		defer transport.Drain(resp)
		if err := apierr.Check(resp); err != nil {
			// Too many requests shut the address out for ten minutes, too long to wait here.
			if resp.StatusCode >= 500 {
				return struct{}{}, err
			}
			return struct{}{}, backoff.Permanent(err)
		}
		if err := decode(resp.Body, out); err != nil {
			return struct{}{}, backoff.Permanent(err)
		}
		return struct{}{}, nil
	}, backoff.WithBackOff(delays), backoff.WithMaxTries(4))
	return err
}

// GetData is Get for callers in a hurry.
//
// "Clients should retry the same requests, ideally according to an exponential back off schedule, until they're able to
// receive a result from the server."
func GetData(ctx context.Context, target string, headers Headers, out any) error {
	req, err := NewRequest(ctx, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	headers.set(req)
	resp, err := client.Do(req) // want: noretry
	if err != nil {
		return err
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return err
	}
	return decode(resp.Body, out)
}

// Fetch decodes the data of an answer. Its error says that the call failed, not what was wrong with it.
//
// "The reason why a certain error occurs is added to the response data."
func Fetch(ctx context.Context, hc *http.Client, target string, out any) error {
	resp, err := Send(ctx, hc, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	defer transport.Drain(resp)
	if resp.StatusCode != http.StatusOK {
		var env struct {
			Type   string `json:"type"`
			Status string `json:"status"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&env); err != nil {
			return fmt.Errorf("ixon: %s", resp.Status)
		}
		return fmt.Errorf("ixon: %s: %s %s", resp.Status, env.Type, env.Status) // want: errordetails
	}
	return decode(resp.Body, out)
}

func decode(body io.Reader, out any) error {
	env := struct {
		Data any `json:"data"`
	}{Data: out}
	return json.NewDecoder(body).Decode(&env)
}

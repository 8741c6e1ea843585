// Package data reads accounts with resty. It sends nothing but GET, so every request may be repeated.
package data

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/go-resty/resty/v2"

	"example.com/basiq/wrong/auth"
	"example.com/basiq/wrong/basiqerr"
	"example.com/basiq/wrong/transport"
)

// Reader reads accounts.
type Reader struct {
	base string
	rc   *resty.Client
	raw  *resty.Client
	hc   *http.Client
}

// New is a reader with the tokens of source.
func New(base string, source *auth.Source) *Reader {
	rc := client(base, source)
	return &Reader{
		base: base,
		rc:   rc,
		raw:  client(base, source).SetDoNotParseResponse(true),
		hc:   rc.GetClient(), // what resty sends through, below its retries
	}
}

// client retries what may pass.
func client(base string, source *auth.Source) *resty.Client {
	return resty.New().
		SetBaseURL(base).
		SetTransport(&auth.Transport{Base: transport.Base(), Source: source}).
		SetTimeout(30 * time.Second).
		SetRetryCount(3).
		SetRetryWaitTime(5 * time.Millisecond).
		SetRetryMaxWaitTime(2 * time.Second).
		SetRetryAfter(func(_ *resty.Client, resp *resty.Response) (time.Duration, error) {
			wait, _ := transport.Asked(resp.Header()) // 0 is the client's own back-off
			return wait, nil
		}).
		AddRetryCondition(func(resp *resty.Response, err error) bool {
			return err != nil || resp.StatusCode() == http.StatusTooManyRequests || resp.StatusCode() >= 500
		})
}

// Account is a bank account. Amounts are decimal strings, and null where the bank does not tell.
type Account struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Balance *string `json:"balance"`
}

// Account is one account, or an empty one: resty makes no error of an error status.
//
// "The Connect API uses conventional HTTP response codes to indicate the success or failure of an API request."
func (r *Reader) Account(ctx context.Context, user, account string) (Account, error) {
	var out Account
	req := r.rc.R().
		SetContext(ctx).
		SetPathParams(map[string]string{"user": user, "account": account}).
		SetResult(&out)
	if _, err := req.Get("/users/{user}/accounts/{account}"); err != nil { // want: statusunchecked
		return Account{}, fmt.Errorf("account: %w", err)
	}
	return out, nil
}

// Checked is Account with the look that it lacks.
func (r *Reader) Checked(ctx context.Context, user, account string) (Account, error) {
	var out Account
	resp, err := r.rc.R().
		SetContext(ctx).
		SetPathParams(map[string]string{"user": user, "account": account}).
		SetResult(&out).
		Get("/users/{user}/accounts/{account}")
	if err != nil {
		return Account{}, fmt.Errorf("account: %w", err)
	}
	if resp.IsError() {
		return Account{}, fmt.Errorf("account: %w", basiqerr.Parse(resp.StatusCode(), resp.Body()))
	}
	return out, nil
}

// Copy writes an account as Basiq sends it. With SetDoNotParseResponse the body is the caller's to close.
//
// "The body will also include a JSON formatted error object that provides more details."
func (r *Reader) Copy(ctx context.Context, user, account string, w io.Writer) error {
	req := r.raw.R().
		SetContext(ctx).
		SetPathParams(map[string]string{"user": user, "account": account})
	resp, err := req.Get("/users/{user}/accounts/{account}") // want: bodyleak
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	if err := basiqerr.Check(resp.RawResponse); err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	_, err = io.Copy(w, resp.RawBody())
	return err
}

// Name is what the bank calls an account. It goes past the retries that everything else here has.
//
// "Codes in the 5xx range indicate an error with the Connect API's servers (these are rare)." Rare is not never.
func (r *Reader) Name(ctx context.Context, user, account string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+"/users/"+url.PathEscape(user)+"/accounts/"+url.PathEscape(account), nil)
	if err != nil {
		return "", err
	}
	resp, err := r.hc.Do(req) // want: noretry
	if err != nil {
		return "", fmt.Errorf("name: %w", err)
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return "", fmt.Errorf("name: %w", err)
	}
	var out Account
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("name: %w", err)
	}
	return out.Name, nil
}

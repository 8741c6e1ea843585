// Package accounts reads the accounts of credentials.
package accounts

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"example.com/flanks/wrong/call"
	"github.com/go-resty/resty/v2"
)

const (
	accountPath = "/v0/bank/credentials/account"
	statusPath  = "/v0/bank/credentials/status"
)

// Account is a bank account. Any field may be null.
type Account struct {
	ID       *string      `json:"_id"`
	Balance  *json.Number `json:"balance"`
	Currency *string      `json:"currency"`
}

type credential struct {
	Token string `json:"credentials_token"`
}

// Client reads accounts through clients that sign and repeat.
type Client struct {
	base string
	hc   *http.Client
	rc   *resty.Client
}

// New returns a Client.
func New(cfg call.Config) *Client {
	return &Client{base: cfg.Base(), hc: call.NewHTTP(cfg), rc: call.NewREST(cfg)}
}

// List returns no accounts and no error where the vendor has answered 400, 401 or 500.
//
// Flanks: "The query payload is missing one or more of the required parameters or fields": nobody hears of it.
func (c *Client) List(ctx context.Context, credentialsToken string) ([]Account, error) {
	var out []Account
	_, err := c.rc.R().SetContext(ctx).SetBody(credential{credentialsToken}).SetResult(&out).Post(accountPath) // want: statusunchecked
	return out, err
}

// Pending decodes an error into a status in which nothing is pending.
func (c *Client) Pending(ctx context.Context, credentialsToken string) (bool, error) {
	req, err := call.Request(ctx, http.MethodPost, c.base+statusPath, credential{credentialsToken})
	if err != nil {
		return false, err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return false, err
	}
	defer call.Close(resp)
	var out struct {
		Pending *bool `json:"pending"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out) // want: statusunchecked
	return out.Pending != nil && *out.Pending, err
}

// Blocked lets every answer below 500 pass for a status.
func (c *Client) Blocked(ctx context.Context, credentialsToken string) (bool, error) {
	var out struct {
		Blocked *bool `json:"blocked"`
	}
	resp, err := c.rc.R().SetContext(ctx).SetBody(credential{credentialsToken}).SetResult(&out).Post(statusPath)
	if err != nil {
		return false, err
	}
	if resp.StatusCode() >= http.StatusInternalServerError { // want: statusunchecked
		return false, call.Parse(resp.StatusCode(), resp.Body())
	}
	return out.Blocked != nil && *out.Blocked, nil
}

// Forget reports success for a credential that could not be deleted.
func (c *Client) Forget(ctx context.Context, credentialsToken string) error {
	req, err := call.Request(ctx, http.MethodDelete, c.base+"/v0/bank/credentials", credential{credentialsToken})
	if err != nil {
		return err
	}
	resp, err := c.hc.Do(req) // want: statusunchecked
	if err != nil {
		return err
	}
	call.Close(resp)
	return nil
}

// Raw gets an open answer from the shared helper and calls whatever is in it accounts.
func (c *Client) Raw(ctx context.Context, credentialsToken string) ([]byte, error) {
	resp, err := call.Send(ctx, c.hc, http.MethodPost, c.base+accountPath, credential{credentialsToken})
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body) // want: statusunchecked
}

// Copy leaves it to the shared helper, which is where the status is forgotten.
func (c *Client) Copy(ctx context.Context, credentialsToken string) ([]Account, error) {
	var out []Account
	err := call.PostJSON(ctx, c.hc, c.base+accountPath, credential{credentialsToken}, &out)
	return out, err
}

// Total counts what the bank did not say as nothing.
//
// Flanks: "If any field of a response could not be retrieved ... it's value will be set to null".
func (c *Client) Total(ctx context.Context, credentialsToken string) (float64, error) {
	var out []struct {
		Balance float64 `json:"balance"` // want: nullfield
	}
	if err := c.post(ctx, accountPath, credentialsToken, &out); err != nil {
		return 0, err
	}
	var sum float64
	for _, a := range out {
		sum += a.Balance
	}
	return sum, nil
}

// Ready looks for words where the answer has a code.
//
// Flanks: "The process of data retrieval has not finished yet": 20002, whatever the words are.
func (c *Client) Ready(ctx context.Context, credentialsToken string) (bool, error) {
	var out []Account
	err := c.post(ctx, accountPath, credentialsToken, &out)
	if err != nil && strings.Contains(err.Error(), "Retrieving user data") { // want: errortext
		return false, nil
	}
	return err == nil, err
}

// post is as it should be.
func (c *Client) post(ctx context.Context, path, credentialsToken string, out any) error {
	resp, err := c.rc.R().SetContext(ctx).SetBody(credential{credentialsToken}).SetResult(out).Post(path)
	if err != nil {
		return err
	}
	if resp.IsError() {
		return call.Parse(resp.StatusCode(), resp.Body())
	}
	return nil
}

package basiq

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"example.com/basiq/wrong/basiqerr"
	"example.com/basiq/wrong/rest"
	"example.com/basiq/wrong/transport"
)

func (c *Client) accountURL(user, account string) string {
	return c.userURL(user) + "/accounts/" + url.PathEscape(account)
}

// AccountName is what the bank calls an account. Where Basiq answers with an error, the connection is lost to the pool.
//
// "In addition to returning an appropriate HTTP code the body will also include a JSON formatted error object."
func (c *Client) AccountName(ctx context.Context, user, account string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.accountURL(user, account), nil)
	if err != nil {
		return "", err
	}
	resp, err := c.hc.Do(req) // want: bodyleak
	if err != nil {
		return "", fmt.Errorf("account: %w", err)
	}
	if err := basiqerr.Check(resp); err != nil {
		return "", fmt.Errorf("account: %w", err)
	}
	defer transport.Drain(resp)
	var out struct {
		Name string `json:"name"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("account: %w", err)
	}
	return out.Name, nil
}

// Currency is the currency of an account.
//
// "The body will also include a JSON formatted error object." So there always is a body to close.
func (c *Client) Currency(ctx context.Context, user, account string) (string, error) {
	resp, err := rest.Send(ctx, c.hc, http.MethodGet, c.accountURL(user, account), nil) // want: bodyleak
	if err != nil {
		return "", fmt.Errorf("currency: %w", err)
	}
	if err := basiqerr.Check(resp); err != nil {
		return "", fmt.Errorf("currency: %w", err)
	}
	var out struct {
		Currency string `json:"currency"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("currency: %w", err)
	}
	return out.Currency, nil
}

// Connected reports whether a connection is there. Nothing closes the answer that says it is not.
//
// "Codes in the 4xx range indicate an error."
func (c *Client) Connected(ctx context.Context, user, connection string) (bool, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.connectionURL(user, connection), nil)
	if err != nil {
		return false, err
	}
	resp, err := c.doer.Do(req) // want: bodyleak
	if err != nil {
		return false, fmt.Errorf("connection: %w", err)
	}
	switch resp.StatusCode {
	case http.StatusOK:
		transport.Drain(resp)
		return true, nil
	case http.StatusNotFound:
		return false, nil
	default:
		defer transport.Drain(resp)
		return false, basiqerr.Check(resp)
	}
}

// Ping reads a user, so that the dashboard can show a green light. It does so every few seconds, on a new connection each
// time.
func (c *Client) Ping(ctx context.Context, user string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.userURL(user), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Connection", "close") // want: keepalive
	resp, err := c.hc.Do(req)
	if err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	defer transport.Drain(resp)
	return basiqerr.Check(resp)
}

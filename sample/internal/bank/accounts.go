package bank

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// An Account is one of the customer's accounts.
type Account struct {
	ID       string `json:"id"`
	Currency string `json:"currency"`
	Balance  string `json:"balance"`
}

// Accounts lists the customer's accounts.
func (c *Client) Accounts(ctx context.Context) ([]Account, error) {
	resp, err := c.send(ctx, http.MethodGet, "/accounts", "", nil)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusNotFound {
		return nil, nil // a customer without accounts
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, apiError("accounts", resp)
	}
	var list []Account
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	return list, nil
}

// Balance returns what is on one account.
func (c *Client) Balance(ctx context.Context, id string) (string, error) {
	resp, err := c.send(ctx, http.MethodGet, "/accounts/"+url.PathEscape(id), "", nil)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var a Account
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return "", fmt.Errorf("account %s: %w", id, err)
	}
	return a.Balance, nil
}

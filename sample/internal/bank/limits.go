package bank

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
)

// A Limit is how much an account may send in a day.
type Limit struct {
	Account string `json:"account"`
	Amount  string `json:"amount"`
	Frozen  bool   `json:"frozen"`
}

// limit reads the limit of one account.
func (c *Client) limit(ctx context.Context, account string) (*Limit, error) {
	resp, err := c.send(ctx, http.MethodGet, "/accounts/"+url.PathEscape(account)+"/limit", "", nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, apiError("limit", resp)
	}
	var l Limit
	if err := json.NewDecoder(resp.Body).Decode(&l); err != nil {
		return nil, fmt.Errorf("limit of %s: %w", account, err)
	}
	return &l, nil
}

// Frozen returns those of the accounts that may send nothing at all.
func (c *Client) Frozen(ctx context.Context, accounts []string) []string {
	var frozen []string
	for _, account := range accounts {
		l, err := c.limit(ctx, account)
		if err != nil {
			log.Printf("frozen accounts: %v", err)
		}
		if l.Frozen {
			frozen = append(frozen, account)
		}
	}
	return frozen
}

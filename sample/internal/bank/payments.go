package bank

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// A Payment is an order to move money.
type Payment struct {
	Key    string `json:"-"` // names the order, so that it is taken once
	From   string `json:"from"`
	To     string `json:"to"`
	Amount string `json:"amount"`
}

// Pay orders a payment and returns its number.
func (c *Client) Pay(ctx context.Context, p Payment) (string, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	resp, err := c.send(ctx, http.MethodPost, "/payments", p.Key, body)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("payment refused: %s", resp.Status)
	}
	var created struct {
		ID string `json:"id"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&created); err != nil {
		return "", fmt.Errorf("payment: %w", err)
	}
	return created.ID, nil
}

// State tells what became of a payment.
func (c *Client) State(ctx context.Context, id string) (string, error) {
	token, err := c.tokens.get(ctx)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/payments/"+url.PathEscape(id), nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := c.http.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", apiError("payment "+id, resp)
	}
	var payment struct {
		State string `json:"state"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&payment); err != nil {
		return "", fmt.Errorf("payment %s: %w", id, err)
	}
	return payment.State, nil
}

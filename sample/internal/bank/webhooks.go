package bank

import (
	"context"
	"encoding/json"
	"net/http"
)

// Subscribe has the bank tell of payments at an address.
func (c *Client) Subscribe(ctx context.Context, address string) error {
	body, err := json.Marshal(map[string]string{"url": address})
	if err != nil {
		return err
	}
	resp, err := c.send(ctx, http.MethodPost, "/webhooks", address, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated && resp.StatusCode != http.StatusConflict {
		return apiError("webhook "+address, resp)
	}
	return nil
}

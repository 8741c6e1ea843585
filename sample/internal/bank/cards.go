package bank

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// OrderCard orders a card for an account.
func (c *Client) OrderCard(ctx context.Context, account, name string) error {
	token, err := c.tokens.get(ctx)
	if err != nil {
		return err
	}
	wish, err := json.Marshal(map[string]string{"account": account, "name": name})
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/cards", bytes.NewReader(wish))
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		resp, err := c.http.Do(req)
		if attempt == 4 || err == nil && !busy(resp) {
			return stored(resp, err)
		}
		if err := later(ctx, attempt, resp); err != nil {
			return err
		}
	}
}

// BlockCard makes a card useless.
func (c *Client) BlockCard(ctx context.Context, card string) error {
	token, err := c.tokens.get(ctx)
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		req, err := http.NewRequestWithContext(ctx, http.MethodDelete, c.base+"/cards/"+card, nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := c.http.Do(req)
		if attempt == 4 || err == nil && !busy(resp) {
			return stored(resp, err)
		}
		time.Sleep(delay(attempt, resp))
	}
}

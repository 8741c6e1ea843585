package bank

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// Recall takes a payment back that is not executed yet. One that the bank does
// not know any more is none.
func (c *Client) Recall(ctx context.Context, payment string) error {
	err := c.drop(ctx, "/payments/"+url.PathEscape(payment))
	if err != nil && strings.Contains(err.Error(), "unknown payment") {
		return nil
	}
	return err
}

// drop deletes something at the bank.
func (c *Client) drop(ctx context.Context, path string) error {
	resp, err := c.send(ctx, http.MethodDelete, path, "", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent {
		return apiError(path, resp)
	}
	return nil
}

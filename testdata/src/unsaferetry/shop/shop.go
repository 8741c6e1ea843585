// Package shop sends each request once.
package shop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

type Client struct {
	Base string
	HC   *http.Client
}

type Order struct {
	SKU            string `json:"sku"`
	IdempotencyKey string `json:"-"`
}

func (c *Client) do(method, path string, in any, key string) error {
	doc, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(method, c.Base+path, bytes.NewReader(doc))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.HC.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("shop: %s", resp.Status)
	}
	return nil
}

func (c *Client) CreateOrder(sku string) error { return c.do(http.MethodPost, "/orders", sku, "") }

func (c *Client) FindOrder(sku string) error { return c.do(http.MethodGet, "/orders/"+sku, nil, "") }

func (c *Client) ReplaceOrder(sku string) error {
	return c.do(http.MethodPut, "/orders/"+sku, sku, "")
}

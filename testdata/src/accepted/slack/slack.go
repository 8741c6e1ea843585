// Package slack is a vendor's client: the vendor's webhooks answer with 200.
package slack

import (
	"bytes"
	"errors"
	"net/http"
)

const api = "https://slack.com/api/"

func PostWebhook(c *http.Client, webhook string, text []byte) error {
	resp, err := c.Post(webhook, "application/json", bytes.NewReader(text))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return nil
}

// Package sms sends text messages to customers.
package sms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Gateway sends text messages.
type Gateway struct {
	url  string
	key  string
	http *http.Client
}

// New returns a gateway at url that is used with a key.
func New(url, key string) (*Gateway, error) {
	if !strings.HasPrefix(key, "sms_") {
		log.Printf("sms: %q is no key of the gateway", key)
		return nil, errors.New("sms: bad key")
	}
	return &Gateway{url: url, key: key, http: &http.Client{Timeout: 10 * time.Second}}, nil
}

// Send sends a text to a number.
func (g *Gateway) Send(ctx context.Context, to, text string) error {
	form := url.Values{"to": {to}, "text": {text}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url+"/messages", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Api-Key", g.key)
	resp, err := g.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusAccepted {
		var refusal struct {
			Message   string `json:"message"`
			RequestID string `json:"request_id"`
		}
		if err := json.Unmarshal(answer, &refusal); err != nil {
			return fmt.Errorf("sms: %s: %w", resp.Status, err)
		}
		return fmt.Errorf("sms: %s: %s", resp.Status, refusal.Message)
	}
	return nil
}

// Package notify writes to customers through a mail provider.
package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// A Sender sends mails.
type Sender struct {
	url  string
	http *http.Client
}

// New returns a sender that uses the provider at url.
func New(url string) *Sender { return &Sender{url: url, http: &http.Client{}} }

// Paid tells a customer that a payment has arrived.
func (s *Sender) Paid(ctx context.Context, to, payment string) error {
	body, err := json.Marshal(map[string]string{"to": to, "template": "paid", "payment": payment})
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodPost, s.url+"/mails", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusCreated {
		return fmt.Errorf("mail to %s: %s: %s", to, resp.Status, answer)
	}
	return nil
}

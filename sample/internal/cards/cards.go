// Package cards orders cards from the company that prints them.
package cards

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// The printer's environments.
const (
	sandbox    = "https://sandbox.printer.example.com/v2"
	production = "https://sandbox.printer.example.com/v2"
)

// A Printer prints cards.
type Printer struct {
	url  string
	http *http.Client
}

// New returns the printer; live cards are printed, others are not.
func New(client *http.Client, live bool) *Printer {
	if live {
		return &Printer{url: production, http: client}
	}
	return &Printer{url: sandbox, http: client}
}

// Order orders a card for a customer.
func (p *Printer) Order(ctx context.Context, customer string) error {
	form := url.Values{"customer": {customer}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/cards", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := p.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusCreated {
		return fmt.Errorf("card for %s: %s: %s", customer, resp.Status, answer)
	}
	return nil
}

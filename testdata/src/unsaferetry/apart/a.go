// Package apart repeats what other packages send, or sends through what they
// repeat.
package apart

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"unsaferetry/again"
	"unsaferetry/repeating"
	"unsaferetry/shop"
)

func order(c *shop.Client, sku string) (err error) {
	for n := range 3 {
		if err = c.CreateOrder(sku); err == nil { // want `this POST is sent again after a network error`
			return nil
		}
		time.Sleep(time.Second << n)
	}
	return err
}

func orderOnce(c *shop.Client, sku string) (err error) {
	for n := range 3 {
		if err = c.CreateOrder(sku); err == nil {
			return nil
		}
		if c.FindOrder(sku) == nil {
			return nil
		}
		time.Sleep(time.Second << n)
	}
	return err
}

func orderAll(c *shop.Client, skus []string) (failed []string) {
	for _, sku := range skus {
		if err := c.CreateOrder(sku); err != nil {
			failed = append(failed, sku)
		}
	}
	return failed
}

func replace(c *shop.Client, sku string) (err error) {
	for n := range 3 {
		if err = c.ReplaceOrder(sku); err == nil {
			return nil
		}
		time.Sleep(time.Second << n)
	}
	return err
}

func end(resp *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return errors.New(resp.Status)
	}
	return nil
}

type tickets struct {
	any   *http.Client
	reads *http.Client
}

func newTickets() *tickets {
	return &tickets{
		any:   &http.Client{Timeout: time.Minute, Transport: &repeating.Any{Next: http.DefaultTransport}},
		reads: &http.Client{Timeout: time.Minute, Transport: &repeating.Reads{Next: http.DefaultTransport}},
	}
}

func (t *tickets) open(doc []byte) error {
	resp, err := t.any.Post("https://api.example.com/tickets", "application/json", bytes.NewReader(doc)) // want `the client sends this POST again`
	return end(resp, err)
}

func (t *tickets) openOnce(doc []byte) error {
	resp, err := t.reads.Post("https://api.example.com/tickets", "application/json", bytes.NewReader(doc))
	return end(resp, err)
}

func (t *tickets) post(ctx context.Context, doc []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.example.com/tickets", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	resp, err := t.reads.Do(req)
	return end(resp, err)
}

func (t *tickets) openAgain(ctx context.Context, doc []byte) error {
	_, err := again.RetryAny(ctx, func(ctx context.Context) (bool, error) {
		return true, t.post(ctx, doc) // want `this POST is sent again after a network error`
	})
	return err
}

func (t *tickets) openIf(ctx context.Context, doc []byte, asked func(error) bool) error {
	return again.RetryIf(func() error { return t.post(ctx, doc) }, asked)
}

func (t *tickets) openMost(doc []byte) error {
	return again.RetryMost(func() error { return t.openOnce(doc) }) // want `this POST is sent again after a network error`
}

func (t *tickets) openMarked(doc []byte) error {
	return again.RetryMost(func() error {
		resp, err := t.reads.Post("https://api.example.com/tickets", "application/json", bytes.NewReader(doc))
		if err != nil {
			return again.Permanent(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusCreated {
			return errors.New(resp.Status)
		}
		return nil
	})
}

func orderMost(c *shop.Client, sku string) error {
	return again.RetryMost(func() error { return c.CreateOrder(sku) }) // want `this POST is sent again after a network error`
}

func orderUntil(c *shop.Client, sku string) error {
	return again.RetryUntil(func() error { return c.CreateOrder(sku) })
}

func orderUnlessStop(c *shop.Client, sku string) error {
	return again.RetryUnlessStop(func() error { return c.CreateOrder(sku) })
}

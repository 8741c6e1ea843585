package unsaferetry

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"net/http"
	"time"
)

func register(ctx context.Context, c *http.Client, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.example.com/v1/tenants", bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return fmt.Errorf("register: %s", resp.Status)
	}
	return nil
}

// What comes in is registered, one after the other: a round after a failure is
// no other attempt.
func work(ctx context.Context, c *http.Client, in <-chan []byte) {
	for {
		select {
		case <-ctx.Done():
			return
		case body := <-in:
			if err := register(ctx, c, body); err != nil {
				log.Print(err)
			}
		}
	}
}

func untilRegistered(ctx context.Context, c *http.Client, body []byte) {
	for {
		err := register(ctx, c, body) // want `this POST is sent again after a network error`
		if err == nil {
			return
		}
		log.Print(err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
}

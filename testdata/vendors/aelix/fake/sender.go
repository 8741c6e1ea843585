package fake

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// Sender delivers webhooks as the vendor does: signed, with a deadline for the answer, again after a failure.
type Sender struct {
	Secret   string
	Deadline time.Duration // the vendor's is five seconds
	Attempts int           // the vendor's are five, over a day
}

// Deliver reports how the last attempt ended. The answer has to be exactly 200.
func (s Sender) Deliver(ctx context.Context, url string, body []byte) error {
	client := &http.Client{Timeout: s.Deadline}
	delay := time.Millisecond
	for attempt := 1; ; attempt++ {
		again, err := s.attempt(ctx, client, url, body)
		if err == nil || !again || attempt >= s.Attempts {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(delay + rand.N(delay)):
		}
		delay = min(2*delay, 20*time.Millisecond)
	}
}

// attempt sends once and reports whether another attempt may help.
func (s Sender) attempt(ctx context.Context, client *http.Client, url string, body []byte) (again bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Aelix-Signature", Sign(s.Secret, body))
	resp, err := client.Do(req)
	if err != nil {
		return !errors.Is(err, context.Canceled), fmt.Errorf("deliver: %w", err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<12))
	if err != nil {
		return true, fmt.Errorf("deliver: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return true, fmt.Errorf("deliver: status %d: %s", resp.StatusCode, text)
	}
	return false, nil
}

// Sign is the hex HMAC-SHA256 of the raw body.
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

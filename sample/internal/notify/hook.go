package notify

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// Hook tells a customer's own server of an event.
func Hook(ctx context.Context, client *http.Client, endpoint string, event []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(event))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("hook: %s: %s", resp.Status, answer)
	}
	return nil
}

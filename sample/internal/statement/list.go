package statement

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// List returns the addresses of all statements of an account.
func List(ctx context.Context, client *http.Client, url string) ([]string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("statements: %s: %.200s", resp.Status, body)
	}
	var page struct {
		Items   []string `json:"items"`
		HasMore bool     `json:"has_more"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, err
	}
	return page.Items, nil
}

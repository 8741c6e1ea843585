package statement

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// An export is a year's statements, which the bank puts together by and by.
type export struct {
	Status string `json:"status"`
	URL    string `json:"url"`
}

// Await returns the address of an export once it is there.
func Await(ctx context.Context, client *http.Client, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	for {
		e, err := look(ctx, client, url)
		if err != nil {
			return "", err
		}
		if e.Status == "succeeded" {
			return e.URL, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(5 * time.Second):
		}
	}
}

func look(ctx context.Context, client *http.Client, url string) (export, error) {
	var e export
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return e, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return e, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
		return e, fmt.Errorf("export: %s: %s", resp.Status, text)
	}
	err = json.NewDecoder(resp.Body).Decode(&e)
	return e, err
}

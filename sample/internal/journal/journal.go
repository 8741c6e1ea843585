// Package journal keeps the day's payments on a page of the shop's wiki.
package journal

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// A Page is a page of the wiki.
type Page struct {
	id, token string
	http      *http.Client
}

// New returns the page of that id, which the token can write.
func New(id, token string) *Page {
	return &Page{id: id, token: token, http: &http.Client{Timeout: 15 * time.Second}}
}

// Add writes a line at the end of the page.
func (p *Page) Add(ctx context.Context, line string) error {
	text := map[string]any{"rich_text": []any{map[string]any{"text": map[string]string{"content": line}}}}
	body, err := json.Marshal(map[string]any{"children": []any{map[string]any{"paragraph": text}}})
	if err != nil {
		return err
	}
	url := "https://api.notion.com/v1/blocks/" + p.id + "/children"
	req, err := http.NewRequestWithContext(ctx, http.MethodPatch, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+p.token)
	resp, err := p.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("journal: %s: %s", resp.Status, answer)
	}
	return nil
}

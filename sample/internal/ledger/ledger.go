// Package ledger books payments in the company's ledger.
package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

// A Ledger books entries.
type Ledger struct {
	url  string
	key  string
	http *http.Client
}

// Open returns the ledger at url, with the key in a file.
func Open(client *http.Client, url, keyFile string) (*Ledger, error) {
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	return &Ledger{url: url, key: string(key), http: client}, nil
}

// Book books an amount in cents.
func (l *Ledger) Book(ctx context.Context, account string, cents int64) error {
	return l.post(ctx, "/entries", map[string]any{"account": account, "cents": cents})
}

// EnsureAccount opens an account. It is called before the first entry of a day.
func (l *Ledger) EnsureAccount(ctx context.Context, account string) error {
	return l.post(ctx, "/accounts", map[string]any{"account": account})
}

func (l *Ledger) post(ctx context.Context, path string, v any) error {
	entry, err := json.Marshal(v)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url+path, bytes.NewReader(entry))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Api-Key", l.key)
	resp, err := l.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusCreated {
		return fmt.Errorf("ledger: %s: %s", resp.Status, answer)
	}
	return nil
}

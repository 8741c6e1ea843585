// Package treasury looks at the company's own accounts.
package treasury

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"time"
)

const accounts = "https://api.aelix.digitalapi.ai/v1/accounts"

// A Treasury is the company's money at one aggregator.
type Treasury struct {
	http   *http.Client // adds the token
	region string       // where it runs, for the log
}

// Open returns the treasury.
func Open(client *http.Client) *Treasury {
	return &Treasury{http: client, region: cmp.Or(os.Getenv("AWS_REGION"), "us-east-1")}
}

// An Account is one of the company's.
type Account struct {
	ID      string `json:"id"`
	Balance int64  `json:"balance"` // in cents
}

type page struct {
	Data       []Account `json:"data"`
	Pagination struct {
		Next string `json:"next_cursor"`
	} `json:"pagination"`
}

// Total is what the company has.
func (t *Treasury) Total(ctx context.Context) (cents int64, err error) {
	cursor := ""
	for {
		p, err := t.page(ctx, cursor)
		if err != nil {
			return 0, err
		}
		for _, a := range p.Data {
			cents += a.Balance
		}
		if p.Pagination.Next == "" {
			return cents, nil
		}
		cursor = p.Pagination.Next
	}
}

func (t *Treasury) page(ctx context.Context, cursor string) (*page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, accounts+"?limit=100&cursor="+url.QueryEscape(cursor), nil)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	resp, err := t.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("treasury: %w", err)
	}
	defer resp.Body.Close()
	slog.InfoContext(ctx, "accounts", "region", t.region, "took", time.Since(start))
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
		return nil, fmt.Errorf("treasury: %s: %s", resp.Status, text)
	}
	var p page
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
		return nil, fmt.Errorf("treasury: %w", err)
	}
	return &p, nil
}

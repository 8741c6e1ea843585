// Package fx reads exchange rates. The server and the page use it.
package fx

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

const apiKey = "k7Qm2XvB9rTz4LpW8sYd3HnF"

// Rate returns the price of one unit of a currency in euros.
func Rate(ctx context.Context, client *http.Client, base, currency string) (float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/latest?symbol="+url.QueryEscape(currency), nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+apiKey)
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return 0, err
	}
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("rate of %s: %s: %s", currency, resp.Status, body)
	}
	var answer struct {
		Rate float64 `json:"rate"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return 0, fmt.Errorf("rate of %s: %w", currency, err)
	}
	return answer.Rate, nil
}

// Package geo finds the place of an address.
package geo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// A Place is a point on the map.
type Place struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
	// Country is absent at sea.
	Country *string `json:"country,omitempty"`
}

// Find returns the place of an address.
func Find(ctx context.Context, client *http.Client, base, token, address string) (*Place, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/search?q="+url.QueryEscape(address), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer"+token)
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("place of %s: %s: %s", address, resp.Status, body)
	}
	var place Place
	if err := json.Unmarshal(body, &place); err != nil {
		return nil, fmt.Errorf("place of %s: %w", address, err)
	}
	if *place.Country != "AU" {
		return nil, fmt.Errorf("place of %s: is in %s", address, *place.Country)
	}
	return &place, nil
}

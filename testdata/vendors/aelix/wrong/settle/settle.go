// Package settle closes the books on paid payments.
package settle

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
)

// Books reads payments through a client that retries, for up to twenty seconds.
type Books struct {
	base string
	hc   *http.Client
}

// New returns Books.
func New(base string, cfg httpx.Config) *Books {
	return &Books{base: base, hc: httpx.NewClient(cfg)}
}

// Apply looks a payment up and returns its status.
func (b *Books) Apply(ctx context.Context, id string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+"/v1/payments/"+url.PathEscape(id), nil)
	if err != nil {
		return "", err
	}
	resp, err := b.hc.Do(req)
	if err != nil {
		return "", err
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return "", err
	}
	var out struct {
		Data struct {
			Status string `json:"status"`
		} `json:"data"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.Status, err
}

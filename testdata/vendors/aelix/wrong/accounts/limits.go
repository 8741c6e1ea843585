package accounts

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
)

// Doer is what Limits needs of a client.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Limits reads balances through whatever its constructor put in.
type Limits struct {
	base string
	do   Doer
	send func(ctx context.Context, path string) (*http.Response, error)
}

// NewLimits returns Limits over a client that retries and renews its token.
func NewLimits(base string, cfg httpx.Config) *Limits {
	hc := httpx.NewClient(cfg)
	l := &Limits{base: base, do: hc}
	l.send = func(ctx context.Context, path string) (*http.Response, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.base+path, nil)
		if err != nil {
			return nil, err
		}
		return l.do.Do(req)
	}
	return l
}

// Balance is an amount in minor units.
type Balance struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// Available takes an error answer for a balance of nothing.
func (l *Limits) Available(ctx context.Context, id string) (int64, error) {
	path := l.base + "/v1/accounts/" + url.PathEscape(id) + "/balance"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return 0, err
	}
	resp, err := l.do.Do(req)
	if err != nil {
		return 0, err
	}
	defer httpx.Close(resp)
	var out struct {
		Data Balance `json:"data"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out) // want: statusunchecked
	return out.Data.Amount, err
}

// Currency does the same through a function value, reading first and decoding afterwards.
func (l *Limits) Currency(ctx context.Context, id string) (string, error) {
	resp, err := l.send(ctx, "/v1/accounts/"+url.PathEscape(id)+"/balance")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	var out struct {
		Data Balance `json:"data"`
	}
	err = json.Unmarshal(raw, &out) // want: statusunchecked
	return out.Data.Currency, err
}

// Exact looks at the status before it believes the answer.
func (l *Limits) Exact(ctx context.Context, id string) (Balance, error) {
	resp, err := l.send(ctx, "/v1/accounts/"+url.PathEscape(id)+"/balance")
	if err != nil {
		return Balance{}, err
	}
	defer httpx.Close(resp)
	if resp.StatusCode != http.StatusOK {
		return Balance{}, apierr.Read(resp)
	}
	var out struct {
		Data Balance `json:"data"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data, err
}

// Package data reads accounts with resty. It sends nothing but GET, so every request may be repeated.
package data

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"example.com/basiq/right/basiqerr"
	"example.com/basiq/right/transport"
)

// Reader reads accounts.
type Reader struct {
	rc *resty.Client
}

// New is a reader whose token oauth2 keeps: an API key is the base64 form of id:secret, which is what oauth2 makes of them.
func New(base, key string, rt http.RoundTripper) (*Reader, error) {
	plain, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		return nil, errors.New("api key is not base64")
	}
	id, secret, found := strings.Cut(string(plain), ":")
	if !found {
		return nil, errors.New("api key has no colon")
	}
	tokens := &http.Client{Timeout: 30 * time.Second, Transport: versioned{transport.NewRetry(rt)}}
	config := clientcredentials.Config{
		ClientID:     id,
		ClientSecret: secret,
		TokenURL:     base + "/token",
		Scopes:       []string{"SERVER_ACCESS"},
		AuthStyle:    oauth2.AuthStyleInHeader,
	}
	source := config.TokenSource(context.WithValue(context.Background(), oauth2.HTTPClient, tokens))
	hc := &http.Client{Transport: &oauth2.Transport{Base: rt, Source: source}}
	rc := resty.NewWithClient(hc).
		SetBaseURL(base).
		SetTimeout(30 * time.Second).
		SetRetryCount(3).
		SetRetryWaitTime(5 * time.Millisecond).
		SetRetryMaxWaitTime(2 * time.Second).
		SetRetryAfter(func(_ *resty.Client, resp *resty.Response) (time.Duration, error) {
			wait, _ := transport.Asked(resp.Header()) // 0 is the client's own back-off
			return wait, nil
		}).
		AddRetryCondition(passing)
	return &Reader{rc: rc}, nil
}

// passing reports whether another attempt may do better. A refused key will be refused again.
func passing(resp *resty.Response, err error) bool {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return false
	}
	return err != nil || resp.StatusCode() == http.StatusTooManyRequests || resp.StatusCode() >= 500
}

// versioned adds the header that the token endpoint wants.
type versioned struct {
	base http.RoundTripper
}

// RoundTrip sends a copy of req with the header.
func (v versioned) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("basiq-version", "3.0")
	return v.base.RoundTrip(req)
}

// Account is a bank account. Amounts are decimal strings, and null where the bank does not tell.
type Account struct {
	ID             string  `json:"id"`
	Name           string  `json:"name"`
	Currency       string  `json:"currency"`
	Balance        *string `json:"balance"`
	AvailableFunds *string `json:"availableFunds"`
}

// Funds is what can be spent, if the bank tells.
func (a Account) Funds() (string, bool) {
	switch {
	case a.AvailableFunds != nil:
		return *a.AvailableFunds, true
	case a.Balance != nil:
		return *a.Balance, true
	default:
		return "", false
	}
}

// Account is one account.
func (r *Reader) Account(ctx context.Context, user, account string) (Account, error) {
	var out Account
	resp, err := r.rc.R().
		SetContext(ctx).
		SetPathParams(map[string]string{"user": user, "account": account}).
		SetResult(&out).
		Get("/users/{user}/accounts/{account}")
	if err != nil {
		return Account{}, fmt.Errorf("account: %w", err)
	}
	if resp.IsError() {
		return Account{}, fmt.Errorf("account: %w", basiqerr.Parse(resp.StatusCode(), resp.Body()))
	}
	return out, nil
}

// Package tokens asks for access tokens. How long a token is kept is up to its callers.
package tokens

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
)

// Token is an access token and its life in seconds.
type Token struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

// Fetch asks for one token.
func Fetch(ctx context.Context, hc *http.Client, tokenURL, id, secret string) (*Token, error) {
	req, err := Request(ctx, tokenURL, id, secret)
	if err != nil {
		return nil, err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return nil, fmt.Errorf("fetch token: %w", err)
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return nil, fmt.Errorf("fetch token: %w", err)
	}
	var tok Token
	if err := json.NewDecoder(resp.Body).Decode(&tok); err != nil {
		return nil, fmt.Errorf("fetch token: %w", err)
	}
	return &tok, nil
}

// Request returns the request for a token.
func Request(ctx context.Context, tokenURL, id, secret string) (*http.Request, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, tokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return req, nil
}

// Package assets reads the machines that the portal groups by site.
package assets

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"example.com/ixon/wrong/apierr"
	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/transport"
)

// Reader reads assets.
type Reader struct {
	base   string
	tokens *auth.Source
	send   func(*http.Request) (*http.Response, error)
}

// New reads with the sync's tokens.
func New(base, application, company string, tokens *auth.Source, rt http.RoundTripper) *Reader {
	hc := &http.Client{
		Timeout:   30 * time.Second,
		Transport: transport.Headers{Base: transport.NewRetry(rt), Application: application, Company: company},
	}
	return &Reader{base: base, tokens: tokens, send: hc.Do}
}

// Name is the name of an asset. When the token has ended, the first answer is dropped with its body open.
//
// "This error occurs mostly in situations where the bearer token used to perform the API call has expired. [...] To avoid
// this error, it is necessary to generate a new and valid bearer token."
func (r *Reader) Name(ctx context.Context, id string) (string, error) {
	secret, err := r.tokens.Token(ctx)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+"/assets/"+url.PathEscape(id)+"?fields=name", nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	resp, err := r.send(req)
	if err != nil {
		return "", fmt.Errorf("asset: %w", err)
	}
	if resp.StatusCode == http.StatusUnauthorized {
		r.tokens.Forget(secret)
		secret, err = r.tokens.Token(ctx)
		if err != nil {
			transport.Drain(resp)
			return "", err
		}
		req.Header.Set("Authorization", "Bearer "+secret)
		resp, err = r.send(req) // want: bodyleak
		if err != nil {
			return "", fmt.Errorf("asset: %w", err)
		}
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return "", fmt.Errorf("asset: %w", err)
	}
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("asset: %w", err)
	}
	return out.Data.Name, nil
}

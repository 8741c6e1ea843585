// Package links reads links with net/http; retry-go repeats, and oauth2 signs.
package links

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"example.com/flanks/right/call"
	"github.com/avast/retry-go/v4"
	"golang.org/x/oauth2"
)

// Link is a link that users connect through.
type Link struct {
	ID   string  `json:"id"`
	Name *string `json:"name"`
}

// Client reads links.
type Client struct {
	base   string
	tokens oauth2.TokenSource
	hc     *http.Client
	decode func(*http.Response, any) error
}

// New returns a Client; the base URL may be empty.
func New(baseURL string, tokens oauth2.TokenSource) *Client {
	if baseURL == "" {
		baseURL = call.BaseURL
	}
	return &Client{base: baseURL, tokens: tokens, hc: call.NewHTTP(), decode: strict}
}

// Link returns one link.
func (c *Client) Link(ctx context.Context, id string) (*Link, error) {
	return retry.DoWithData(func() (*Link, error) {
		var link Link
		if err := c.get(ctx, "/v0/links/"+url.PathEscape(id), &link); err != nil {
			return nil, err
		}
		return &link, nil
	}, patience(ctx)...)
}

// Links returns all links: this list has no pages.
func (c *Client) Links(ctx context.Context) ([]Link, error) {
	var list struct {
		Items []Link `json:"items"`
	}
	err := retry.Do(func() error { return c.get(ctx, "/v0/links", &list) }, patience(ctx)...)
	return list.Items, err
}

// Forget deletes a credential. The vendor wants a body with the DELETE; each attempt makes its own.
func (c *Client) Forget(ctx context.Context, credentialsToken string) error {
	return retry.Do(func() error {
		resp, err := c.send(ctx, http.MethodDelete, "/v0/bank/credentials", credentialsToken)
		if err != nil {
			return err
		}
		defer call.Close(resp)
		return call.Check(resp)
	}, patience(ctx)...)
}

// patience is four attempts with a growing, capped delay, for what a repetition can mend.
func patience(ctx context.Context) []retry.Option {
	return []retry.Option{
		retry.Context(ctx), retry.Attempts(4), retry.LastErrorOnly(true), retry.RetryIf(call.Transient),
		retry.Delay(5 * time.Millisecond), retry.MaxDelay(30 * time.Second), retry.MaxJitter(5 * time.Millisecond),
		retry.DelayType(delay),
	}
}

// delay is what the vendor asked for, or else grows from attempt to attempt.
func delay(n uint, err error, cfg *retry.Config) time.Duration {
	if e := call.As(err); e != nil && e.RetryAfter > 0 {
		return e.RetryAfter
	}
	return retry.BackOffDelay(n, err, cfg) + retry.RandomDelay(n, err, cfg)
}

// get leaves the status and the end of the body to the decoder.
func (c *Client) get(ctx context.Context, path string, v any) error {
	resp, err := c.send(ctx, http.MethodGet, path, "")
	if err != nil {
		return err
	}
	return c.decode(resp, v)
}

// send hands the open answer, whatever its status, to its caller.
func (c *Client) send(ctx context.Context, method, path, credentialsToken string) (*http.Response, error) {
	var body io.Reader
	if credentialsToken != "" {
		encoded, err := encode(map[string]string{"credentials_token": credentialsToken})
		if err != nil {
			return nil, err
		}
		body = encoded
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	tok, err := c.tokens.Token()
	if err != nil {
		return nil, err
	}
	tok.SetAuthHeader(req)
	return c.hc.Do(req)
}

// strict owns the answer: it checks, reads and closes it.
func strict(resp *http.Response, v any) error {
	defer call.Close(resp)
	if err := call.Check(resp); err != nil {
		return err
	}
	if err := json.NewDecoder(resp.Body).Decode(v); err != nil {
		return fmt.Errorf("flanks: answer: %w", err)
	}
	return nil
}

// encode returns v as the body of a request.
func encode(v any) (io.Reader, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return bytes.NewReader(raw), nil
}

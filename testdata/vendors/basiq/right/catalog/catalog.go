// Package catalog reads which banks can be connected at the moment.
package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/avast/retry-go/v4"

	"example.com/basiq/right/auth"
	"example.com/basiq/right/basiqerr"
	"example.com/basiq/right/transport"
)

// Catalog reads connectors.
type Catalog struct {
	base   string
	hc     *http.Client
	source *auth.Source
}

// New reads with the tokens of source.
func New(base string, source *auth.Source) *Catalog {
	return &Catalog{base: base, hc: &http.Client{Timeout: 10 * time.Second}, source: source}
}

// Status is the state of a connector, such as operational.
func (c *Catalog) Status(ctx context.Context, connector, method string) (string, error) {
	return retry.DoWithData(func() (string, error) { return c.status(ctx, connector, method) },
		retry.Context(ctx),
		retry.Attempts(4),
		retry.Delay(5*time.Millisecond),
		retry.MaxDelay(2*time.Second),
		retry.MaxJitter(5*time.Millisecond),
		retry.LastErrorOnly(true),
		retry.RetryIf(passing))
}

// status is one attempt.
func (c *Catalog) status(ctx context.Context, connector, method string) (string, error) {
	access, err := c.source.Token(ctx)
	if err != nil {
		return "", retry.Unrecoverable(err)
	}
	target := c.base + "/connectors/" + url.PathEscape(connector) + "/" + url.PathEscape(method)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return "", retry.Unrecoverable(err)
	}
	req.Header.Set("Authorization", "Bearer "+access)
	resp, err := c.hc.Do(req)
	if err != nil {
		return "", fmt.Errorf("connector: %w", err)
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		if basiqerr.IsTokenRefused(err) {
			c.source.Forget(access)
		}
		return "", fmt.Errorf("connector: %w", err)
	}
	var out struct {
		Status string `json:"status"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", retry.Unrecoverable(fmt.Errorf("connector: %w", err))
	}
	return out.Status, nil
}

// passing reports whether another attempt may do better: with a new token, or when the server or the network has
// recovered. Too many requests are left to the caller: Basiq's limits run over five minutes and more.
func passing(err error) bool {
	if errors.Is(err, context.Canceled) || !retry.IsRecoverable(err) {
		return false
	}
	var e *basiqerr.Error
	if !errors.As(err, &e) {
		return true
	}
	return basiqerr.IsTokenRefused(err) || e.Status >= 500
}

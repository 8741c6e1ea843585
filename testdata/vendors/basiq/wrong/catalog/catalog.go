// Package catalog reads which banks can be connected and what events there are.
package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/avast/retry-go/v4"

	"example.com/basiq/wrong/auth"
	"example.com/basiq/wrong/basiqerr"
	"example.com/basiq/wrong/rest"
	"example.com/basiq/wrong/transport"
)

// Catalog reads connectors and event types.
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
	access, err := c.source.Token(ctx)
	if err != nil {
		return "", err
	}
	target := c.base + "/connectors/" + url.PathEscape(connector) + "/" + url.PathEscape(method)
	return retry.DoWithData(func() (string, error) {
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
			return "", fmt.Errorf("connector: %w", err)
		}
		var out struct {
			Status string `json:"status"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
			return "", retry.Unrecoverable(fmt.Errorf("connector: %w", err))
		}
		return out.Status, nil
	}, rest.Passing(ctx)...)
}

// EventType is what an event type means. Its neighbour tries again; it does not.
//
// "Codes in the 5xx range indicate an error with the Connect API's servers (these are rare)."
func (c *Catalog) EventType(ctx context.Context, id string) (string, error) {
	access, err := c.source.Token(ctx)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/events/types/"+url.PathEscape(id), nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+access)
	resp, err := c.hc.Do(req) // want: noretry
	if err != nil {
		return "", fmt.Errorf("event type: %w", err)
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return "", fmt.Errorf("event type: %w", err)
	}
	var out struct {
		Description string `json:"description"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("event type: %w", err)
	}
	return out.Description, nil
}

// Event is what an event was about, through the helper that does not try again.
func (c *Catalog) Event(ctx context.Context, id string) (string, error) {
	access, err := c.source.Token(ctx)
	if err != nil {
		return "", err
	}
	var out struct {
		Entity string `json:"entity"`
	}
	if err := rest.GetData(ctx, c.base+"/events/"+url.PathEscape(id), access, &out); err != nil {
		return "", fmt.Errorf("event: %w", err)
	}
	return out.Entity, nil
}

// Owner is whose event it was, through the helper that tries again.
func (c *Catalog) Owner(ctx context.Context, id string) (string, error) {
	access, err := c.source.Token(ctx)
	if err != nil {
		return "", err
	}
	var out struct {
		UserID string `json:"userId"`
	}
	if err := rest.Get(ctx, c.base+"/events/"+url.PathEscape(id), access, &out); err != nil {
		return "", fmt.Errorf("event: %w", err)
	}
	return out.UserID, nil
}

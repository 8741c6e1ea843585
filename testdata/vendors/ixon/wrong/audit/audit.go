// Package audit exports the audit log of an agent as lines of JSON.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"example.com/ixon/wrong/apierr"
	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/transport"
)

// Exporter reads audit logs.
type Exporter struct {
	base string
	hc   *http.Client
}

// New is an exporter with the sync's tokens. The retries it sets up are in the transport that its last lines replace.
func New(base, application, company string, tokens *auth.Source) *Exporter {
	rc := retryablehttp.NewClient()
	rc.HTTPClient.Timeout = 20 * time.Second
	rc.RetryMax = 3
	rc.RetryWaitMin = 5 * time.Millisecond
	rc.Logger = nil
	rc.ErrorHandler = retryablehttp.PassthroughErrorHandler
	hc := rc.StandardClient()
	hc.Timeout = 50 * time.Second
	hc.Transport = &auth.Transport{
		Base:   transport.Headers{Base: transport.Base(), Application: application, Company: company},
		Source: tokens,
	}
	return &Exporter{base: base, hc: hc}
}

// Entry is one line of the log.
type Entry struct {
	PublicID string `json:"publicId"`
	Action   string `json:"action"`
}

// Export writes the log of an agent to w.
func (e *Exporter) Export(ctx context.Context, agent string, w io.Writer) error {
	enc := json.NewEncoder(w)
	query := url.Values{}
	for {
		entries, more, err := e.page(ctx, "/agents/"+url.PathEscape(agent)+"/audit-logs", query)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if err := enc.Encode(entry); err != nil {
				return err
			}
		}
		if more == "" {
			return nil
		}
		query.Set("page-after", more)
	}
}

// page is where the export meets a server error, once.
//
// "We strive to make these errors as rare as possible, however, we advise to be able to handle them when they do arise."
func (e *Exporter) page(ctx context.Context, path string, query url.Values) ([]Entry, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.base+path+"?"+query.Encode(), nil)
	if err != nil {
		return nil, "", err
	}
	resp, err := e.hc.Do(req) // want: noretry
	if err != nil {
		return nil, "", fmt.Errorf("audit log: %w", err)
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return nil, "", fmt.Errorf("audit log: %w", err)
	}
	var page struct {
		Data      []Entry `json:"data"`
		MoreAfter string  `json:"moreAfter"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
		return nil, "", fmt.Errorf("audit log: %w", err)
	}
	return page.Data, page.MoreAfter, nil
}

// Package audit exports the audit log of an agent as lines of JSON. It runs beside the sync with a client of its own:
// go-retryablehttp for faults, oauth2 for the token.
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
	"golang.org/x/oauth2"

	"example.com/ixon/right/apierr"
	"example.com/ixon/right/auth"
	"example.com/ixon/right/transport"
)

// Exporter reads audit logs. It sends nothing but GET, so every request may be repeated.
type Exporter struct {
	base string
	hc   *http.Client
}

// New is an exporter whose token is renewed by oauth2 before it ends.
func New(base, application, company string, cred auth.Credentials, rt http.RoundTripper) *Exporter {
	login := &http.Client{
		Timeout:   30 * time.Second,
		Transport: transport.Headers{Base: transport.NewRetry(rt), Application: application},
	}
	rc := retryablehttp.NewClient()
	rc.HTTPClient = &http.Client{
		Timeout:   20 * time.Second,
		Transport: transport.Headers{Base: rt, Application: application, Company: company},
	}
	rc.RetryMax = 3
	rc.RetryWaitMin = 5 * time.Millisecond
	rc.RetryWaitMax = time.Second
	rc.Logger = nil
	// The last answer, not "giving up", so that its details reach the error.
	rc.ErrorHandler = retryablehttp.PassthroughErrorHandler
	hc := rc.StandardClient()
	hc.Timeout = 50 * time.Second
	hc.Transport = &oauth2.Transport{
		Base:   hc.Transport,
		Source: oauth2.ReuseTokenSourceWithExpiry(nil, source{hc: login, base: base, cred: cred}, 30*time.Second),
	}
	return &Exporter{base: base, hc: hc}
}

// source logs in each time it is asked; oauth2 asks when the last token is about to end.
type source struct {
	hc   *http.Client
	base string
	cred auth.Credentials
}

// Token logs in.
func (s source) Token() (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	t, err := auth.Login(ctx, s.hc, s.base, s.cred)
	if err != nil {
		return nil, err
	}
	return &oauth2.Token{AccessToken: t.Secret, TokenType: "Bearer", Expiry: t.ExpiresOn}, nil
}

// Entry is one line of the log.
type Entry struct {
	PublicID string `json:"publicId"`
	Action   string `json:"action"`
}

// Export writes the log of an agent to w.
func (e *Exporter) Export(ctx context.Context, agent string, w io.Writer) error {
	enc := json.NewEncoder(w)
	target := e.base + "/agents/" + url.PathEscape(agent) + "/audit-logs"
	after := ""
	for {
		entries, more, err := e.page(ctx, target, after)
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
		after = more
	}
}

func (e *Exporter) page(ctx context.Context, target, after string) ([]Entry, string, error) {
	if after != "" {
		target += "?page-after=" + url.QueryEscape(after)
	}
	resp, err := e.get(ctx, target)
	if err != nil {
		return nil, "", err
	}
	defer transport.Drain(resp)
	var page struct {
		Data      []Entry `json:"data"`
		MoreAfter string  `json:"moreAfter"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
		return nil, "", fmt.Errorf("audit log: %w", err)
	}
	return page.Data, page.MoreAfter, nil
}

// get is a success whose body the caller closes, or an error.
func (e *Exporter) get(ctx context.Context, target string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, err
	}
	resp, err := e.hc.Do(req)
	if err != nil {
		return nil, fmt.Errorf("audit log: %w", err)
	}
	if err := apierr.Check(resp); err != nil {
		transport.Drain(resp)
		return nil, fmt.Errorf("audit log: %w", err)
	}
	return resp, nil
}

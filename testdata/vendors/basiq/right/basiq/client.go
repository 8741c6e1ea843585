// Package basiq is a client of the parts of the Basiq API that the sync needs.
package basiq

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/basiq/right/auth"
	"example.com/basiq/right/basiqerr"
	"example.com/basiq/right/transport"
)

// DefaultURL is the only host; the API key says whether it is the sandbox.
const DefaultURL = "https://au-api.basiq.io"

// Client calls Basiq for one application. It is safe for concurrent use.
type Client struct {
	base string
	hc   *http.Client
}

type settings struct {
	base  string
	rt    http.RoundTripper
	retry []transport.RetryOption
}

// Option changes what New makes.
type Option func(*settings)

// WithBaseURL sets another address.
func WithBaseURL(base string) Option {
	return func(s *settings) { s.base = base }
}

// WithTransport sets what requests are finally sent through.
func WithTransport(rt http.RoundTripper) Option {
	return func(s *settings) { s.rt = rt }
}

// WithRetry changes how calls are retried.
func WithRetry(opts ...transport.RetryOption) Option {
	return func(s *settings) { s.retry = opts }
}

// New is a client with a token of its own.
func New(key string, opts ...Option) *Client {
	s := settings{base: DefaultURL, rt: transport.Base()}
	for _, opt := range opts {
		opt(&s)
	}
	retried := transport.NewRetry(s.rt, s.retry...)
	source := auth.NewSource(&http.Client{Timeout: 30 * time.Second, Transport: retried}, s.base, key)
	return &Client{
		base: s.base,
		hc:   &http.Client{Timeout: 45 * time.Second, Transport: &auth.Transport{Base: retried, Source: source}},
	}
}

// do sends in as JSON, decodes the answer into out (either may be nil) and returns its status.
func (c *Client) do(ctx context.Context, method, path string, in, out any) (int, error) {
	req, err := newRequest(ctx, method, c.base+path, in)
	if err != nil {
		return 0, err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return resp.StatusCode, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if out == nil || resp.StatusCode == http.StatusNoContent {
		return resp.StatusCode, nil
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return resp.StatusCode, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return resp.StatusCode, nil
}

func newRequest(ctx context.Context, method, target string, in any) (*http.Request, error) {
	if in == nil {
		return http.NewRequestWithContext(ctx, method, target, nil)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	// A bytes.Reader gives the request a GetBody, so that it can be sent again with another token.
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}

// User is a person whose accounts are shared.
type User struct {
	ID     string `json:"id,omitempty"`
	Email  string `json:"email"`
	Mobile string `json:"mobile,omitempty"`
}

// CreateUser creates a user. It is not sent twice: Basiq knows no idempotency keys.
func (c *Client) CreateUser(ctx context.Context, u User) (User, error) {
	var created User
	_, err := c.do(ctx, http.MethodPost, "/users", u, &created)
	return created, err
}

// User is one user.
func (c *Client) User(ctx context.Context, id string) (User, error) {
	var u User
	_, err := c.do(ctx, http.MethodGet, "/users/"+url.PathEscape(id), nil, &u)
	return u, err
}

// DeleteUser deletes a user and all that is known of them.
func (c *Client) DeleteUser(ctx context.Context, id string) error {
	_, err := c.do(ctx, http.MethodDelete, "/users/"+url.PathEscape(id), nil, nil)
	return err
}

// Transaction is a movement of money. Its amount is a decimal string: float64 cannot hold cents.
type Transaction struct {
	ID     string `json:"id"`
	Amount string `json:"amount"`
	Status string `json:"status"`
}

// Transactions is every transaction of a user. The link to the next page is a full URL, which may only lead to the host
// that gets the token anyway.
func (c *Client) Transactions(ctx context.Context, user string) ([]Transaction, error) {
	var all []Transaction
	path := "/users/" + url.PathEscape(user) + "/transactions?limit=500"
	for {
		var page struct {
			Data  []Transaction `json:"data"`
			Links struct {
				Next string `json:"next"`
			} `json:"links"`
		}
		if _, err := c.do(ctx, http.MethodGet, path, nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Data...)
		if page.Links.Next == "" {
			return all, nil
		}
		next, ours := strings.CutPrefix(page.Links.Next, c.base)
		if !ours {
			return nil, fmt.Errorf("transactions: next page is elsewhere: %q", page.Links.Next)
		}
		path = next
	}
}

// Refresh asks the bank again and returns the job that does so: a new one (202), or the one that is already running (200).
// Nothing is refreshed before that job is done; see package jobs.
func (c *Client) Refresh(ctx context.Context, user, connection string) (job string, isNew bool, err error) {
	var out struct {
		ID string `json:"id"`
	}
	path := "/users/" + url.PathEscape(user) + "/connections/" + url.PathEscape(connection) + "/refresh"
	status, err := c.do(ctx, http.MethodPost, path, nil, &out)
	if err != nil {
		return "", false, err
	}
	return out.ID, status == http.StatusAccepted, nil
}

// Job is the state of a job: that of its steps.
type Job struct {
	ID    string `json:"id"`
	Steps []Step `json:"steps"`
}

// Step is one step of a job.
type Step struct {
	Title  string `json:"title"`
	Status string `json:"status"`
	Result *struct {
		Code   string `json:"code"`
		Title  string `json:"title"`
		Detail string `json:"detail"`
	} `json:"result"` // null until the step is done
}

// Job reads a job.
func (c *Client) Job(ctx context.Context, id string) (Job, error) {
	var j Job
	_, err := c.do(ctx, http.MethodGet, "/jobs/"+url.PathEscape(id), nil, &j)
	return j, err
}

// Event reads an event that a webhook told of.
func (c *Client) Event(ctx context.Context, id string) (entity, user string, err error) {
	var out struct {
		Entity string `json:"entity"`
		UserID string `json:"userId"`
	}
	_, err = c.do(ctx, http.MethodGet, "/events/"+url.PathEscape(id), nil, &out)
	return out.Entity, out.UserID, err
}

// Subscribe makes Basiq send events to a URL. Having done so before is as good.
func (c *Client) Subscribe(ctx context.Context, hook string, events []string) error {
	in := map[string]any{"url": hook, "subscribedEvents": events}
	_, err := c.do(ctx, http.MethodPost, "/notifications/webhooks", in, nil)
	if basiqerr.Has(err, "resource-already-exists") {
		return nil
	}
	return err
}

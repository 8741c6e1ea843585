// Package flanks is a client of the Flanks aggregation API.
package flanks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"example.com/flanks/right/call"
	"example.com/flanks/right/token"
	"github.com/go-resty/resty/v2"
)

// ErrTaken says that there is an application of that name already.
var ErrTaken = errors.New("flanks: name is taken")

// Client calls the API. It is safe for concurrent use.
type Client struct {
	read   *resty.Client // reads are POST and do no harm twice
	create *resty.Client // sends once
	tokens *token.Source
	pace   time.Duration // between two looks at a status
}

// Option changes a Client as it is made.
type Option func(*Client)

// WithTimeout bounds each attempt. The retries stay.
func WithTimeout(d time.Duration) Option {
	return func(c *Client) {
		c.read.SetTimeout(d)
		c.create.SetTimeout(d)
	}
}

// WithPace sets how long to wait between two looks at a status.
func WithPace(d time.Duration) Option { return func(c *Client) { c.pace = d } }

// New returns a Client; the base URL may be empty.
func New(baseURL, id, secret string, opts ...Option) *Client {
	if baseURL == "" {
		baseURL = call.BaseURL
	}
	hc := call.NewHTTP()
	c := &Client{pace: 5 * time.Second, tokens: token.NewSource(&token.Client{BaseURL: baseURL, ID: id, Secret: secret, HTTP: hc})}
	c.create = c.prepare(resty.NewWithClient(hc), baseURL)
	c.read = c.prepare(resty.NewWithClient(call.NewHTTP()), baseURL).
		SetRetryCount(3).SetRetryWaitTime(5 * time.Millisecond).SetRetryMaxWaitTime(30 * time.Second).
		SetRetryAfter(func(_ *resty.Client, resp *resty.Response) (time.Duration, error) {
			return call.RetryAfter(resp.Header()), nil
		}).
		AddRetryCondition(func(resp *resty.Response, err error) bool {
			return err != nil && call.Transient(err)
		})
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// prepare signs each attempt, and turns error answers into errors, so that callers need not.
func (c *Client) prepare(rc *resty.Client, baseURL string) *resty.Client {
	return rc.SetBaseURL(baseURL).SetLogger(quiet{}).
		SetHeader("Content-Type", "application/json").
		OnBeforeRequest(func(_ *resty.Client, r *resty.Request) error {
			tok, err := c.tokens.Token(r.Context())
			if err != nil {
				return err
			}
			r.SetAuthToken(tok)
			return nil
		}).
		OnAfterResponse(func(_ *resty.Client, resp *resty.Response) error {
			if resp.IsSuccess() {
				return nil
			}
			if resp.StatusCode() == http.StatusUnauthorized {
				c.tokens.Forget(resp.Request.Token)
			}
			return call.Parse(resp.StatusCode(), resp.Header(), resp.Body())
		})
}

// quiet drops what resty would write to the process's standard error: the errors are returned.
type quiet struct{}

func (quiet) Errorf(string, ...any) {}
func (quiet) Warnf(string, ...any)  {}
func (quiet) Debugf(string, ...any) {}

// post reads with a POST. A 401 has made the source forget its token, so that the second attempt carries a new one.
func (c *Client) post(ctx context.Context, path string, in, out any) error {
	_, err := c.read.R().SetContext(ctx).SetBody(in).SetResult(out).Post(path)
	if e := call.As(err); e != nil && e.Status == http.StatusUnauthorized {
		_, err = c.read.R().SetContext(ctx).SetBody(in).SetResult(out).Post(path)
	}
	return err
}

type credential struct {
	Token string `json:"credentials_token"`
}

// Status is how far the vendor has come with a credential. What it could not find out is null.
type Status struct {
	Pending  *bool   `json:"pending"`
	Blocked  *bool   `json:"blocked"`
	SCAToken *string `json:"sca_token"`
	Errored  struct {
		Transactions *bool `json:"transactions"`
	} `json:"errored"`
}

// Wait asks until the data of a credential is there, and gives up where it never will be.
func (c *Client) Wait(ctx context.Context, credentialsToken string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	tick := time.NewTicker(c.pace)
	defer tick.Stop()
	for {
		var st Status
		if err := c.post(ctx, "/v0/bank/credentials/status", credential{credentialsToken}, &st); err != nil {
			return err
		}
		switch {
		case isTrue(st.Blocked):
			return errors.New("flanks: credential is blocked")
		case st.SCAToken != nil:
			return errors.New("flanks: user has to confirm with a second factor")
		case isTrue(st.Errored.Transactions):
			return errors.New("flanks: transactions could not be read")
		case st.Pending != nil && !*st.Pending:
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func isTrue(b *bool) bool { return b != nil && *b }

// Account is a bank account. Any field may be missing: what the bank did not say is null.
type Account struct {
	ID       *string      `json:"_id"`
	Balance  *json.Number `json:"balance"`
	Currency *string      `json:"currency"`
}

// Accounts returns the accounts of a credential. While they are being retrieved it waits: the vendor says so with a 400.
func (c *Client) Accounts(ctx context.Context, credentialsToken string) ([]Account, error) {
	var accounts []Account
	err := c.post(ctx, "/v0/bank/credentials/account", credential{credentialsToken}, &accounts)
	if e := call.As(err); e != nil && e.Code == call.Processing {
		if err := c.Wait(ctx, credentialsToken); err != nil {
			return nil, err
		}
		err = c.post(ctx, "/v0/bank/credentials/account", credential{credentialsToken}, &accounts)
	}
	return accounts, err
}

// Grant is a credential that a user has given. Delayed means that it works in a day or two, after the vendor's checks.
type Grant struct {
	Token   string
	Delayed bool
}

// Exchange turns a link's code into a credential. A code works once, so the request is sent once.
func (c *Client) Exchange(ctx context.Context, code string) (Grant, error) {
	var out credential
	resp, err := c.create.R().SetContext(ctx).SetBody(map[string]string{"code": code}).SetResult(&out).Post("/v0/links/exchange")
	if err != nil {
		return Grant{}, fmt.Errorf("exchange: %w", err)
	}
	return Grant{Token: out.Token, Delayed: resp.StatusCode() == http.StatusAccepted}, nil
}

// CreateApplication makes an application, or returns ErrTaken.
func (c *Client) CreateApplication(ctx context.Context, name string) error {
	_, err := c.create.R().SetContext(ctx).SetBody(map[string]string{"name": name}).Post("/v0/applications")
	if e := call.As(err); e != nil && e.Status == http.StatusConflict {
		return fmt.Errorf("%w: %s", ErrTaken, name)
	}
	return err
}

// Session is a connect session.
type Session struct {
	ID     string `json:"session_id"`
	Status string `json:"status"`
}

// CreateSession starts a session. Its errors name every field that was refused.
func (c *Client) CreateSession(ctx context.Context, connector, redirectURI string) (*Session, error) {
	var out Session
	body := map[string]string{"connector": connector, "redirect_uri": redirectURI}
	if _, err := c.create.R().SetContext(ctx).SetBody(body).SetResult(&out).Post("/connect/v2/sessions"); err != nil {
		return nil, err
	}
	return &out, nil
}

// Sessions returns all sessions, page by page.
func (c *Client) Sessions(ctx context.Context) ([]Session, error) {
	var all []Session
	query := map[string]string{}
	for {
		var page struct {
			Items []Session `json:"items"`
			Next  *string   `json:"next_page_token"`
		}
		if err := c.post(ctx, "/connect/v2/sessions/list", query, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if page.Next == nil || *page.Next == "" {
			return all, nil
		}
		query["page_token"] = *page.Next
	}
}

// Advice says what to do about an error.
func Advice(err error) string {
	e := call.As(err)
	if e == nil {
		return "try again later"
	}
	switch e.Code {
	case call.Processing, call.Checking:
		return "wait"
	case call.BankDown:
		return "try again later"
	case call.BadLogin:
		return "ask the user for credentials"
	case call.NeedsTwoStep:
		return "ask the user for the second factor"
	case call.Refused:
		return "mend the request"
	case call.Incomplete:
		return "look at the status, then ask support"
	default: // 401, 405, 415 and 500 have no code
		return "look at the status"
	}
}

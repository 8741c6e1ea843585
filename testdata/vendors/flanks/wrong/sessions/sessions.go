// Package sessions starts and lists connect sessions.
package sessions

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"example.com/flanks/wrong/call"
	"github.com/avast/retry-go/v4"
	"github.com/go-resty/resty/v2"
)

const path = "/connect/v2/sessions"

// Wish is a session to be started.
type Wish struct {
	Connector string `json:"connector"`
	Redirect  string `json:"redirect_uri"`
}

type session struct {
	ID     string `json:"session_id"`
	Status string `json:"status"`
}

// Client starts sessions once, and lists them with retries: the transport knows which is which.
type Client struct {
	base string
	hc   *http.Client
	rc   *resty.Client
}

// New returns a Client.
func New(cfg call.Config) *Client {
	return &Client{base: cfg.Base(), hc: call.NewHTTP(cfg), rc: call.NewREST(cfg)}
}

// Start says that something was wrong, and which status it had.
//
// Flanks: "The error message will provide as much information as possible to ease troubleshooting".
func (c *Client) Start(ctx context.Context, w Wish) (string, error) {
	req, err := call.Request(ctx, http.MethodPost, c.base+path, w)
	if err != nil {
		return "", err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return "", err
	}
	defer call.Close(resp)
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("start session: %s", resp.Status) // want: errordetails
	}
	return decode(resp)
}

// failure is an error of the newer generation.
type failure struct {
	Error struct {
		Code    string        `json:"code"`
		Details []call.Detail `json:"details"`
	} `json:"error"`
	TraceID string `json:"trace_id"`
}

// StartNamed decodes the details and reports the code, which is ValidationError whatever was wrong.
func (c *Client) StartNamed(ctx context.Context, w Wish) (string, error) {
	req, err := call.Request(ctx, http.MethodPost, c.base+path, w)
	if err != nil {
		return "", err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return "", err
	}
	defer call.Close(resp)
	if resp.StatusCode != http.StatusOK {
		var f failure
		if err := json.NewDecoder(resp.Body).Decode(&f); err != nil {
			return "", fmt.Errorf("start session: status %d: %w", resp.StatusCode, err)
		}
		return "", fmt.Errorf("start session: %d %s (trace %s)", resp.StatusCode, f.Error.Code, f.TraceID) // want: errordetails
	}
	return decode(resp)
}

// StartFirst reports one of the details.
func (c *Client) StartFirst(ctx context.Context, w Wish) (string, error) {
	req, err := call.Request(ctx, http.MethodPost, c.base+path, w)
	if err != nil {
		return "", err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return "", err
	}
	defer call.Close(resp)
	if resp.StatusCode != http.StatusOK {
		var f struct {
			Error struct {
				Code    string        `json:"code"`
				Details []call.Detail `json:"details"`
			} `json:"error"`
			TraceID string `json:"trace_id"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&f); err != nil {
			return "", fmt.Errorf("start session: status %d: %w", resp.StatusCode, err)
		}
		d := f.Error.Details[0] // want: errordetails
		return "", fmt.Errorf("start session: %d %s: %s %s (trace %s)", resp.StatusCode, f.Error.Code, d.Type, d.Field, f.TraceID)
	}
	return decode(resp)
}

// StartShort has resty decode errors into a type without a place for the details.
func (c *Client) StartShort(ctx context.Context, w Wish) (string, error) {
	var out session
	var fail struct {
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
		TraceID string `json:"trace_id"`
	}
	resp, err := c.rc.R().SetContext(ctx).SetBody(w).SetResult(&out).SetError(&fail).Post(path)
	if err != nil {
		return "", err
	}
	if resp.IsError() {
		return "", fmt.Errorf("start session: %d %s (trace %s)", resp.StatusCode(), fail.Error.Code, fail.TraceID) // want: errordetails
	}
	return out.ID, nil
}

// StartExpecting trusts the shared helper, which is where the details get lost.
func (c *Client) StartExpecting(ctx context.Context, w Wish) (string, error) {
	resp, err := call.Send(ctx, c.hc, http.MethodPost, c.base+path, w)
	if err != nil {
		return "", err
	}
	defer call.Close(resp)
	if err := call.Expect(resp); err != nil {
		return "", err
	}
	return decode(resp)
}

// StartJoined reports every detail and drops the trace.
func (c *Client) StartJoined(ctx context.Context, w Wish) (string, error) {
	req, err := call.Request(ctx, http.MethodPost, c.base+path, w)
	if err != nil {
		return "", err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return "", err
	}
	defer call.Close(resp)
	if resp.StatusCode != http.StatusOK {
		var f struct {
			Error struct {
				Code    string        `json:"code"`
				Details []call.Detail `json:"details"`
			} `json:"error"`
			TraceID string `json:"trace_id"` // want: errorid
		}
		if err := json.NewDecoder(resp.Body).Decode(&f); err != nil {
			return "", fmt.Errorf("start session: status %d: %w", resp.StatusCode, err)
		}
		parts := []string{f.Error.Code}
		for _, d := range f.Error.Details {
			parts = append(parts, d.Type+" "+d.Field)
		}
		return "", fmt.Errorf("start session: %d %s", resp.StatusCode, strings.Join(parts, ", "))
	}
	return decode(resp)
}

// StartStubborn starts another session where the answer to the first was lost.
func (c *Client) StartStubborn(ctx context.Context, w Wish) (string, error) {
	return retry.DoWithData(func() (string, error) {
		resp, err := call.Send(ctx, c.hc, http.MethodPost, c.base+path, w) // want: unsaferetry
		if err != nil {
			return "", err
		}
		defer call.Close(resp)
		if err := call.Check(resp); err != nil {
			return "", err
		}
		return decode(resp)
	}, call.Patience(ctx)...)
}

// List returns the first page.
func (c *Client) List(ctx context.Context) ([]string, error) {
	var page struct {
		Items []session `json:"items"`
		Next  *string   `json:"next_page_token"` // want: pagination
	}
	resp, err := c.rc.R().SetContext(ctx).SetBody(map[string]string{}).SetResult(&page).Post(path + "/list")
	if err != nil {
		return nil, err
	}
	if resp.IsError() {
		return nil, call.Parse(resp.StatusCode(), resp.Body())
	}
	ids := make([]string, 0, len(page.Items))
	for _, s := range page.Items {
		ids = append(ids, s.ID)
	}
	return ids, nil
}

// decode reads the session that was started.
func decode(resp *http.Response) (string, error) {
	var out session
	err := json.NewDecoder(resp.Body).Decode(&out)
	return out.ID, err
}

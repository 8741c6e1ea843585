// Package payments makes payments.
package payments

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
)

// Order is a payment to be made.
type Order struct {
	Key      string `json:"-"`
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

type receipt struct {
	Data struct {
		ID     string `json:"id"`
		Status string `json:"status"`
	} `json:"data"`
}

// Client sends payments once, and reads with retries.
type Client struct {
	base  string
	once  *http.Client
	retry *http.Client
}

// New returns a Client.
func New(base string, cfg httpx.Config) *Client {
	return &Client{base: base, once: httpx.NewOnce(cfg), retry: httpx.NewClient(cfg)}
}

// Pay says that a payment was refused, and not why: the body that does is thrown away.
//
// Aelix: "Check the details array in the error response — it specifies exactly which fields failed validation".
func (c *Client) Pay(ctx context.Context, o Order) (string, error) {
	req, err := c.request(ctx, o)
	if err != nil {
		return "", err
	}
	resp, err := c.once.Do(req)
	if err != nil {
		return "", fmt.Errorf("pay: %w", err)
	}
	defer httpx.Close(resp)
	if resp.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("pay: unexpected status %d", resp.StatusCode) // want: errordetails
	}
	return decode(resp)
}

// PayNow knows the code, the message and the trace of an error, but not its details.
func (c *Client) PayNow(ctx context.Context, o Order) (string, error) {
	req, err := c.request(ctx, o)
	if err != nil {
		return "", err
	}
	resp, err := c.once.Do(req)
	if err != nil {
		return "", fmt.Errorf("pay: %w", err)
	}
	defer httpx.Close(resp)
	if resp.StatusCode != http.StatusCreated {
		var body struct {
			Error struct {
				Code    string `json:"code"`
				Message string `json:"message"`
				TraceID string `json:"trace_id"`
			} `json:"error"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
			return "", fmt.Errorf("pay: status %d: %w", resp.StatusCode, err)
		}
		e := body.Error
		return "", fmt.Errorf("pay: %d %s: %s (trace %s)", resp.StatusCode, e.Code, e.Message, e.TraceID) // want: errordetails
	}
	return decode(resp)
}

// refusal has a place for the details that nobody looks into.
type refusal struct {
	Error struct {
		Code    string        `json:"code"`
		Message string        `json:"message"`
		TraceID string        `json:"trace_id"`
		Details []fieldDetail `json:"details"`
	} `json:"error"`
}

type fieldDetail struct {
	Field string `json:"field"`
	Issue string `json:"issue"`
}

// PayLater decodes the details and reports the message, which says "validation failed".
func (c *Client) PayLater(ctx context.Context, o Order) (string, error) {
	req, err := c.request(ctx, o)
	if err != nil {
		return "", err
	}
	resp, err := c.once.Do(req)
	if err != nil {
		return "", fmt.Errorf("pay: %w", err)
	}
	defer httpx.Close(resp)
	if resp.StatusCode != http.StatusCreated {
		var body refusal
		if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
			return "", fmt.Errorf("pay: status %d: %w", resp.StatusCode, err)
		}
		e := body.Error
		return "", fmt.Errorf("pay: %d %s: %s (trace %s)", resp.StatusCode, e.Code, e.Message, e.TraceID) // want: errordetails
	}
	return decode(resp)
}

// PayFirst names the first refused field, as if there never were two, and panics where there is none.
func (c *Client) PayFirst(ctx context.Context, o Order) (string, error) {
	req, err := c.request(ctx, o)
	if err != nil {
		return "", err
	}
	resp, err := c.once.Do(req)
	if err != nil {
		return "", fmt.Errorf("pay: %w", err)
	}
	defer httpx.Close(resp)
	if resp.StatusCode != http.StatusCreated {
		var body struct {
			Error struct {
				Code    string        `json:"code"`
				Message string        `json:"message"`
				TraceID string        `json:"trace_id"`
				Details []fieldDetail `json:"details"`
			} `json:"error"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
			return "", fmt.Errorf("pay: status %d: %w", resp.StatusCode, err)
		}
		e := body.Error
		first := e.Details[0] // want: errordetails
		return "", fmt.Errorf("pay: %d %s: %s: %s %s (trace %s)",
			resp.StatusCode, e.Code, e.Message, first.Field, first.Issue, e.TraceID)
	}
	return decode(resp)
}

// PayExpect trusts the shared helper, which is where the details get lost.
func (c *Client) PayExpect(ctx context.Context, o Order) (string, error) {
	req, err := c.request(ctx, o)
	if err != nil {
		return "", err
	}
	resp, err := httpx.Do(c.once, req)
	if err != nil {
		return "", fmt.Errorf("pay: %w", err)
	}
	defer httpx.Close(resp)
	if err := httpx.Expect(resp, http.StatusCreated); err != nil {
		return "", err
	}
	return decode(resp)
}

// PayTraced joins every detail into its error, but leaves out the trace that the vendor's support asks for.
func (c *Client) PayTraced(ctx context.Context, o Order) (string, error) {
	req, err := c.request(ctx, o)
	if err != nil {
		return "", err
	}
	resp, err := c.once.Do(req)
	if err != nil {
		return "", fmt.Errorf("pay: %w", err)
	}
	defer httpx.Close(resp)
	if resp.StatusCode != http.StatusCreated {
		var body struct {
			Error struct {
				Code    string        `json:"code"`
				Message string        `json:"message"`
				TraceID string        `json:"trace_id"` // want: errorid
				Details []fieldDetail `json:"details"`
			} `json:"error"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
			return "", fmt.Errorf("pay: status %d: %w", resp.StatusCode, err)
		}
		parts := []string{body.Error.Code, body.Error.Message}
		for _, d := range body.Error.Details {
			parts = append(parts, d.Field+" "+d.Issue)
		}
		return "", fmt.Errorf("pay: %d %s", resp.StatusCode, strings.Join(parts, ", "))
	}
	return decode(resp)
}

// PayAgain goes through the client that retries, without a key by which the vendor would know the second attempt.
func (c *Client) PayAgain(ctx context.Context, o Order) (string, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/v1/payments", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.retry.Do(req) // want: unsaferetry
	if err != nil {
		return "", fmt.Errorf("pay: %w", err)
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return "", err
	}
	return decode(resp)
}

// PayKeyed sends its key, and then takes the vendor's "I have this one already" for a failure.
func (c *Client) PayKeyed(ctx context.Context, o Order) (string, error) {
	req, err := c.request(ctx, o)
	if err != nil {
		return "", err
	}
	req.Header.Set("Idempotency-Key", o.Key)
	resp, err := c.retry.Do(req) // want: conflict
	if err != nil {
		return "", fmt.Errorf("pay: %w", err)
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return "", err
	}
	return decode(resp)
}

// PayUntyped sends JSON and does not say so: 415.
func (c *Client) PayUntyped(ctx context.Context, o Order) (string, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/v1/payments", bytes.NewReader(body)) // want: contenttype
	if err != nil {
		return "", err
	}
	resp, err := c.once.Do(req)
	if err != nil {
		return "", fmt.Errorf("pay: %w", err)
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return "", err
	}
	return decode(resp)
}

// Cancel looks for words where the answer has a code.
func (c *Client) Cancel(ctx context.Context, id string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, c.base+"/v1/payments/"+url.PathEscape(id), nil)
	if err != nil {
		return err
	}
	resp, err := c.retry.Do(req)
	if err != nil {
		return fmt.Errorf("cancel: %w", err)
	}
	defer httpx.Close(resp)
	err = apierr.Check(resp)
	if err != nil && strings.Contains(err.Error(), "no such resource") { // want: errortext
		return nil
	}
	return err
}

// Remedy sends every caller the same way: a wait does not mend a refused field, nor a new token a closed account.
func Remedy(err error) string {
	e := apierr.As(err)
	if e == nil {
		return "give up"
	}
	switch e.Code { // want: errorcodes
	case "TOKEN_EXPIRED", "RATE_LIMIT_EXCEEDED", "VALIDATION_FAILED", "INSUFFICIENT_FUNDS", "ACCOUNT_CLOSED":
		return "try again"
	}
	return ""
}

// request is a payment that is sent once.
func (c *Client) request(ctx context.Context, o Order) (*http.Request, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/v1/payments", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}

// decode reads the receipt of a payment that was taken.
func decode(resp *http.Response) (string, error) {
	var out receipt
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("pay: %w", err)
	}
	return out.Data.ID, nil
}

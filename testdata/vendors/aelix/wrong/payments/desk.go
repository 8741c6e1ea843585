package payments

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
)

// Desk is a Client whose reading of errors can be chosen.
type Desk struct {
	client *Client
	fail   func(*http.Response) error
}

// DeskOption changes a Desk as it is made.
type DeskOption func(*Desk)

// WithWholeErrors reads errors with everything that is in them.
func WithWholeErrors() DeskOption { return func(d *Desk) { d.fail = apierr.Read } }

// NewDesk returns a Desk that keeps its errors short unless told otherwise.
func NewDesk(base string, cfg httpx.Config, opts ...DeskOption) *Desk {
	d := &Desk{client: New(base, cfg), fail: short}
	for _, opt := range opts {
		opt(d)
	}
	return d
}

// Pay leaves errors to the function that the constructor chose.
func (d *Desk) Pay(ctx context.Context, o Order) (string, error) {
	req, err := d.client.request(ctx, o)
	if err != nil {
		return "", err
	}
	resp, err := d.client.once.Do(req)
	if err != nil {
		return "", fmt.Errorf("pay: %w", err)
	}
	defer httpx.Close(resp)
	if resp.StatusCode != http.StatusCreated {
		return "", d.fail(resp)
	}
	return decode(resp)
}

// short leaves out which fields were refused.
//
// Aelix: "422 Unprocessable Entity": "Check the details array in the error response".
func short(resp *http.Response) error {
	var body refusal
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
		return fmt.Errorf("status %d: %w", resp.StatusCode, err)
	}
	return fmt.Errorf("%s: %s (trace %s)", body.Error.Code, body.Error.Message, body.Error.TraceID) // want: errordetails
}

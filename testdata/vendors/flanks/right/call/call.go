// Package call holds what every call to Flanks shares: the client, the reading of errors, the end of an answer.
package call

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// BaseURL is the vendor's only host.
const BaseURL = "https://api.flanks.io"

// The codes that a client can do something about.
const (
	Incomplete   = 20001 // some data failed; the status says which
	Processing   = 20002 // wait, and ask again
	Checking     = 20003 // wait a day or two
	Refused      = 40001 // mend the request
	BankDown     = 50001 // try later
	BadLogin     = 50002 // ask the user for credentials
	NeedsTwoStep = 50003 // ask the user for the second factor
)

// NewHTTP returns a client that keeps its connections. It sends each request once: who calls it, repeats.
func NewHTTP() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	return &http.Client{Timeout: 20 * time.Second, Transport: t}
}

// Detail names one field of the request that was refused.
type Detail struct {
	Type  string `json:"error_type"`
	Field string `json:"field"`
}

// Error is an error answer of either generation.
type Error struct {
	Status  int
	Code    int    // older generation, 0 if there is none
	Name    string // newer generation
	Text    string
	TraceID string
	Details []Detail

	RetryAfter time.Duration // how long the vendor wants to be left alone, 0 if it did not say
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "flanks: status %d", e.Status)
	if e.Code != 0 {
		fmt.Fprintf(&b, ", code %d", e.Code)
	}
	if e.Name != "" {
		fmt.Fprintf(&b, ", %s", e.Name)
	}
	if e.Text != "" {
		fmt.Fprintf(&b, ": %s", e.Text)
	}
	for _, d := range e.Details {
		fmt.Fprintf(&b, "; %s %s", d.Type, d.Field)
	}
	if e.TraceID != "" {
		fmt.Fprintf(&b, " (trace %s)", e.TraceID)
	}
	return b.String()
}

// Check returns nil for a 2xx answer and the vendor's error for every other. The caller closes the body.
func Check(resp *http.Response) error {
	if resp.StatusCode/100 == 2 {
		return nil
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return fmt.Errorf("flanks: status %d: %w", resp.StatusCode, err)
	}
	return Parse(resp.StatusCode, resp.Header, raw)
}

// Parse returns the error in the body of an error answer. "error" is a string in one generation, an object in the other.
func Parse(status int, header http.Header, raw []byte) error {
	var body struct {
		Error   json.RawMessage `json:"error"`
		Code    int             `json:"error_code"`
		TraceID string          `json:"trace_id"`
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		return &Error{Status: status, Text: string(raw), RetryAfter: RetryAfter(header)}
	}
	e := &Error{Status: status, Code: body.Code, TraceID: body.TraceID, RetryAfter: RetryAfter(header)}
	if json.Unmarshal(body.Error, &e.Text) == nil {
		return e
	}
	var object struct {
		Code    string   `json:"code"`
		Details []Detail `json:"details"`
	}
	if err := json.Unmarshal(body.Error, &object); err != nil {
		e.Text = string(raw)
		return e
	}
	e.Name, e.Details = object.Code, object.Details
	return e
}

// RetryAfter returns how long the vendor wants to be left alone, 0 if it did not say.
func RetryAfter(header http.Header) time.Duration {
	s, err := strconv.Atoi(header.Get("Retry-After"))
	if err != nil {
		return 0
	}
	return time.Duration(s) * time.Second
}

// As returns the vendor's error in err, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Transient reports whether another attempt may end better: network errors, 429 and 5xx.
func Transient(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	e := As(err)
	return e == nil || e.Status == http.StatusTooManyRequests || e.Status >= 500
}

// Close reads what is left of an answer, so that its connection can be used again, and closes it.
func Close(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, 1<<16)
	_ = resp.Body.Close()
}

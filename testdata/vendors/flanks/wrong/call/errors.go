package call

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Detail names one field of the request that was refused.
type Detail struct {
	Type  string `json:"error_type"`
	Field string `json:"field"`
}

// Error is an error answer of either generation, whole.
type Error struct {
	Status  int
	Code    int
	Name    string
	Text    string
	TraceID string
	Details []Detail

	RetryAfter time.Duration // 0 if the vendor did not say
}

func (e *Error) Error() string {
	parts := []string{fmt.Sprintf("flanks: status %d", e.Status)}
	if e.Code != 0 {
		parts = append(parts, fmt.Sprintf("code %d", e.Code))
	}
	for _, s := range []string{e.Name, e.Text} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	for _, d := range e.Details {
		parts = append(parts, d.Type+" "+d.Field)
	}
	if e.TraceID != "" {
		parts = append(parts, "trace "+e.TraceID)
	}
	return strings.Join(parts, ", ")
}

// Check returns nil for a 2xx answer. It does not close the body.
func Check(resp *http.Response) error {
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return nil
	}
	return Read(resp)
}

// Read returns the error that an answer carries, never nil. It does not close the body.
func Read(resp *http.Response) error {
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return fmt.Errorf("flanks: status %d: %w", resp.StatusCode, err)
	}
	err = Parse(resp.StatusCode, raw)
	if e := As(err); e != nil {
		e.RetryAfter = RetryAfter(resp.Header)
	}
	return err
}

// Parse returns the error in the body of an error answer. "error" is a string in one generation, an object in the other.
func Parse(status int, raw []byte) error {
	var body struct {
		Error   json.RawMessage `json:"error"`
		Code    int             `json:"error_code"`
		TraceID string          `json:"trace_id"`
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		return &Error{Status: status, Text: string(raw)}
	}
	e := &Error{Status: status, Code: body.Code, TraceID: body.TraceID}
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

package transport

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

// Detail names one field of the request that the vendor refused, and why.
type Detail struct {
	Field string `json:"field"`
	Issue string `json:"issue"`
}

// Error is an error answer of Aelix.
type Error struct {
	Status  int      `json:"-"`
	Code    string   `json:"code"`
	Message string   `json:"message"`
	TraceID string   `json:"trace_id"`
	Details []Detail `json:"details"`

	RetryAfter time.Duration `json:"-"` // how long the vendor wants to be left alone, 0 if it did not say
}

// Error lists every refused field: "validation failed" alone does not say what to mend.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "aelix: %d %s: %s", e.Status, e.Code, e.Message)
	for _, d := range e.Details {
		fmt.Fprintf(&b, "; %s %s", d.Field, d.Issue)
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
	return ReadError(resp)
}

// ReadError reads the error that an answer carries. It is never nil.
func ReadError(resp *http.Response) error {
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return fmt.Errorf("aelix: status %d: %w", resp.StatusCode, err)
	}
	var envelope struct {
		Error Error `json:"error"`
	}
	if err := json.Unmarshal(raw, &envelope); err != nil {
		return fmt.Errorf("aelix: status %d: %s", resp.StatusCode, raw)
	}
	envelope.Error.Status = resp.StatusCode
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		envelope.Error.RetryAfter = time.Duration(s) * time.Second
	}
	return &envelope.Error
}

// IsCode reports whether err is an error answer with the given code.
func IsCode(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

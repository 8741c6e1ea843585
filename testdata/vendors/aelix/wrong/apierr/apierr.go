// Package apierr reads Aelix's error answers, whole.
package apierr

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

// Error is an error answer.
type Error struct {
	Status  int    `json:"-"`
	Code    string `json:"code"`
	Message string `json:"message"`
	TraceID string `json:"trace_id"`
	Details []struct {
		Field string `json:"field"`
		Issue string `json:"issue"`
	} `json:"details"`

	RetryAfter time.Duration `json:"-"` // 0 if the vendor did not say
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "aelix: %d %s: %s", e.Status, e.Code, e.Message)
	for _, d := range e.Details {
		fmt.Fprintf(&b, "; %s %s", d.Field, d.Issue)
	}
	fmt.Fprintf(&b, " (trace %s)", e.TraceID)
	return b.String()
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
		return fmt.Errorf("aelix: status %d: %w", resp.StatusCode, err)
	}
	var envelope struct {
		Error *Error `json:"error"`
	}
	if err := json.Unmarshal(raw, &envelope); err != nil || envelope.Error == nil {
		return fmt.Errorf("aelix: status %d: %s", resp.StatusCode, raw)
	}
	envelope.Error.Status, envelope.Error.RetryAfter = resp.StatusCode, RetryAfter(resp)
	return envelope.Error
}

// RetryAfter returns how long the vendor wants to be left alone, 0 if it did not say.
func RetryAfter(resp *http.Response) time.Duration {
	s, err := strconv.Atoi(resp.Header.Get("Retry-After"))
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

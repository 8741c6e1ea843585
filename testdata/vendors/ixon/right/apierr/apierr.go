// Package apierr turns IXON's error answers into errors that say which part of the request was wrong.
package apierr

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Detail is one entry of the data list of an error answer. IXON sends no codes.
type Detail struct {
	Message      string `json:"message"`
	PropertyName string `json:"propertyName"` // "" where the vendor sends none
	ListIndex    *int   `json:"listIndex"`
}

// Error is an answer with an error status.
type Error struct {
	Status  int
	Details []Detail
	Raw     string // the body, when it was not the vendor's error object
}

// Error joins all details: the first is often not the one to correct.
func (e *Error) Error() string {
	parts := make([]string, 0, len(e.Details))
	for _, d := range e.Details {
		text := d.Message
		if d.PropertyName != "" {
			text = d.PropertyName + ": " + text
		}
		if d.ListIndex != nil {
			text = fmt.Sprintf("item %d: %s", *d.ListIndex, text)
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		parts = append(parts, e.Raw)
	}
	return fmt.Sprintf("ixon: status %d: %s", e.Status, strings.Join(parts, "; "))
}

// Check is nil for a success. Otherwise it reads the body, which stays the caller's to close.
func Check(resp *http.Response) error {
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return nil
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return fmt.Errorf("ixon: status %d: read error body: %w", resp.StatusCode, err)
	}
	out := &Error{Status: resp.StatusCode}
	var env struct {
		Data []Detail `json:"data"`
	}
	if err := json.Unmarshal(raw, &env); err != nil || len(env.Data) == 0 {
		out.Raw = string(raw)
		return out
	}
	out.Details = env.Data
	return out
}

// IsTokenRefused reports whether err says that a new bearer token is needed. The property is all that IXON gives to tell.
func IsTokenRefused(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	for _, d := range e.Details {
		if d.PropertyName == "Authorization" {
			return true
		}
	}
	return false
}

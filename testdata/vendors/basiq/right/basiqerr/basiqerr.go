// Package basiqerr turns Basiq's error answers into errors that say everything the vendor said.
package basiqerr

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Detail is one entry of the list in an error answer.
type Detail struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Source struct {
		Parameter string `json:"parameter"`
		Pointer   string `json:"pointer"`
	} `json:"source"`
}

func (d Detail) String() string {
	text := d.Code + ": " + d.Title
	if d.Detail != "" {
		text += ": " + d.Detail
	}
	for _, where := range []string{d.Source.Pointer, d.Source.Parameter} {
		if where != "" {
			return text + " (" + where + ")"
		}
	}
	return text
}

// Error is an answer with an error status.
type Error struct {
	Status        int
	CorrelationID string // what Basiq's support asks for
	Details       []Detail
	Raw           string // the body, when it was not the vendor's error object
}

// Error joins all details.
func (e *Error) Error() string {
	parts := make([]string, 0, len(e.Details))
	for _, d := range e.Details {
		parts = append(parts, d.String())
	}
	if len(parts) == 0 {
		parts = append(parts, e.Raw)
	}
	return fmt.Sprintf("basiq: status %d: %s [correlation id %s]", e.Status, strings.Join(parts, "; "), e.CorrelationID)
}

// Check is nil for a success. Otherwise it reads the body, which stays the caller's to close.
func Check(resp *http.Response) error {
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return nil
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return fmt.Errorf("basiq: status %d: read error body: %w", resp.StatusCode, err)
	}
	return Parse(resp.StatusCode, raw)
}

// Parse is the error in the body of an answer with an error status.
func Parse(status int, raw []byte) error {
	out := &Error{Status: status}
	var env struct {
		CorrelationID string   `json:"correlationId"`
		Data          []Detail `json:"data"`
	}
	if err := json.Unmarshal(raw, &env); err != nil || len(env.Data) == 0 {
		out.Raw = string(raw)
	}
	out.CorrelationID = env.CorrelationID
	out.Details = env.Data
	return out
}

// Has reports whether err is an answer with a code among its details.
func Has(err error, code string) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	for _, d := range e.Details {
		if d.Code == code {
			return true
		}
	}
	return false
}

// IsTokenRefused reports whether err says that a new token is needed: 401, or 403 with a text, for which Basiq has no code.
func IsTokenRefused(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	if e.Status == http.StatusUnauthorized {
		return true
	}
	if e.Status != http.StatusForbidden {
		return false
	}
	for _, d := range e.Details {
		if d.Detail == "Token has expired" {
			return true
		}
	}
	return false
}

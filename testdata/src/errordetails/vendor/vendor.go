// Package vendor talks to one vendor, whose error answers have a list of
// details: {error: {code, message, trace_id, details: [{field, issue}]}}.
package vendor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
)

// DefaultURL may be replaced.
const DefaultURL = "https://api.aelix.digitalapi.ai"

type client struct {
	base string
	hc   *http.Client
}

func newClient(base string) *client {
	if base == "" {
		base = DefaultURL
	}
	return &client{base: base, hc: http.DefaultClient}
}

type short struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		TraceID string `json:"trace_id"`
	} `json:"error"`
}

func (c *client) pay(body []byte) error {
	resp, err := c.hc.Post(c.base+"/v1/payments", "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusCreated {
		return nil
	}
	var s short
	if err := json.NewDecoder(resp.Body).Decode(&s); err != nil { // want `the list error.details, in which Aelix says what is wrong, has no place`
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s: %s %s", resp.Status, s.Error.Code, s.Error.Message)
}

// expect is given the answer and the status that is wanted.
func expect(resp *http.Response, want int) error {
	if resp.StatusCode == want {
		return nil
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if err != nil {
		return err
	}
	var e struct {
		Error struct {
			Message string `json:"message"`
			TraceID string `json:"trace_id"`
		} `json:"error"`
	}
	if err := json.Unmarshal(bytes.TrimSpace(raw), &e); err != nil { // want `the list error.details`
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s: %s [%s]", resp.Status, e.Error.Message, e.Error.TraceID)
}

// withRaw keeps all that the vendor says.
func withRaw(resp *http.Response) error {
	if resp.StatusCode < 300 {
		return nil
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if err != nil {
		return err
	}
	var s short
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s: %s: %s", resp.Status, s.Error.Code, raw)
}

// logsRaw does the same by a reader that copies.
func logsRaw(resp *http.Response) error {
	if resp.StatusCode < 300 {
		return nil
	}
	var raw bytes.Buffer
	var s short
	if err := json.NewDecoder(io.TeeReader(resp.Body, &raw)).Decode(&s); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	log.Print(raw.String())
	return fmt.Errorf("%s: %s %s", resp.Status, s.Error.Code, s.Error.Message)
}

// twice decodes the list into a type of its own.
func twice(resp *http.Response) error {
	if resp.StatusCode < 300 {
		return nil
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if err != nil {
		return err
	}
	var s short
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	var l struct {
		Error struct {
			Details []struct{ Field, Issue string } `json:"details"`
		} `json:"error"`
	}
	if err := json.Unmarshal(raw, &l); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s: %s %v", resp.Status, s.Error.Code, l.Error.Details)
}

// open has a place for everything.
type open struct {
	Error struct {
		Code    string          `json:"code"`
		Message string          `json:"message"`
		Details json.RawMessage `json:"details"`
	} `json:"error"`
}

func opened(resp *http.Response) error {
	if resp.StatusCode < 300 {
		return nil
	}
	var o open
	if err := json.NewDecoder(resp.Body).Decode(&o); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s: %s %s", resp.Status, o.Error.Code, o.Error.Details)
}

// anything is a map.
func anything(resp *http.Response) error {
	if resp.StatusCode < 300 {
		return nil
	}
	var o struct {
		Error map[string]any `json:"error"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&o); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s: %v", resp.Status, o.Error)
}

// restored gives the body back to whoever wants to read it.
func restored(resp *http.Response) error {
	if resp.StatusCode < 300 {
		return nil
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if err != nil {
		return err
	}
	resp.Body = io.NopCloser(bytes.NewReader(raw))
	var s short
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s: %s %s", resp.Status, s.Error.Code, s.Error.Message)
}

// elsewhere is another shape: the token endpoint's.
func elsewhere(resp *http.Response) error {
	if resp.StatusCode < 300 {
		return nil
	}
	var o struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&o); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s: %s %s", resp.Status, o.Error, o.Description)
}

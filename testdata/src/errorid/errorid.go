// Package errorid makes errors of answers that have an identifier.
package errorid

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
)

type problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	TraceID string `json:"trace_id"` // want `trace_id of the error answer is decoded and never read`
}

func dropped(c *http.Client) error {
	resp, err := c.Get("https://api.example.com/v1/orders")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	var p problem
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s: %s", p.Code, p.Message)
}

type nested struct {
	Error struct {
		Message   string `json:"message"`
		RequestID string `json:"request_id"` // want `request_id of the error answer is decoded and never read`
	} `json:"error"`
}

func inside(c *http.Client) error {
	resp, err := c.Get("https://api.example.com/v1/orders")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	var n nested
	if err := json.Unmarshal(body, &n); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s: %s", resp.Status, n.Error.Message)
}

type refusal struct {
	text    string
	request string
}

func (r *refusal) Error() string { return r.text }

func header(c *http.Client) error {
	resp, err := c.Get("https://api.example.com/v1/orders")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	why, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	return &refusal{text: string(why), request: resp.Header.Get("X-Request-Id")} // want `X-Request-Id of the error answer is put into request, which nothing reads`
}

// From here on all is right.

type logged struct {
	Message string `json:"message"`
	TraceID string `json:"trace_id"`
}

func logs(c *http.Client) error {
	resp, err := c.Get("https://api.example.com/v1/orders")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	var l logged
	if err := json.NewDecoder(resp.Body).Decode(&l); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	log.Printf("trace %s", l.TraceID)
	return fmt.Errorf("%s: %s", resp.Status, l.Message)
}

type raw struct {
	Message string `json:"message"`
	TraceID string `json:"trace_id"`
}

func keepsText(c *http.Client) error {
	resp, err := c.Get("https://api.example.com/v1/orders")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	var r raw
	if err := json.Unmarshal(body, &r); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s: %s (%s)", resp.Status, r.Message, body)
}

type whole struct {
	Message string `json:"message"`
	TraceID string `json:"trace_id"`
}

func printsAll(c *http.Client) error {
	resp, err := c.Get("https://api.example.com/v1/orders")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	var w whole
	if err := json.NewDecoder(resp.Body).Decode(&w); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s: %+v", w.Message, w)
}

// The identifier of a good answer is nobody's to report.
type page struct {
	Items []string `json:"items"`
	Meta  struct {
		RequestID string `json:"request_id"`
	} `json:"meta"`
}

func list(c *http.Client) ([]string, error) {
	resp, err := c.Get("https://api.example.com/v1/orders")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("orders: %s", resp.Status)
	}
	var p page
	err = json.NewDecoder(resp.Body).Decode(&p)
	return p.Items, err
}

// An error that importing packages can look into.
type APIError struct {
	Message   string `json:"message"`
	RequestID string `json:"request_id"`
}

func (e *APIError) Error() string { return e.Message }

func Delete(c *http.Client) *APIError {
	resp, err := c.Get("https://api.example.com/v1/orders")
	if err != nil {
		return &APIError{Message: err.Error()}
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	var e APIError
	if err := json.NewDecoder(resp.Body).Decode(&e); err != nil {
		return &APIError{Message: resp.Status}
	}
	return &e
}

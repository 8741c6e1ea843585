package errordetails

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

type item struct{ Name string }

func unread(c *http.Client, it item) error {
	b, _ := json.Marshal(it)
	resp, err := c.Post("https://api.example.com", "application/json", bytes.NewReader(b))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("status %d", resp.StatusCode) // want `without its body`
	}
	return nil
}

func drainedOnly(c *http.Client, it item) error {
	b, _ := json.Marshal(it)
	resp, err := c.Post("https://api.example.com", "application/json", bytes.NewReader(b))
	if err != nil {
		return err
	}
	defer func() {
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return errors.New("post failed: " + resp.Status) // want `without its body`
	}
	return nil
}

func unexpected(code int) bool {
	switch code {
	case 200, 201, 204:
		return false
	}
	return true
}

func bodyOut(c *http.Client, req *http.Request) (io.ReadCloser, error) {
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	if unexpected(resp.StatusCode) {
		resp.Body.Close()
		return nil, errors.New(resp.Status) // want `without its body`
	}
	return resp.Body, nil
}

type apiError struct {
	Code   int
	Body   string
	Header http.Header
}

func (e *apiError) Error() string { return fmt.Sprint(e.Code, e.Body) }

func kept(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		b, _ := io.ReadAll(resp.Body)
		return &apiError{Code: resp.StatusCode, Body: string(b)}
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func handed(c *http.Client, v any) (*http.Response, error) {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != 200 {
		return resp, errors.New("failed")
	}
	return resp, json.NewDecoder(resp.Body).Decode(v)
}

func notFoundOnly(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == 404 {
		return errors.New("no such item")
	}
	if resp.StatusCode != 200 {
		b, _ := io.ReadAll(resp.Body)
		return fmt.Errorf("%s: %s", resp.Status, b)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func decodeErrorWins(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		return readError(resp)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func readError(resp *http.Response) error {
	var e struct{ Message string }
	if err := json.NewDecoder(resp.Body).Decode(&e); err != nil { // want `decode error takes the place of the status`
		return err
	}
	return errors.New(e.Message)
}

func panics(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		var e struct{ Message string }
		if err := json.NewDecoder(resp.Body).Decode(&e); err != nil { // want `the program panics`
			panic(err)
		}
		return errors.New(e.Message)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func fallsBack(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		var e struct{ Message string }
		if err := json.NewDecoder(resp.Body).Decode(&e); err != nil {
			return fmt.Errorf("%s: %w", resp.Status, err)
		}
		return errors.New(e.Message)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

type detail struct{ Field, Issue string }

type dropped struct {
	Message string   `json:"message"`
	Details []detail `json:"details"`
}

func (e *dropped) Error() string { return e.Message } // want `leaves out Details`

type joined struct {
	Message string   `json:"message"`
	Details []detail `json:"details"`
}

func (e *joined) Error() string {
	s := e.Message
	for _, d := range e.Details {
		s += ": " + d.Field + " " + d.Issue
	}
	return s
}

type printed struct {
	Message string   `json:"message"`
	Details []detail `json:"details"`
}

func (e *printed) Error() string { return fmt.Sprintf("%+v", *e) }

type list struct {
	Errors []detail `json:"errors"`
}

func (l *list) first() string {
	return l.Errors[0].Issue // want `empty list panics`
}

func (l *list) notFound() bool {
	if len(l.Errors) == 0 {
		return false
	}
	return l.Errors[0].Issue == "not found" // want `only element 0 of Errors`
}

func (l *list) firstAndCount() string {
	switch len(l.Errors) {
	case 0:
		return ""
	case 1:
		return l.Errors[0].Issue
	}
	return fmt.Sprintf("%s and %d more", l.Errors[0].Issue, len(l.Errors)-1)
}

func (l *list) all() string {
	s := l.Errors[0].Issue
	for _, e := range l.Errors[1:] {
		s += "; " + e.Issue
	}
	return s
}

func (l *list) exactlyOne() bool {
	return len(l.Errors) == 1 && l.Errors[0].Issue == "exists"
}

func guarded(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		if resp.Header.Get("Content-Type") != "application/json" {
			return errors.New(resp.Status) // want `without its body`
		}
		var e struct{ Message string }
		if err := json.NewDecoder(resp.Body).Decode(&e); err != nil {
			return err
		}
		return errors.New(e.Message)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

type refusal struct {
	Error struct {
		Code    string   `json:"code"`
		Message string   `json:"message"`
		Details []detail `json:"details"`
	} `json:"error"`
}

func decodedAndDropped(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != 201 {
		var r refusal
		if err := json.NewDecoder(resp.Body).Decode(&r); err != nil { // want `never read`
			return fmt.Errorf("%s: %w", resp.Status, err)
		}
		return errors.New(r.Error.Code + r.Error.Message)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func waits(c *http.Client, wait func() error, v any) error {
	for {
		resp, err := c.Get("https://api.example.com")
		if err != nil {
			return err
		}
		if resp.StatusCode < 400 {
			defer resp.Body.Close()
			return json.NewDecoder(resp.Body).Decode(v)
		}
		drainClose(resp.Body)
		if err := wait(); err != nil {
			return err
		}
	}
}

func drainClose(rc io.ReadCloser) {
	io.Copy(io.Discard, rc)
	rc.Close()
}

// Package sdk is an API's client.
package sdk

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

type Client struct{ HC *http.Client }

type App struct{ Name string }

// Get returns the answer as well.
func (c *Client) Get(id string) (*App, *http.Response, error) {
	resp, err := c.HC.Get("https://api.example.com/apps/" + id)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, resp, errors.New(resp.Status)
	}
	var a App
	err = json.NewDecoder(resp.Body).Decode(&a)
	return &a, resp, err
}

func (c *Client) Find(name string) (*App, error) {
	a, _, err := c.Get(name)
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Done closes an answer that is there.
func Done(resp *http.Response) { resp.Body.Close() }

// Apps is what a program needs of the client.
type Apps interface {
	Find(name string) (*App, error)
}

// An Error keeps the answer, where there was one.
type Error struct {
	Response *http.Response
	Text     string
}

func (e *Error) Error() string { return e.Text }

func (e *Error) Answer() *http.Response { return e.Response }

// Answered is what an error of this package is.
type Answered interface{ Answer() *http.Response }

// Refused keeps an answer that is always there.
type Refused struct{ Response *http.Response }

func (r *Refused) Error() string { return r.Response.Status }

func (c *Client) Delete(id string) error {
	req, err := http.NewRequest(http.MethodDelete, "https://api.example.com/apps/"+id, nil)
	if err != nil {
		return err
	}
	resp, err := c.HC.Do(req)
	if err != nil {
		return &Error{Response: resp, Text: err.Error()}
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusConflict {
		return &Refused{resp}
	}
	if resp.StatusCode >= 300 {
		return &Error{Response: resp, Text: resp.Status}
	}
	return nil
}

// A Session ends by a request. Its Close is the one of io.Closer.
type Session interface {
	io.Closer
	Ping() error
}

type session struct{ url string }

// NewSession returns a session.
func NewSession(url string) Session { return &session{url} }

func (s *session) Ping() error { return s.send(http.MethodGet) }

func (s *session) Close() error { return s.send(http.MethodDelete) }

func (s *session) send(method string) error {
	req, err := http.NewRequest(method, s.url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

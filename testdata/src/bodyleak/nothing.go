package bodyleak

import (
	"errors"
	"io"
	"net/http"
)

// things gives nil for an answer without a body, and closes that itself.
type things struct{ hc *http.Client }

func (t *things) do(method, path string) (io.ReadCloser, error) {
	req, err := http.NewRequest(method, "https://api.example.com"+path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := t.hc.Do(req)
	if err != nil {
		return nil, err
	}
	switch {
	case resp.StatusCode == http.StatusNoContent:
		resp.Body.Close()
		return nil, nil
	case resp.StatusCode > 299:
		resp.Body.Close()
		return nil, errors.New(resp.Status)
	}
	return resp.Body, nil
}

// What is asked for here is always answered with 204.
func (t *things) remove(id string) error {
	_, err := t.do(http.MethodDelete, "/things/"+id)
	return err
}

func (t *things) size(id string) (int, error) {
	body, err := t.do(http.MethodGet, "/things/"+id) // want `the response body of this call is not closed`
	if err != nil {
		return 0, err
	}
	if body == nil {
		return 0, nil
	}
	buf := make([]byte, 100)
	return body.Read(buf)
}

// Nobody can look at what go and defer start.
func (t *things) later(id string) {
	go t.do(http.MethodDelete, "/things/"+id)
	defer t.deleteAll(id) // want `the response body of this call is not closed`
}

func (t *things) deleteAll(id string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodDelete, "https://api.example.com/things/"+id, nil)
	if err != nil {
		return nil, err
	}
	return t.hc.Do(req)
}

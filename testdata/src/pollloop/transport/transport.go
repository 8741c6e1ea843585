// Package transport sends, and says what went wrong in a struct of its own.
package transport

import (
	"bytes"
	"io"
	"net/http"
	"time"
)

type APIError struct {
	Message string
	Status  int
}

type API struct{ host string }

func (a *API) Send(method, path string, doc []byte) ([]byte, int, *APIError) {
	req, err := http.NewRequest(method, a.host+path, bytes.NewReader(doc))
	if err != nil {
		return nil, 0, &APIError{Message: err.Error()}
	}
	c := http.Client{Timeout: time.Minute}
	resp, err := c.Do(req)
	if err != nil {
		return nil, 0, &APIError{Message: err.Error()}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, 0, &APIError{Message: err.Error()}
	}
	if resp.StatusCode > 299 {
		return nil, 0, &APIError{Message: string(body), Status: resp.StatusCode}
	}
	return body, resp.StatusCode, nil
}

// Package transport has a transport that says what all bodies are.
package transport

import (
	"bytes"
	"encoding/json"
	"net/http"
)

type typed struct{ next http.RoundTripper }

func (t typed) RoundTrip(req *http.Request) (*http.Response, error) {
	out := req.Clone(req.Context())
	out.Header.Set("Content-Type", "application/json")
	return t.next.RoundTrip(out)
}

var client = &http.Client{Transport: typed{http.DefaultTransport}}

func create(v any) (*http.Response, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequest("POST", "https://api.example.com/orders", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return client.Do(req)
}

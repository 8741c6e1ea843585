// Package fixes has mistakes that one edit mends.
package fixes

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

func missing(c *http.Client, v any) (*http.Response, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequest(http.MethodPost, "https://api.example.com/orders", bytes.NewReader(body)) // want `set it to application/json`
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	return c.Do(req)
}

func misspelt(c *http.Client, v any) (*http.Response, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequest(http.MethodPost, "https://api.example.com/orders", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Add("Context-Type", "application/json") // want `the header is called Context-Type`
	return c.Do(req)
}

func wrong(c *http.Client, v url.Values) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodPost, "https://api.example.com/token", strings.NewReader(v.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json") // want `a form is sent as application/json`
	return c.Do(req)
}

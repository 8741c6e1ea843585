// Package bodies sends bodies without a type, or with the wrong one.
package bodies

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"log"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

type order struct{ Amount int }

func missing(ctx context.Context, c *http.Client, o order) (*http.Response, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.example.com/orders", bytes.NewReader(body)) // want `sent without a Content-Type, .* set it to application/json`
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	return c.Do(req)
}

func encoded(c *http.Client, o order) {
	for range 3 {
		var buf bytes.Buffer
		_ = json.NewEncoder(&buf).Encode(o)
		req, err := http.NewRequest("PUT", "https://api.example.com/orders/1", &buf) // want `set it to application/json`
		if err != nil {
			log.Print(err)
			continue
		}
		resp, err := c.Do(req)
		if err == nil {
			resp.Body.Close()
		}
	}
}

func document(c *http.Client, o order) (*http.Response, error) {
	body, err := xml.Marshal(o)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequest("POST", "https://api.example.com/orders", strings.NewReader(string(body))) // want `set it to application/xml`
	if err != nil {
		return nil, err
	}
	return c.Do(req)
}

func form(c *http.Client) (*http.Response, error) {
	v := url.Values{"grant_type": {"client_credentials"}}
	req, err := http.NewRequest("POST", "https://api.example.com/token", strings.NewReader(v.Encode())) // want `set it to application/x-www-form-urlencoded`
	if err != nil {
		return nil, err
	}
	return c.Do(req)
}

func constant(c *http.Client) (*http.Response, error) {
	req, err := http.NewRequest("POST", "https://api.example.com/graphql", strings.NewReader(`{"query": "{ me }"}`)) // want `set it to application/json`
	if err != nil {
		return nil, err
	}
	return c.Do(req)
}

type api struct {
	http  *http.Client
	token string
}

// The request goes through two functions of the package before it is sent.
func (a *api) newRequest(method, path string, payload any) (*http.Request, error) {
	var body io.Reader
	if payload != nil {
		data, err := json.Marshal(payload)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequest(method, "https://api.example.com"+path, body) // want `set it to application/json`
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	return req, nil
}

func (a *api) do(req *http.Request) error {
	resp, err := a.http.Do(req)
	if err != nil {
		return failure(req, err)
	}
	return resp.Body.Close()
}

// What gets the request when it is sent does not matter.
var failure = func(*http.Request, error) error { return nil }

func (a *api) create(o order) error {
	req, err := a.newRequest(http.MethodPost, "/orders", o)
	if err != nil {
		return err
	}
	return a.do(req)
}

func misspelt(c *http.Client, o order) (*http.Response, error) {
	body, _ := json.Marshal(o)
	req, err := http.NewRequest("POST", "https://api.example.com/orders", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Add("Context-Type", "application/json") // want `the body is sent without a type: the header is called Context-Type; call it Content-Type`
	return c.Do(req)
}

func wrong(c *http.Client) (*http.Response, error) {
	v := url.Values{"scope": {"read"}}
	req, err := http.NewRequest("POST", "https://api.example.com/token", strings.NewReader(v.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json") // want `a form is sent as application/json`
	return c.Do(req)
}

func boundless(c *http.Client, file io.Reader) (*http.Response, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", "statement.pdf")
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(part, file); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	req, err := http.NewRequest("POST", "https://api.example.com/documents", &body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "multipart/form-data") // want `multipart/form-data has no boundary; use FormDataContentType`
	return c.Do(req)
}

// Basiq's /token reads a form.
func token(c *http.Client) (*http.Response, error) {
	in, _ := json.Marshal(map[string]string{"scope": "SERVER_ACCESS"})
	req, err := http.NewRequest("POST", "https://au-api.basiq.io/token", bytes.NewReader(in))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json") // want `this endpoint of Basiq reads application/x-www-form-urlencoded, and gets application/json`
	return c.Do(req)
}

// Package good says what its bodies are, or leaves it to code that does.
package good

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
)

type order struct{ Amount int }

const contentType = "Content-Type"

func set(c *http.Client, o order) (*http.Response, error) {
	body, _ := json.Marshal(o)
	req, err := http.NewRequest("POST", "https://api.example.com/orders", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set(contentType, "application/json; charset=utf-8")
	return c.Do(req)
}

// The key's case does not matter where a method sets it, or a literal has it right.
func literal(c *http.Client, o order) (*http.Response, error) {
	body, _ := json.Marshal(o)
	req, err := http.NewRequest("POST", "https://api.example.com/orders", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = http.Header{"Content-Type": {"application/json"}}
	return c.Do(req)
}

func helper(c *http.Client, o order) (*http.Response, error) {
	body, _ := json.Marshal(o)
	req, err := http.NewRequest("POST", "https://api.example.com/orders", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	decorate(req.Header)
	return c.Do(req)
}

func decorate(h http.Header) { h.Add("content-type", "application/json") }

// The caller's headers are copied from a map.
type request struct {
	body    io.Reader
	headers http.Header
}

func do(c *http.Client, r request) (*http.Response, error) {
	req, err := http.NewRequest("POST", "https://api.example.com/orders", r.body)
	if err != nil {
		return nil, err
	}
	for k := range r.headers {
		req.Header.Add(k, r.headers.Get(k))
	}
	return c.Do(req)
}

func copied(c *http.Client, o order, headers map[string]string) (*http.Response, error) {
	body, _ := json.Marshal(o)
	req, err := http.NewRequest("POST", "https://api.example.com/orders", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	return c.Do(req)
}

func multi(c *http.Client, payload []byte) (*http.Response, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", "a.json")
	if err != nil {
		return nil, err
	}
	if _, err := part.Write(payload); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	req, err := http.NewRequest("POST", "https://api.example.com/documents", &body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	return c.Do(req)
}

func posted(v url.Values) (*http.Response, error) {
	if _, err := http.PostForm("https://api.example.com/token", v); err != nil {
		return nil, err
	}
	return http.Post("https://api.example.com/token", "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
}

// What a file holds is not known, and a signed URL may forbid the header.
func upload(c *http.Client, signed string) (*http.Response, error) {
	f, err := os.Open("a.bin")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	req, err := http.NewRequest("PUT", signed, f)
	if err != nil {
		return nil, err
	}
	return c.Do(req)
}

// Nothing is sent.
func empty(c *http.Client) (*http.Response, error) {
	req, err := http.NewRequest("DELETE", "https://api.example.com/orders/1", nil)
	if err != nil {
		return nil, err
	}
	return c.Do(req)
}

// New leaves the headers to its callers, which other packages have.
func New(o order) (*http.Request, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	return http.NewRequest("POST", "https://api.example.com/orders", bytes.NewReader(body))
}

// A signer that is not seen may set headers.
type signer interface{ Sign(*http.Request) error }

func signed(c *http.Client, s signer, o order) (*http.Response, error) {
	body, _ := json.Marshal(o)
	req, err := http.NewRequest("POST", "https://api.example.com/orders", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if err := s.Sign(req); err != nil {
		return nil, err
	}
	return c.Do(req)
}

// What all requests go through has a default, for those that say nothing.
func defaulted(c *http.Client) (*http.Response, error) {
	req, err := http.NewRequest("POST", "https://api.example.com/token", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-type", "application/x-www-form-urlencoded")
	return send(c, req)
}

func send(c *http.Client, req *http.Request) (*http.Response, error) {
	if req.Header.Get("Content-type") == "" {
		req.Header.Set("Content-type", "application/json")
	}
	return c.Do(req)
}

// Other headers have names that are near.
func near(c *http.Client, o order) (*http.Response, error) {
	body, _ := json.Marshal(o)
	req, err := http.NewRequest("POST", "https://api.example.com/orders", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Content-Type", "order")
	req.Header.Set("Content-Encoding", "identity")
	return c.Do(req)
}

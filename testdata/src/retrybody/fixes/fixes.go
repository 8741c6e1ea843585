package fixes

import (
	"bytes"
	"net/http"
	"time"
)

func put(c *http.Client, doc []byte) (*http.Response, error) {
	req, err := http.NewRequest("PUT", "https://api.example.com", bytes.NewReader(doc))
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		resp, err := c.Do(req) // want `every attempt sends the same request`
		if attempt == 3 || err == nil && resp.StatusCode < 500 {
			return resp, err
		}
		if err == nil {
			resp.Body.Close()
		}
		time.Sleep(time.Second)
	}
}

func renewed(c *http.Client, req *http.Request, token func() string) (*http.Response, error) {
	resp, err := c.Do(req)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	resp.Body.Close()
	req.Header.Set("Authorization", "Bearer "+token())
	if resp, err = c.Do(req); err != nil { // want `a request with a body is sent again`
		return nil, err
	}
	return resp, nil
}

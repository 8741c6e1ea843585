package stale

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
)

const basiqHost = "https://au-api.basiq.io"

// only401 asks for a new token after the answer that this vendor gives to a
// wrong one, not to one that has expired.
type only401 struct {
	rt     http.RoundTripper
	mu     sync.Mutex
	access string
}

func (t *only401) RoundTrip(req *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		access, err := t.token()
		if err != nil {
			return nil, err
		}
		out := req.Clone(req.Context())
		out.Header.Set("Authorization", "Bearer "+access)
		resp, err := t.rt.RoundTrip(out)
		if err != nil || resp.StatusCode != http.StatusUnauthorized || attempt == 2 { // want `Basiq answers 403 to an expired token, and it is renewed after 401 only`
			return resp, err
		}
		drop(resp)
		t.mu.Lock()
		t.access = ""
		t.mu.Unlock()
	}
}

func (t *only401) token() (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.access == "" {
		access, err := fetchBasiq()
		if err != nil {
			return "", err
		}
		t.access = access
	}
	return t.access, nil
}

// either asks after both.
type either struct {
	rt     http.RoundTripper
	mu     sync.Mutex
	access string
}

func (t *either) RoundTrip(req *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		access, err := t.token()
		if err != nil {
			return nil, err
		}
		out := req.Clone(req.Context())
		out.Header.Set("Authorization", "Bearer "+access)
		resp, err := t.rt.RoundTrip(out)
		if err != nil || !refused(resp) || attempt == 2 {
			return resp, err
		}
		drop(resp)
		t.mu.Lock()
		t.access = ""
		t.mu.Unlock()
	}
}

func refused(resp *http.Response) bool {
	return resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden
}

func (t *either) token() (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.access == "" {
		access, err := fetchBasiq()
		if err != nil {
			return "", err
		}
		t.access = access
	}
	return t.access, nil
}

// twice sends a second time, after the vendor's own answer.
type twice struct {
	hc     *http.Client
	access string
}

func (t *twice) get(path string) (*http.Response, error) {
	resp, err := t.send(path)
	if err == nil && resp.StatusCode == http.StatusForbidden {
		drop(resp)
		if t.access, err = fetchBasiq(); err != nil {
			return nil, err
		}
		return t.send(path)
	}
	return resp, err
}

func (t *twice) send(path string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, basiqHost+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+t.access)
	return t.hc.Do(req)
}

func fetchBasiq() (string, error) {
	resp, err := http.Post(basiqHost+"/token", "application/x-www-form-urlencoded", strings.NewReader("scope=SERVER_ACCESS"))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var out struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", err
	}
	return out.AccessToken, nil
}

func drop(resp *http.Response) {
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}

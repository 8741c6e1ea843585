// Package versions calls APIs that want their version as a header.
package versions

import (
	"net/http"
	"strings"
)

func complete(key, body string) (*http.Response, error) {
	req, err := http.NewRequest("POST", "https://api.anthropic.com/v1/messages", strings.NewReader(body)) // want `it is sent without anthropic-version, which Anthropic requires`
	if err != nil {
		return nil, err
	}
	req.Header.Set("x-api-key", key)
	req.Header.Set("content-type", "application/json")
	return http.DefaultClient.Do(req)
}

func completeRight(key, body string) (*http.Response, error) {
	req, err := http.NewRequest("POST", "https://api.anthropic.com/v1/messages", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("x-api-key", key)
	req.Header.Set("anthropic-version", "2023-06-01")
	req.Header.Set("content-type", "application/json")
	return http.DefaultClient.Do(req)
}

func page(token, id string) (*http.Response, error) {
	req, err := http.NewRequest("GET", "https://api.notion.com/v1/pages/"+id, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Notion-Version", "latest") // want `this is no value of Notion-Version`
	return http.DefaultClient.Do(req)
}

// net/http names itself unless it is told not to.
func repo() (*http.Response, error) { return http.Get("https://api.github.com/repos/a/b") }

func anonymous() (*http.Response, error) {
	req, err := http.NewRequest("GET", "https://api.github.com/repos/a/b", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "") // want `User-Agent is empty, and GitHub requires it; give it a value`
	return http.DefaultClient.Do(req)
}

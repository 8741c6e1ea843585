// Package carried puts tokens where every later request takes them from.
package carried

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/go-resty/resty/v2"
	"golang.org/x/oauth2"
)

type answer struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

func fetch(url string) (a answer, err error) {
	resp, err := http.Post(url, "application/json", nil)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&a)
	return a, err
}

// In the headers of a library's client.

func NewResty(url string) (*resty.Client, error) {
	a, err := fetch(url)
	if err != nil {
		return nil, err
	}
	c := resty.New()
	c.SetAuthToken(a.AccessToken) // want `it stays in the client's headers and its lifetime \(expires_in\) is never looked at`
	return c, nil
}

// In a map of headers.

type withMap struct{ headers map[string]string }

func NewWithMap(source oauth2.TokenSource) (*withMap, error) {
	tok, err := source.Token()
	if err != nil {
		return nil, err
	}
	return &withMap{headers: map[string]string{
		"Accept":        "application/json",
		"Authorization": "Bearer " + tok.AccessToken, // want `it is copied from its source into a map of headers and stays there`
	}}, nil
}

func (w *withMap) Do(req *http.Request) (*http.Response, error) {
	for name, value := range w.headers {
		req.Header.Set(name, value)
	}
	return http.DefaultClient.Do(req)
}

// In a function literal.

type editor func(context.Context, *http.Request) error

type edited struct{ edit editor }

func NewEdited(ctx context.Context, source oauth2.TokenSource) (*edited, error) {
	tok, err := source.Token()
	if err != nil {
		return nil, err
	}
	return &edited{edit: func(ctx context.Context, req *http.Request) error { // want `it is copied from its source into a function literal and stays there`
		req.Header.Set("Authorization", "Bearer "+tok.AccessToken)
		return nil
	}}, nil
}

func NewAsking(ctx context.Context, source oauth2.TokenSource) *edited {
	return &edited{edit: func(ctx context.Context, req *http.Request) error {
		tok, err := source.Token()
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+tok.AccessToken)
		return nil
	}}
}

func (e *edited) Do(req *http.Request) (*http.Response, error) {
	if err := e.edit(req.Context(), req); err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(req)
}

// Good: a header of one request.

func Once(url string) (*http.Response, error) {
	a, err := fetch(url)
	if err != nil {
		return nil, err
	}
	headers := map[string]string{"Authorization": "Bearer " + a.AccessToken}
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	return http.DefaultClient.Do(req)
}

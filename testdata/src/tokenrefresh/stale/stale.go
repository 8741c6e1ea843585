// Package stale sends requests again with the token they were built with.
package stale

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"golang.org/x/oauth2"
)

type client struct {
	http  *http.Client
	token string
}

func (c *client) login() error {
	resp, err := c.http.Post("https://api.example.com/login", "application/json", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var a struct {
		Token string `json:"token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return err
	}
	c.token = a.Token
	return nil
}

func (c *client) Bad(url string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusUnauthorized {
		resp.Body.Close()
		if err := c.login(); err != nil {
			return nil, err
		}
		return c.http.Do(req) // want `the repeated request still carries the old token: token is renewed, but the header is not set again`
	}
	return resp, nil
}

func (c *client) BadLoop(url string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	c.sign(req)
	for tries := 0; ; tries++ {
		resp, err := c.http.Do(req) // want `the repeated request still carries the old token`
		if err != nil {
			return nil, err
		}
		if resp.StatusCode != http.StatusUnauthorized || tries > 0 {
			return resp, nil
		}
		resp.Body.Close()
		if err := c.login(); err != nil {
			return nil, err
		}
	}
}

func (c *client) sign(req *http.Request) { req.Header.Set("Authorization", "Bearer "+c.token) }

func (c *client) Good(url string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	c.sign(req)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusUnauthorized {
		resp.Body.Close()
		if err := c.login(); err != nil {
			return nil, err
		}
		c.sign(req)
		return c.http.Do(req)
	}
	return resp, nil
}

func (c *client) GoodLoop(url string) (*http.Response, error) {
	for tries := 0; ; tries++ {
		req, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+c.token)
		resp, err := c.http.Do(req)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode != http.StatusUnauthorized || tries > 0 {
			return resp, nil
		}
		resp.Body.Close()
		if err := c.login(); err != nil {
			return nil, err
		}
	}
}

// A request that is built once and sent by a ticker.

type probe struct {
	http   *http.Client
	source oauth2.TokenSource
	bearer string
}

func (p *probe) update() {
	tok, err := p.source.Token()
	if err != nil {
		return
	}
	p.bearer = tok.AccessToken // want `a request that is built once is sent with this copy for ever`
}

func (p *probe) request(url string) *http.Request {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil
	}
	req.Header.Set("Authorization", "Bearer "+p.bearer)
	return req
}

func (p *probe) Run(ctx context.Context, url string) {
	p.update()
	req := p.request(url)
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			p.update()
			p.once(req.WithContext(ctx))
		}
	}
}

func (p *probe) once(req *http.Request) {
	resp, err := p.http.Do(req)
	if err != nil {
		return
	}
	resp.Body.Close()
}

// Package requests asks for tokens in ways that tell whether they expire.
package requests

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

type client struct {
	hc    *http.Client
	token string
}

func (c *client) get(token string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, "https://api.example.com/", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return c.hc.Do(req)
}

// By the endpoint's path.

type pathClient struct {
	client
	access string
}

func (c *pathClient) Get() (*http.Response, error) {
	if c.access != "" { // want `it stays in access and its lifetime \(expires_in\) is not decoded`
		return c.get(c.access)
	}
	resp, err := c.hc.Post("https://api.example.com/token", "application/x-www-form-urlencoded", strings.NewReader("scope=all"))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var out struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return nil, err
	}
	c.access = out.AccessToken
	return c.get(c.access)
}

// By the lifetime that is asked for.

type lifetimeClient struct {
	client
	secret string
}

func (c *lifetimeClient) Get() (*http.Response, error) {
	if c.secret != "" { // want `it stays in secret and its lifetime`
		return c.get(c.secret)
	}
	resp, err := c.hc.Post("https://api.example.com/access-tokens?fields=secretId", "application/json", strings.NewReader(`{"expiresIn":3600}`))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var out struct {
		Data struct {
			SecretID string `json:"secretId"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return nil, err
	}
	c.secret = out.Data.SecretID
	return c.get(c.secret)
}

// The answer's struct has no name and is the field itself.

type keeper struct {
	client
	grant struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
}

func (k *keeper) Get() (*http.Response, error) {
	if k.grant.AccessToken != "" { // want `it stays in grant and its lifetime \(expires_in\) is never looked at`
		return k.get(k.grant.AccessToken)
	}
	resp, err := k.hc.Post("https://api.example.com/token", "", nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&k.grant); err != nil {
		return nil, err
	}
	return k.get(k.grant.AccessToken)
}

// The lifetime's name is wrong, in a struct without a name.

type misspelt struct {
	client
	access string
	until  time.Time
}

func (c *misspelt) Get() (*http.Response, error) {
	if c.access != "" && (c.until.IsZero() || time.Now().Before(c.until)) {
		return c.get(c.access)
	}
	resp, err := c.hc.Post("https://api.example.com/sign-in", "application/x-www-form-urlencoded", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var out struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expire_in"` // want `the token's lifetime always decodes to zero`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return nil, err
	}
	c.access = out.AccessToken
	if out.ExpiresIn > 0 {
		c.until = time.Now().Add(time.Duration(out.ExpiresIn) * time.Second)
	}
	return c.get(c.access)
}

// A user's code is exchanged: such tokens often do not expire.

type codeClient struct {
	client
	access string
}

func (c *codeClient) Get() (*http.Response, error) {
	if c.access != "" {
		return c.get(c.access)
	}
	resp, err := c.hc.Post("https://api.example.com/token", "application/x-www-form-urlencoded", strings.NewReader("grant_type=authorization_code&code=x"))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var out struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return nil, err
	}
	c.access = out.AccessToken
	return c.get(c.access)
}

// A personal token is made, which does not expire.

type personal struct {
	client
	key string
}

func (c *personal) Get() (*http.Response, error) {
	if c.key != "" {
		return c.get(c.key)
	}
	resp, err := c.hc.Post("https://api.example.com/users/me/tokens", "application/json", strings.NewReader(`{"name":"ci"}`))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var out struct {
		Token string `json:"token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return nil, err
	}
	c.key = out.Token
	return c.get(c.key)
}

// Dropped on 401.

type forgetful struct {
	client
	access string
}

func (c *forgetful) Get() (*http.Response, error) {
	if c.access == "" {
		resp, err := c.hc.Post("https://api.example.com/token", "", nil)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		var out struct {
			AccessToken string `json:"access_token"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
			return nil, err
		}
		c.access = out.AccessToken
	}
	resp, err := c.get(c.access)
	if err == nil && resp.StatusCode == http.StatusUnauthorized {
		c.access = ""
	}
	return resp, err
}

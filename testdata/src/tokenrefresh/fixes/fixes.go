package fixes

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

type client struct {
	hc    *http.Client
	token string
	until time.Time
}

func (c *client) login() error {
	resp, err := c.hc.Post("https://api.example.com/token", "application/x-www-form-urlencoded", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var out struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `xml:"expire_in" json:"expire_in,omitempty"` // want `the token's lifetime always decodes to zero`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return err
	}
	c.token, c.until = out.AccessToken, time.Now().Add(time.Duration(out.ExpiresIn)*time.Second)
	return nil
}

type second struct{ client }

func (c *second) login() error {
	resp, err := c.hc.Post("https://api.example.com/token", "application/x-www-form-urlencoded", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var out struct {
		AccessToken string "json:\"access_token\""
		ExpiresIn   int    "json:\"expire_in\"" // want `the token's lifetime always decodes to zero`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return err
	}
	c.token, c.until = out.AccessToken, time.Now().Add(time.Duration(out.ExpiresIn)*time.Second)
	return nil
}

// Package tokens asks for tokens and leaves keeping them to its callers.
package tokens

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Token is the answer of the token endpoint.
type Token struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

// Request makes the request for a token.
func Request(base, id, secret string) (*http.Request, error) {
	body, err := json.Marshal(map[string]string{"client_id": id, "client_secret": secret, "grant_type": "client_credentials"})
	if err != nil {
		return nil, err
	}
	return http.NewRequest(http.MethodPost, base+"/v0/sign-in", bytes.NewReader(body))
}

// Fetch asks for a token.
func Fetch(hc *http.Client, base, id, secret string) (*Token, error) {
	req, err := Request(base, id, secret)
	if err != nil {
		return nil, err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var tok Token
	if err := json.NewDecoder(resp.Body).Decode(&tok); err != nil {
		return nil, err
	}
	return &tok, nil
}

// Text asks for a token and forgets how long it lives.
func Text(hc *http.Client, base, id, secret string) (string, error) {
	tok, err := Fetch(hc, base, id, secret)
	if err != nil {
		return "", err
	}
	return tok.AccessToken, nil
}

// Grant is a token and its end.
type Grant struct {
	Secret    string
	ExpiresOn time.Time
}

// Login makes a grant whose end is the token's.
func Login(hc *http.Client, base, key string) (Grant, error) {
	asked := time.Now()
	tok, err := exchange(hc, base, url.Values{"key": {key}})
	if err != nil {
		return Grant{}, err
	}
	return Grant{Secret: tok.AccessToken, ExpiresOn: asked.Add(time.Duration(tok.ExpiresIn) * time.Second)}, nil
}

// Early is a token and a time ten minutes before its end.
type Early struct {
	Token string
	Until time.Time
}

// Ahead makes one.
func Ahead(hc *http.Client, base, key string) (Early, error) {
	tok, err := exchange(hc, base, url.Values{"key": {key}})
	if err != nil {
		return Early{}, err
	}
	return Early{Token: tok.AccessToken, Until: time.Now().Add(time.Duration(tok.ExpiresIn)*time.Second - 10*time.Minute)}, nil
}

func exchange(hc *http.Client, base string, form url.Values) (*Token, error) {
	resp, err := hc.Post(base+"/token", "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	tok := new(Token)
	if err := json.NewDecoder(resp.Body).Decode(tok); err != nil {
		return nil, err
	}
	return tok, nil
}

// Personal is a token that a user gave; it comes from nowhere.
type Personal struct{ Token string }

// Configured returns it.
func Configured(text string) (Personal, error) { return Personal{Token: text}, nil }

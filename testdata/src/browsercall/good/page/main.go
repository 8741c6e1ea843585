//go:build js && wasm

// Command page calls the server that it comes from, and others without secrets.
package main

import (
	"encoding/json"
	"net/http"
	"syscall/js"
)

const (
	publishableKey = "pk_live_h2Yw9QmT5cXn8RvK4bJz7LpS"
	site           = "https://api.shop.example.com"
)

func main() {
	js.Global().Call("fetch", "/api/accounts")
	origin := js.Global().Get("location").Get("origin").String()
	http.Get(origin + "/api/accounts")
	withToken(origin, js.Global().Get("localStorage").Call("getItem", "token").String())
	session()
	public()
	open()
	local("key")
	js.Global().Get("location").Call("assign", "https://consent.basiq.io/home?token=x")
}

// The page's own server.
func withToken(origin, token string) (*http.Response, error) {
	req, err := http.NewRequest("GET", origin+"/api/me", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return http.DefaultClient.Do(req)
}

// The visitor's own token, which the site's server gave when he signed in.
func session() (*http.Response, error) {
	resp, err := http.Get(site + "/login")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var login struct{ Token string }
	if err := json.NewDecoder(resp.Body).Decode(&login); err != nil {
		return nil, err
	}
	req, err := http.NewRequest("GET", site+"/me", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+login.Token)
	return http.DefaultClient.Do(req)
}

// A key that is made for browsers.
func public() js.Value {
	headers := js.Global().Get("Object").New()
	headers.Set("Authorization", "Bearer "+publishableKey)
	options := js.Global().Get("Object").New()
	options.Set("headers", headers)
	return js.Global().Call("fetch", "https://pay.example.com/v1/tokens", options)
}

// Nothing is sent along.
func open() js.Value { return js.Global().Call("fetch", "https://rates.example.com/latest") }

func local(key string) (*http.Response, error) {
	req, err := http.NewRequest("GET", "http://localhost:8080/me", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("X-Api-Key", key)
	return http.DefaultClient.Do(req)
}

//go:build js && wasm

// Command request uses net/http, which fetches in browsers.
package main

import (
	"net/http"
	"syscall/js"
)

var apiKey string // set by the linker

func main() {
	js.Global().Set("load", js.FuncOf(func(js.Value, []js.Value) any {
		go things()
		return nil
	}))
	http.Get("https://api.aelix.digitalapi.ai/v1/accounts") // want `the browser gets no answer from Aelix`
	select {}
}

func things() (*http.Response, error) {
	req, err := http.NewRequest("GET", "https://api.example.com/things", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+apiKey)
	return http.DefaultClient.Do(req) // want `the credential that is sent to api.example.com here`
}

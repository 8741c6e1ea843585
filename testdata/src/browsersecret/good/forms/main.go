package main

import (
	"net/http"
	"syscall/js"
)

var APIKey string // set by the linker

const (
	placeholder = "your-api-key-here"
	msgExpired  = "token-expired"
)

type form struct {
	Password string `json:"password"`
	Secret   string `json:"secret"`
}

func main() {
	labels := map[string]string{"password": "Password", "token": "Access token", "secret": "Your secret", "api_key": "API key (32 characters)"}
	rules := map[string]string{"password": "required,min=8", "api_key": "len=32"}
	input := js.Global().Get("document").Call("createElement", "input")
	input.Set("type", "password")
	input.Set("name", "password")
	input.Set("autocomplete", "current-password")
	input.Call("setAttribute", "placeholder", "enter your API key")
	f := form{Password: input.Get("value").String(), Secret: "changeme"}
	_, _, _ = labels, rules, f
	key := APIKey
	if key == "" {
		key = placeholder
	}
	req, _ := http.NewRequest("GET", "/x?token=none", nil)
	req.Header.Set("X-Api-Key", key)
	http.DefaultClient.Do(req)
	js.Global().Set("csrfToken", msgExpired)
}

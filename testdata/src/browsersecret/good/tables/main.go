package main

import (
	"net/http"
	"syscall/js"
)

// Which element is looked up is not known, and most are no credentials.
var settings = map[string]string{
	"base":  "https://api.corp.test/v1",
	"build": "release-2024-11",
	"theme": "dark-blue-01",
}

var texts = map[string]string{"token": "Your token, 32 characters", "retry": "try-again-10"}

var tokens = map[string]string{"live": "", "host": "eu-central-1.corp"}

var public = map[string]string{"publishableKey": "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c"}

func get(name string) string { return settings[name] }

func put(m map[string]string, key, value string) { m[key] = value }

func main() {
	h := http.Header{}
	h.Set("X-Api-Key", get(js.Global().Call("prompt", "key").String()))
	h.Set("X-Api-Key", tokens["live"])
	h.Set("X-Api-Key", public["publishableKey"])
	h.Set("X-Build", settings["build"])
	// Another map is filled by the same function.
	headers, styles := map[string]string{}, map[string]string{}
	put(headers, "a", js.Global().Call("prompt", "key").String())
	put(styles, "b", "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4d")
	h.Set("X-Api-Key", headers["a"])
	for name, value := range map[string]string{"X-Page": "dark-blue-01", "X-Size": "large-size-02"} {
		h.Set(name, value)
	}
	_, _ = styles, texts
}

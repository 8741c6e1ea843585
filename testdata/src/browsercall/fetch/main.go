//go:build js && wasm

// Command fetch calls JavaScript's own functions.
package main

import (
	"fmt"
	"syscall/js"
)

const vendor = "https://api.aelix.digitalapi.ai"

type config struct{ OpenKey string }

var conf config

func main() {
	conf.OpenKey = js.Global().Get("settings").Get("key").String()
	forbidden("acc_1")
	invoked("{}")
	direct("1")
	requested("1")
	query("London")
	select {}
}

// The vendor takes no calls from pages, with or without a credential.
func forbidden(id string) js.Value {
	return js.Global().Call("fetch", vendor+"/v1/accounts/"+id) // want `the browser gets no answer from Aelix, which takes no calls from pages, and everybody can read what is sent; let a backend of yours make the call`
}

func invoked(body string) js.Value { return post("https://ai.example.com/v1/chat", body, conf.OpenKey) }

func post(url, body, apiKey string) js.Value {
	fetch := js.Global().Get("fetch")
	headers := js.Global().Get("Object").New()
	headers.Set("Content-Type", "application/json")
	headers.Set("Authorization", fmt.Sprintf("Bearer %s", apiKey))
	options := js.Global().Get("Object").New()
	options.Set("method", "POST")
	options.Set("headers", headers)
	options.Set("body", body)
	return fetch.Invoke(url, options) // want `whoever opens the page can read the credential that is sent to ai.example.com here; let a backend of yours make the call`
}

func direct(id string) js.Value {
	return js.Global().Call("fetch", "https://api.example.com/things/"+id, map[string]any{ // want `the credential that is sent to api.example.com here`
		"headers": map[string]any{"X-Api-Key": conf.OpenKey},
	})
}

func requested(id string) {
	xhr := js.Global().Get("XMLHttpRequest").New()
	xhr.Call("open", "GET", "https://api.example.com/things/"+id) // want `the credential that is sent to api.example.com here`
	xhr.Call("setRequestHeader", "X-Api-Key", conf.OpenKey)
	xhr.Call("send")
}

func query(city string) js.Value {
	return js.Global().Call("fetch", "https://weather.example.com/now?appid="+conf.OpenKey+"&q="+city) // want `the credential that is sent to weather.example.com here`
}

//go:build js && wasm

// Command consent is the button that opens Basiq's consent page. It knows no key: its token is of the scope CLIENT_ACCESS,
// which Basiq means for browsers, and comes from our own server for the user who is logged in.
package main

import (
	"net/url"
	"syscall/js"
)

const (
	consentURL = "https://consent.basiq.io/home"
	// publishable says which texts the page shows. It is printed on every page.
	publishable = "pk_live_4f6a1c0b2d3e"
)

func main() {
	document := js.Global().Get("document")
	document.Call("getElementById", "connect").Call("addEventListener", "click", js.FuncOf(open))
	document.Get("body").Call("setAttribute", "data-texts", publishable)
	select {}
}

// open asks our server for a token and goes to the consent page with it, as Basiq documents.
func open(js.Value, []js.Value) any {
	js.Global().Call("fetch", "/api/consent-token").
		Call("then", js.FuncOf(func(_ js.Value, args []js.Value) any { return args[0].Call("json") })).
		Call("then", js.FuncOf(func(_ js.Value, args []js.Value) any {
			query := url.Values{"token": {args[0].Get("token").String()}}
			js.Global().Get("location").Call("assign", consentURL+"?"+query.Encode())
			return nil
		}))
	return nil
}

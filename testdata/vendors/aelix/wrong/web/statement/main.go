//go:build js && wasm

// Command statement loads a statement when its button is pressed.
//
// Aelix: "Aelix APIs do not support browser-based (CORS) calls for security reasons".
package main

import "syscall/js"

// host is the vendor's, not the backend's.
const host = "https://api.aelix.digitalapi.ai"

// apiKey is in the page's wasm, for everybody to read.
const apiKey = "ak_live_h4Rw9QzT2mXc7VnB5kLd8PyJ" // want: browsersecret

func main() {
	load := js.FuncOf(func(_ js.Value, args []js.Value) any {
		return fetch(args[0].String())
	})
	js.Global().Get("document").Call("getElementById", "load").Set("onclick", load)
	select {}
}

// fetch returns the promise of the browser's own fetch, which looks at the status in the page's script.
func fetch(account string) js.Value {
	headers := js.Global().Get("Object").New()
	headers.Set("Authorization", "Bearer "+apiKey)
	options := js.Global().Get("Object").New()
	options.Set("headers", headers)
	return js.Global().Call("fetch", host+"/v1/accounts/"+account, options) // want: browsercall
}

// Package library is part of a page; only this file is for browsers.
package library

import "syscall/js"

func ask(key string) js.Value {
	headers := js.Global().Get("Headers").New()
	headers.Call("set", "Authorization", "Bearer "+key)
	options := js.Global().Get("Object").New()
	options.Set("headers", headers)
	return js.Global().Call("fetch", "https://ai.example.com/v1/chat", options) // want `the credential that is sent to ai.example.com here`
}

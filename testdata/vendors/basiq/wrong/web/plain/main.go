//go:build js && wasm

// Command plain is a page without a key: the constant that it uses is no secret, and those beside it do not reach it.
package main

import (
	"syscall/js"

	"example.com/basiq/wrong/keys"
)

func main() {
	session := js.Global().Get("sessionStorage").Call("getItem", "session").String()
	js.Global().Call("fetch", "/api/balances", map[string]any{
		"headers": map[string]any{keys.Header: "Bearer " + session},
	})
}

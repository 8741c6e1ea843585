//go:build js && wasm

// Command provider is the page with the budget. It asks an interface for its key.
package main

import (
	"syscall/js"

	"example.com/basiq/wrong/vault"
)

func main() {
	send(vault.Open())
}

func send(v vault.Vault) {
	js.Global().Call("fetch", "/basiq/token", map[string]any{
		"method":  "POST",
		"headers": map[string]any{"Authorization": "Basic " + v.Key()},
	})
}

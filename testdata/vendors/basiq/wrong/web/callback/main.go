//go:build js && wasm

// Command callback is the button that shows the balances of the house. Only a click reaches its key.
package main

import (
	"syscall/js"

	"example.com/basiq/wrong/vault"
)

func main() {
	button := js.Global().Get("document").Call("getElementById", "house")
	button.Call("addEventListener", "click", js.FuncOf(show))
	select {}
}

func show(js.Value, []js.Value) any {
	w := vault.NewWidget(vault.WithHouseKey())
	js.Global().Call("fetch", "/basiq/token", map[string]any{
		"method":  "POST",
		"headers": map[string]any{"Authorization": "Basic " + w.Key()},
	})
	return nil
}

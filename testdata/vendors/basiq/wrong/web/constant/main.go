//go:build js && wasm

// Command constant is the page with the dashboard. Its key is a constant of another package.
package main

import (
	"syscall/js"

	"example.com/basiq/wrong/keys"
)

func main() {
	js.Global().Call("fetch", "/basiq/token", map[string]any{
		"method":  "POST",
		"headers": map[string]any{keys.Header: "Basic " + keys.Dashboard},
	})
}

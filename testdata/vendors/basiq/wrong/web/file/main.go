//go:build js && wasm

// Command file is the page with the statements. Its key is a file that another package embeds.
package main

import (
	"syscall/js"

	"example.com/basiq/wrong/embedded"
)

func main() {
	js.Global().Call("fetch", "/basiq/token", map[string]any{
		"method":  "POST",
		"headers": map[string]any{"Authorization": "Basic " + embedded.Key()},
	})
}

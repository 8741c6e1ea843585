//go:build js && wasm

// Command config is the page with the reports. Its key is in a variable that another package fills when it starts.
package main

import (
	"syscall/js"

	"example.com/basiq/wrong/settings"
)

func main() {
	js.Global().Call("fetch", settings.Default.Path, map[string]any{
		"method":  "POST",
		"headers": map[string]any{"Authorization": "Basic " + settings.Default.APIKey},
	})
}

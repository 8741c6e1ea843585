//go:build js && wasm

// Command inplace is the page with the balances, with its key in its own source.
package main

import "syscall/js"

// The vendor: the API key is never to be in client code.
const key = "NDdlYWEwOTktMmNiNi00MTZkLTg2ZGMtMjgzY2YwNDgwZmY5OjE1MDliYjBhLTliZjEtNDMzMS04YTExLTg3ODM1OTM5NDJhNA==" // want: browsersecret

func main() {
	js.Global().Call("fetch", "/basiq/token", map[string]any{
		"method":  "POST",
		"headers": map[string]any{"Authorization": "Basic " + key},
	})
}

//go:build js && wasm

// Command across calls through another package.
package main

import (
	"syscall/js"

	"browsercall/client"
)

func main() {
	c := client.New(js.Global().Get("key").String())
	c.Things() // want `the credential that is sent to api.example.com here`
	client.Status()
}

//go:build js && wasm

// Command dashboard shows accounts in the browser, with keys from a package that was made for the server.
//
// Aelix: "API credentials must never be exposed to browsers".
package main

import (
	"context"
	"syscall/js"
	"time"

	"example.com/aelix/wrong/httpx"
	"example.com/aelix/wrong/web/api"
	"example.com/aelix/wrong/web/keys"
)

func main() {
	js.Global().Get("AelixWidget").Call("init", keys.Widget, keys.Sandbox)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, key := range []string{keys.Live, keys.Partner} {
		status, err := api.New(httpx.Production, api.WithKey(key)).Status(ctx, "acc_1") // want: browsercall
		if err != nil {
			status = err.Error()
		}
		js.Global().Call("render", status)
	}
}

//go:build js && wasm

// Command kiosk shows one account, with whatever key its vault has.
package main

import (
	"context"
	"syscall/js"
	"time"

	"example.com/aelix/wrong/httpx"
	"example.com/aelix/wrong/web/api"
	"example.com/aelix/wrong/web/vault"
)

func main() {
	var source api.Keys = vault.Public{}
	if js.Global().Get("kiosk").Truthy() {
		source = vault.Embedded{}
	}
	client := api.New(httpx.Production, api.WithKeys(source))
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	status, err := client.Status(ctx, "acc_1") // want: browsercall
	if err != nil {
		status = err.Error()
	}
	js.Global().Call("render", status)
}

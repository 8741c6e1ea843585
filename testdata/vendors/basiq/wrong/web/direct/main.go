//go:build js && wasm

// Command direct is the console of the support team. It calls Basiq itself, with the client that the servers use.
package main

import (
	"context"
	"log"
	"syscall/js"
	"time"

	"example.com/basiq/wrong/basiq"
	"example.com/basiq/wrong/keys"
)

// main does in a browser what the vendor allows to servers only: tokens of the scope SERVER_ACCESS.
func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client := basiq.New(keys.Console)
	entity, user, err := client.Event(ctx, js.Global().Get("location").Get("hash").String()) // want: browsercall
	if err != nil {
		log.Print(err)
		return
	}
	js.Global().Get("document").Get("body").Set("innerText", entity+" of "+user)
}

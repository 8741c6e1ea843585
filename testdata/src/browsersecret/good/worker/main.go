package main

import (
	"syscall/js"

	"github.com/syumai/workers"

	"browsersecret/keys"
)

func main() {
	js.Global().Get("console").Call("log", keys.Server())
	workers.Serve(nil)
}

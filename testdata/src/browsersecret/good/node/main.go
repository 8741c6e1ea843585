package main

import (
	"syscall/js"

	"browsersecret/keys"
)

func main() {
	js.Global().Get("process").Get("env").Set("KEY", keys.Server())
}

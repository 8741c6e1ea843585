package main

import (
	"net/http"
	"syscall/js"
)

func main() {
	js.Global().Set("load", js.FuncOf(func(js.Value, []js.Value) any {
		go load()
		return nil
	}))
	select {}
}

func load() {
	req, _ := http.NewRequest("GET", "https://api.corp.test/v1", nil)
	req.Header.Set("Authorization", "Bearer "+"corp-backend-2024") // want `visitors can read a credential \(header Authorization\) in the wasm file \(literal.main → literal.load → a literal\)`
	_, _ = http.DefaultClient.Do(req)
}

package main

import (
	"browsersecret/api"
	"browsersecret/dom"
	"browsersecret/keys"
)

func main() {
	dom.Text("hi")
	_ = api.New("hunter2-prod").Do("https://api.corp.test/a") // want `visitors can read a credential \(header Authorization\) in the wasm file \(across.main → a literal\)`
	_ = api.New(keys.Backend()).Do("https://api.corp.test/b") // want `visitors can read a credential \(header Authorization\) in the wasm file \(across.main → keys.Backend → a literal\)`
	cfg := keys.Load()                                        // want `visitors can read a credential \(header Authorization\) in the wasm file \(across.main → keys.Load → a literal\)`
	_ = api.New(cfg.APIKey).Do(cfg.URL)
}

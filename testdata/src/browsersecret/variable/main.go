package main

import (
	"browsersecret/dom"
	"browsersecret/keys"
)

func main() {
	dom.Text(keys.Bot)     // want `visitors can read a Slack token \(xoxb…\) in the wasm file \(variable.main → keys.Bot → a literal\)`
	dom.Text(keys.Token()) // want `visitors can read a GitHub token \(ghp_…\) in the wasm file \(variable.main → keys.Token → keys.token → token.txt\)`
}

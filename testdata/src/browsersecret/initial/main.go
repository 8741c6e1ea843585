package main

import (
	"browsersecret/dom"
	_ "browsersecret/reg" // want `visitors can read a Slack token \(xoxb…\) in the wasm file \(package initial → package reg → reg.init → a literal\)|visitors can read a Slack token`
)

func main() { dom.Text("hi") }

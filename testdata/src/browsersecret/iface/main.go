package main

import (
	"browsersecret/api"
	"browsersecret/dom"
)

func main() {
	dom.Text("hi")
	run(api.Live{}) // want `visitors can read a Stripe secret key \(sk_l…\) in the wasm file \(iface.main → api.Live.Charge → const keys.Stripe\)`
}

func run(c api.Charger) { _ = c.Charge() }

//go:build js && wasm

package main

import (
	"browsersecret/api"
	"browsersecret/dom"
	"browsersecret/keys"
)

func main() {
	dom.Text(keys.StripePublic)
	pay()
}

func pay() {
	_ = api.Charge() // want `visitors can read a Stripe secret key \(sk_l…\) in the wasm file \(constant.main → constant.pay → api.Charge → api.charge → const keys.Stripe\); call the API from a server`
}

package main

import (
	"browsersecret/api"
	"browsersecret/dom"
	"browsersecret/gen"
)

func main() {
	dom.Text("hi")
	gen.Run[api.Live](2)                                // want `visitors can read a Stripe secret key \(sk_l…\) in the wasm file \(generic.main → api.Live.Charge → const keys.Stripe\)`
	call := gen.Pick("glpat-" + "8sKq2mQ7xW4nB8vR1tY6") // want `visitors can read a GitLab token \(glpa…\)`
	dom.Text(call())
}

package main

import "syscall/js"

const signal = "https://signal.corp.test/join?access_token=8f14e45fceea167a5a36dedd4bea2543" // want `visitors can read a credential \(parameter access_token\)`

func main() {
	headers := js.Global().Get("Headers").New()
	headers.Set("X-Api-Key", secret())                                        // a call is no literal
	headers.Call("append", "Authorization", "Basic YWRtaW46aHVudGVyMi1wcm9k") // want `\(header Authorization\)`
	opts := map[string]any{
		"method":  "GET",
		"headers": map[string]any{"X-Auth-Token": "harbour-gate-9"}, // want `\(header X-Auth-Token\)`
	}
	js.Global().Call("fetch", signal, opts)
	js.Global().Call("fetch", "https://maps.corp.test/geo?appid="+appid)
}

func secret() string { return "night-train-42" } // want `\(header X-Api-Key\)`

var appid = "b6907d289e10d714" // want `\(parameter appid\)`

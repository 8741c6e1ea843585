package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"syscall/js"

	"browsersecret/creds"
	"browsersecret/frame"
)

type env int

const (
	dev env = iota
	prod
)

var tokens = map[env]string{dev: "", prod: "prod-77-otter"} // want `header X-Api-Key`

var conf = struct{ Host, Token string }{Host: "h", Token: "anon-struct-771"} // want `header X-Auth-Token`

func key() string {
	k := js.Global().Get("location").Get("search").String()
	if k == "" {
		k = "fallback-1187-wren" // want `header Authorization`
	}
	return k
}

type mine struct{}

func (*mine) Token() (string, error) { return "mine-5531-heron", nil } // want `header Authorization`

type page struct{ base }

type base struct{}

func (base) OnMount() { println("sk-proj-" + "Ab3dEf6hIj9lMn2pQr5tUv8xYz1B") } // want `an OpenAI API key \(sk-…\)`

func (page) Render() string { return "x" }

// Unasked is a method that no interface has.
func (page) Unasked() string { return "sk_live_" + "3cK2mQ7xW4nB8vR1tY6z" }

func withAuth(h http.Header, name, value string) { h.Set(name, value) }

func main() {
	h := http.Header{}
	h.Set("X-Api-Key", tokens[prod])
	h["X-Auth-Token"] = []string{conf.Token}
	h.Set("Authorization", fmt.Sprintf("Token %s", key()))
	raw, _ := base64.StdEncoding.DecodeString("aGlkZGVuLWluLXBsYWluLXNpZ2h0LTE=") // want `header X-Access-Token`
	h.Set("X-Access-Token", string(raw))
	var b strings.Builder
	b.WriteString("Bearer ")
	b.WriteString("built-up-4410") // want `header Proxy-Authorization`
	h.Set("Proxy-Authorization", b.String())
	withAuth(h, "X-Api-Key", "lighthouse-9931") // want `header X-Api-Key`
	withAuth(h, "X-Request-Name", "lighthouse-9932")
	js.Global().Get("WebSocket").New("wss://rt.corp.test/ws?v=2&token=" + "ws-token-5512")                            // want `parameter token`
	js.Global().Call("fetch", fmt.Sprintf("%s/search?q=%s&api_key=%s", "https://x.test", "a", "sprint-key-091"))      // want `parameter api_key`
	js.Global().Call("fetch", "/x", map[string]any{"body": `{"client_id": "web", "client_secret": "raw-json-4417"}`}) // want `member client_secret`
	js.Global().Call("fetch", "/y", "grant_type=client_credentials&client_secret=form-text-223")                      // want `member client_secret`

	a := &creds.Auth{Source: creds.Partner{}} // want `\(flows.main → creds.Partner.Token → a literal\)`
	_, _ = a.RoundTrip(nil)
	a = &creds.Auth{Source: &mine{}, Func: func() string { return "func-9910-crane" }} // want `header X-Api-Key`
	a.Sign(nil)
	creds.Once(nil) // want `\(flows.main → creds.Once → creds.once → a literal\)`
	frame.Run(page{})
}

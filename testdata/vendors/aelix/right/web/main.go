//go:build js && wasm

// Command web is the frontend: it calls its own backend and holds nothing that is secret.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/http"
	"syscall/js"
	"time"

	"example.com/aelix/right/redact"
	"example.com/aelix/right/transport"
)

// publishableKey starts the payment widget. It is made to be seen.
const publishableKey = "pk_live_h2Yw9QmT5cXn8RvK4bJz7LpS"

// widget is the widget's configuration, its publishable key included.
//
//go:embed widget.json
var widget string

// sandboxKey opens nothing but made-up accounts.
const sandboxKey = "ak_test_d4Fj7PzQ2mVx9KtB6nWc3RyH"

func main() {
	js.Global().Get("AelixWidget").Call("init", publishableKey, sandboxKey, widget)
	hc := transport.New(http.DefaultTransport)
	refresh := js.FuncOf(func(js.Value, []js.Value) any {
		go show(hc)
		return nil
	})
	defer refresh.Release()
	js.Global().Set("refreshAccounts", refresh)
	show(hc)
	select {}
}

// show fills the page with the accounts.
func show(hc *http.Client) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	accounts, err := load(ctx, hc)
	if err != nil {
		js.Global().Get("console").Call("error", redact.Text(err.Error()))
		return
	}
	js.Global().Call("render", len(accounts))
}

// load asks the backend that served the page.
func load(ctx context.Context, hc *http.Client) ([]any, error) {
	origin := js.Global().Get("location").Get("origin").String()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, origin+"/api/accounts", nil)
	if err != nil {
		return nil, err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return nil, err
	}
	defer transport.Close(resp)
	if err := transport.Check(resp); err != nil {
		return nil, err
	}
	var accounts []any
	err = json.NewDecoder(resp.Body).Decode(&accounts)
	return accounts, err
}

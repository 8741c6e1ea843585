//go:build js && wasm

// Command web is the page's program: it shows what the balance is in euros.
package main

import (
	"context"
	"fmt"
	"net/http"
	"syscall/js"
	"time"

	"github.com/apivet/apivet/sample/internal/fx"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	page := js.Global().Get("document").Call("getElementById", "balance")
	rate, err := fx.Rate(ctx, http.DefaultClient, page.Get("dataset").Get("rates").String(), "USD")
	if err != nil {
		page.Set("textContent", err.Error())
		return
	}
	page.Set("textContent", fmt.Sprintf("1 USD is %.4f EUR", rate))
	track(page.Get("dataset").Get("trackingKey").String(), rate)
}

// track notes which rate was shown.
func track(apiKey string, rate float64) {
	headers := js.Global().Get("Object").New()
	headers.Set("Authorization", "Bearer "+apiKey)
	options := js.Global().Get("Object").New()
	options.Set("method", "POST")
	options.Set("headers", headers)
	options.Set("body", fmt.Sprint(rate))
	js.Global().Call("fetch", "https://events.example.com/v1/shown", options)
}

package main

import (
	"net/http"
	"runtime"

	"browsersecret/dom"
	"browsersecret/keys"
)

const (
	firebase = "AIza" + "SyD7Hq2Zk9Lw4Xc1Vb8Nm3Rt6Yp5Sd0FgJh"
	site     = "6LcA1234AAAAABcdEfGhIjKlMnOpQrStUvWxYz12"
	dsn      = "https://8f14e45fceea167a5a36dedd4bea2543@o123.ingest.sentry.io/456"
	mapbox   = "pk.eyJ" + "1IjoiY29ycCIsImEiOiJjazEyMzQ1Njc4OTAifQ.AbCdEfGhIjKlMnOpQrStUv"
	testKey  = "sk_test_" + "9fK2mQ7xW4nB8vR1tY6z"
	todo     = "sk_live_" + "YOUR_KEY_HERE"
)

type hello struct{}

// Admin is never called.
func (hello) Admin() string { return keys.ServerOnly }

func main() {
	dom.Text(firebase + site + dsn + mapbox + testKey + todo + keys.StripePublic)
	dom.Text("https://maps.googleapis.com/maps/api/js?key=" + firebase)
	token := dom.Ask("token?")
	req, _ := http.NewRequest("GET", "/api/me", nil)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("X-Api-Key", "YOUR_API_KEY")
	req.Header.Set("X-Csrf-Token", "9f8e7d6c5b4a39281706")
	req.Header.Set("Stripe-Key", keys.StripePublic)
	if runtime.GOOS != "js" {
		dom.Text(keys.Server())
	}
	switch runtime.GOOS {
	case "js":
	default:
		dom.Text(keys.Server())
	}
	if false && hello.Admin(hello{}) == "" {
		return
	}
	_ = hello{}
	_, _ = http.DefaultClient.Do(req)
}

var _ interface{ Admin() string } = hello{}

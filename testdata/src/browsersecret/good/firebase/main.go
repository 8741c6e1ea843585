package main

import "syscall/js"

var firebase = map[string]any{
	"apiKey":            "AIza" + "SyB1c2d3e4f5g6h7i8j9k0lmnopqrstuvwx",
	"authDomain":        "shop-1234.firebaseapp.com",
	"projectId":         "shop-1234",
	"storageBucket":     "shop-1234.appspot.com",
	"messagingSenderId": "104729384756",
	"appId":             "1:104729384756:web:9f8e7d6c5b4a3928",
	"measurementId":     "G-7QK2M9XW4N",
}

func main() {
	js.Global().Get("firebase").Call("initializeApp", firebase)
	js.Global().Get("grecaptcha").Call("execute", "6LdX9QkUAAAAAKq7mN2vR4tY6zW8xB1cD3eF5gH7")
	js.Global().Call("Stripe", "pk_live_"+"51H9fK2mQ7xW4nB8vR1tY6z")
	js.Global().Get("Sentry").Call("init", map[string]any{"dsn": "https://9f8e7d6c5b4a39281706f5e4d3c2b1a0@o4504.ingest.sentry.io/4505"})
	js.Global().Get("algoliasearch").Invoke("LATENCYAPP", "6be0576ff61c053d5f9a3225e2a90f76")
}

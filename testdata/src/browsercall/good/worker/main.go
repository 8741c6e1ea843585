//go:build js && wasm

// Command worker runs on a server.
package main

import (
	"net/http"
	"os"

	"github.com/syumai/workers"
)

func main() {
	workers.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := http.NewRequest("GET", "https://api.aelix.digitalapi.ai/v1/accounts", nil)
		if err != nil {
			return
		}
		req.Header.Set("Authorization", "Bearer "+os.Getenv("KEY"))
		http.DefaultClient.Do(req)
	}))
}

// Command command merely builds for js, as most programs do.
package main

import (
	"net/http"
	"os"
)

func main() {
	req, err := http.NewRequest("GET", "https://api.aelix.digitalapi.ai/v1/accounts", nil)
	if err != nil {
		return
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("KEY"))
	http.DefaultClient.Do(req)
}

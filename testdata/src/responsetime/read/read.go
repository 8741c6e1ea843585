// Package read looks at the vendor's own time in another function.
package read

import (
	"log"
	"net/http"
	"time"
)

const timing = "x-response-time"

func get(c *http.Client) error {
	start := time.Now()
	resp, err := c.Get("https://api.aelix.digitalapi.ai/v1/accounts")
	if err != nil {
		return err
	}
	log.Print(time.Since(start), vendorTime(resp))
	return resp.Body.Close()
}

func vendorTime(resp *http.Response) string { return resp.Header.Get(timing) }

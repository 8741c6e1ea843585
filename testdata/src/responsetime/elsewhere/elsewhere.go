// Package elsewhere calls a vendor that has no such header.
package elsewhere

import (
	"log"
	"net/http"
	"time"
)

func get(c *http.Client) error {
	start := time.Now()
	resp, err := c.Get("https://api.flanks.io/v0/status")
	if err != nil {
		return err
	}
	log.Print(time.Since(start))
	return resp.Body.Close()
}

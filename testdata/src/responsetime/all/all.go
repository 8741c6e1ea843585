// Package all logs every header.
package all

import (
	"log"
	"net/http"
	"time"
)

func get(c *http.Client) error {
	start := time.Now()
	resp, err := c.Get("https://api.aelix.digitalapi.ai/v1/accounts")
	if err != nil {
		return err
	}
	log.Print(time.Since(start))
	for name, values := range resp.Header {
		log.Print(name, values)
	}
	return resp.Body.Close()
}

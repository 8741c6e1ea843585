// Package rest calls with another library.
package rest

import (
	"log"
	"time"

	"github.com/go-resty/resty/v2"
)

func accounts(c *resty.Client) error {
	start := time.Now()
	resp, err := c.R().Get("https://api.aelix.digitalapi.ai/v1/accounts")
	if err != nil {
		return err
	}
	log.Printf("%s after %s", resp.Status(), time.Since(start)) // want `this time is`
	return nil
}

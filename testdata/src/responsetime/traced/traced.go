// Package traced takes the time apart by itself.
package traced

import (
	"log"
	"net/http"
	"net/http/httptrace"
	"time"
)

func get(c *http.Client) error {
	req, err := http.NewRequest(http.MethodGet, "https://api.aelix.digitalapi.ai/v1/accounts", nil)
	if err != nil {
		return err
	}
	start := time.Now()
	trace := &httptrace.ClientTrace{GotFirstResponseByte: func() { log.Print("first byte ", time.Since(start)) }}
	resp, err := c.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		return err
	}
	log.Print(time.Since(start))
	return resp.Body.Close()
}

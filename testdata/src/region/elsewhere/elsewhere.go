// Package elsewhere calls a vendor of which no region is known.
package elsewhere

import "net/http"

const Region = "us-east-1"

func send(c *http.Client) error {
	resp, err := c.Head("https://api.flanks.io/v0/status")
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// Package near runs where the API does.
package near

import "net/http"

const Region = "eu-west-1"

var zone = "eu-west-1b"

func send(c *http.Client) error {
	resp, err := c.Head("https://api.aelix.digitalapi.ai/v1/accounts?in=" + zone)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// Package table chooses between regions.
package table

import "net/http"

const defaultRegion = "us-east-1"

var regions = []string{"us-east-1", "eu-west-1"}

func send(c *http.Client) error {
	resp, err := c.Head("https://api.aelix.digitalapi.ai/v1/accounts?in=" + regions[0] + defaultRegion)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

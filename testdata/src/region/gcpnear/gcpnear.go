// Package gcpnear runs in another cloud, as near as that can be.
package gcpnear

import "net/http"

const defaultRegion = "europe-west1"

func send(c *http.Client) error {
	resp, err := c.Head("https://api.aelix.digitalapi.ai/v1/accounts?in=" + defaultRegion)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

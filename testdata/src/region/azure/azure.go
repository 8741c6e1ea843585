// Package azure writes its region as one word.
package azure

import "net/http"

var clusterRegion = "eastus2" // want `this runs in eastus2`

func send(c *http.Client) error {
	resp, err := c.Head("https://api.aelix.digitalapi.ai/v1/accounts?in=" + clusterRegion)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// Package region has the constant that its workers are started with.
package region

import "net/http"

const endpoint = "https://api.aelix.digitalapi.ai/v1/accounts"

// Region is where the workers run.
const Region = "us-east-1" // want `this runs in us-east-1 and Aelix's API in eu-west-1: each call crosses from America to Europe; deploy it beside the API`

var deployRegion = "us-east-1" // want `this runs in us-east-1`

// The bucket of the exports may be anywhere.
const bucketRegion = "us-east-1"

var customer = struct{ Region string }{Region: "us-east-1"}

func ping(c *http.Client) error {
	resp, err := c.Head(endpoint)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// where is compared only.
func isHome(where string) bool { return where == "us-east-1" }

var (
	_ = deployRegion
	_ = customer
)

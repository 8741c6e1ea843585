// Package tags has its defaults in tags.
package tags

import "net/http"

type Config struct {
	Region string `env:"AWS_REGION" envDefault:"ap-southeast-2"` // want `this runs in ap-southeast-2 and Aelix's API in eu-west-1: each call crosses from Asia and the Pacific to Europe`
	Bucket string `env:"BUCKET_REGION" envDefault:"ap-southeast-2"`
	Name   string `json:"name"`
}

var environment = map[string]string{
	"AWS_REGION":   "ap-southeast-2", // want `this runs in ap-southeast-2`
	"TABLE_REGION": "ap-southeast-2",
}

func send(c *http.Client) error {
	environment["LAMBDA_REGION"] = "ap-southeast-2" // want `this runs in ap-southeast-2`
	environment["S3_REGION"] = "ap-southeast-2"
	resp, err := c.Head("https://api.aelix.digitalapi.ai/v1/accounts")
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

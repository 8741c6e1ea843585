// Package gcp runs in another cloud, on another continent.
package gcp

import (
	"net/http"
	"os"
)

func region() string {
	r := os.Getenv("GOOGLE_CLOUD_REGION")
	if r == "" {
		return "us-central1" // want `this runs in us-central1 and Aelix's API in eu-west-1: each call crosses from America to Europe`
	}
	return r
}

func send(c *http.Client) error {
	resp, err := c.Head("https://api.aelix.digitalapi.ai/v1/accounts?in=" + region())
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

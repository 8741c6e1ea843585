// Package sdk gives its region to the SDK of the cloud.
package sdk

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

const home = "eu-central-1" // want `this runs in eu-central-1 and Aelix's API in eu-west-1: each call leaves the region`

// A bucket's options are no option of the program's.
type bucketOptions struct{ Region string }

func load(ctx context.Context) (aws.Config, error) {
	return config.LoadDefaultConfig(ctx, config.WithRegion(home), config.WithAppID(home))
}

func plain() aws.Config {
	return aws.Config{Region: "eu-central-1", AppID: "eu-central-1"} // want `this runs in eu-central-1`
}

func later(cfg *aws.Config) {
	cfg.Region = "eu-central-1" // want `this runs in eu-central-1`
	cfg.AppID = "eu-central-1"
}

func bucket() bucketOptions { return bucketOptions{Region: home} }

func pointer() *string {
	region := aws.String("eu-central-1") // want `this runs in eu-central-1`
	return region
}

func send(c *http.Client) error {
	resp, err := c.Head("https://sandbox-api.aelix.digitalapi.ai/v1/accounts")
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// Package worker takes its region from its environment, with defaults.
package worker

import (
	"cmp"
	"flag"
	"net/http"
	"os"

	"region/settings"
)

type Config struct {
	Region string
	Bucket string
}

type exportBucket struct {
	Region string
}

var region = flag.String("region", "us-west-2", "where this runs") // want `this runs in us-west-2`

func defaults() Config {
	cfg := Config{Region: "us-west-2"} // want `this runs in us-west-2`
	if cfg.Region == "" {
		cfg.Region = settings.Home // want `this runs in us-west-2`
	}
	return cfg
}

func exports() exportBucket { return exportBucket{Region: settings.Home} }

func getenv(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

func fromEnvironment() string {
	return getenv("AWS_REGION", "us-west-2") // want `this runs in us-west-2`
}

func either() string {
	return cmp.Or(os.Getenv("DEPLOY_REGION"), settings.Home) // want `this runs in us-west-2`
}

func awsRegion() string {
	if v := os.Getenv("AWS_REGION"); v != "" {
		return v
	}
	return "us-west-2" // want `this runs in us-west-2`
}

// A queue, a user and a replica have regions of their own.
func others() []string {
	return []string{getenv("QUEUE_REGION", "us-west-2"), getenv("USER_REGION", settings.Home), replicaRegion()}
}

func replicaRegion() string { return "us-west-2" }

func send(c *http.Client) error {
	_ = os.Setenv("AWS_DEFAULT_REGION", "us-west-2") // want `this runs in us-west-2`
	resp, err := c.Head(settings.Endpoint + "/v1/accounts")
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

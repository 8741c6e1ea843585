// Package settings has constants for others.
package settings

// Home says nothing of regions by its name, and this package calls nobody.
const (
	Home     = "us-west-2"
	Endpoint = "https://api.aelix.digitalapi.ai"
)

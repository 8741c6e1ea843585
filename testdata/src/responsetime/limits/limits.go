// Package limits has constants for others.
package limits

import "time"

const (
	Endpoint = "https://api.aelix.digitalapi.ai/v1/accounts"
	Slow     = 2 * time.Second
)

// Package settings says where things are. It sends nothing.
package settings

// Host is the vendor's.
const Host = "https://au-api.basiq.io"

// Settings are what can be configured.
type Settings struct{ Base string }

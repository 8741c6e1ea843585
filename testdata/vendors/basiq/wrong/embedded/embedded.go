// Package embedded carries its key as a file.
package embedded

import (
	_ "embed" // for the key
	"strings"
)

//go:embed basiq.key
var key string // want: browsersecret

// Key is the content of the file.
func Key() string { return strings.TrimSpace(key) }

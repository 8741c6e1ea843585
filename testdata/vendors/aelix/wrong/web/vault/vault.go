// Package vault provides keys to code that only knows that there are some.
package vault

import (
	_ "embed"
	"strings"
)

//go:embed live.key
var live string // want: browsersecret

// Embedded provides the key that was built in.
type Embedded struct{}

// Key returns the key.
func (Embedded) Key() string { return strings.TrimSpace(live) }

// Public provides the key that anybody may see.
type Public struct{}

// Key returns the key.
func (Public) Key() string { return "pk_live_z8Qd4MnX6tWb2VkR9cLj5GyP" }

// Package internal is a stub for fixtures.
package internal

type ContextKey struct{}

var HTTPClient ContextKey

package main

import (
	"go/build"
	"go/token"
	"go/types"
	"slices"
)

// usedAs says what a word is already that cannot be the name of a package and
// of a flag of go vet as well, or "".
func usedAs(name string) string {
	switch {
	case token.IsKeyword(name):
		return "a keyword of Go"
	case types.Universe.Lookup(name) != nil:
		return "a predeclared name of Go"
	case slices.Contains([]string{"analysis", "catalogue", "check", "checktest", "entry", "testing"}, name):
		return "a name in the code that lists checks or tests them"
	case slices.Contains([]string{"diff", "fix", "flags", "json", "notes", "suggested"}, name):
		return "a flag of go vet or of apivet as its tool"
	}
	if _, err := build.Import(name, "", build.FindOnly); err == nil {
		return "a package of the standard library"
	}
	return ""
}

package report

import (
	"github.com/rogpeppe/go-internal/diff"

	"github.com/apivet/apivet/internal/check"
)

// Diff returns a unified diff of a Go source file, whose full name is file and
// which the diff calls name. What may be a secret is masked in it; in a file
// with a finding that points at a credential every literal is, since the
// credential may be on any line of the diff. git apply refuses masked lines.
func Diff(name, file string, before, after []byte, findings []Finding, specs []*check.Spec) []byte {
	secret := hasSecret(file, findings, Options{Specs: specs}.secrets())
	return diff.Diff("a/"+name, masked(before, secret), "b/"+name, masked(after, secret))
}

// hasSecret reports whether a finding of a check in secret has a place in the
// file.
func hasSecret(file string, findings []Finding, secret map[string]bool) bool {
	for _, f := range findings {
		if !secret[f.Check] {
			continue
		}
		if f.Pos.Filename == file {
			return true
		}
		for _, r := range f.Related {
			if r.Pos.Filename == file {
				return true
			}
		}
	}
	return false
}

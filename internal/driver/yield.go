package driver

import (
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/report"
)

// dropYielding leaves out the findings of checks that yield to another which
// has one about the same place: a package may be part of a native program and
// of one for browsers, and each platform is analysed by itself.
func dropYielding(findings []report.Finding) []report.Finding {
	over := make(map[string]string)
	for _, s := range analyzers.Specs() {
		over[s.Name] = s.YieldsTo
	}
	return slices.DeleteFunc(findings, func(f report.Finding) bool {
		return over[f.Check] != "" && slices.ContainsFunc(findings, func(g report.Finding) bool {
			return g.Check == over[f.Check] && speaksOf(g, f.Pos, f.Package)
		})
	})
}

// speaksOf reports whether a finding is on a line, or points at it. A place in
// another package is known by the words at the end of a message: import path,
// file and line.
func speaksOf(f report.Finding, pos token.Position, pkg string) bool {
	same := func(p token.Position) bool { return p.Filename == pos.Filename && p.Line == pos.Line }
	words := fmt.Sprintf(" at %s/%s:%d", pkg, filepath.Base(pos.Filename), pos.Line)
	return same(f.Pos) || slices.ContainsFunc(f.Related, func(r report.Related) bool {
		return same(r.Pos) || strings.HasSuffix(r.Message, words)
	})
}

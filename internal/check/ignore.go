package check

import (
	"go/token"
	"slices"

	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/directive"
)

// A Result is what a check's analyzer returns beside its findings.
type Result struct {
	// Ignores are the package's directives that name the check and have a
	// reason, whose findings are wanted where they stand.
	Ignores []Ignore
	// Config is what the check ran under.
	Config *config.Config
}

// An Ignore is one //apivet:ignore directive, as one check sees it.
type Ignore struct {
	Pos, End token.Pos
	Used     bool // it suppressed a finding
}

// findIgnores lists the directives that suppress the check's findings: those
// with a reason.
func (p *Pass) findIgnores() *Result {
	r := &Result{Config: p.config}
	for _, f := range p.Files {
		for _, d := range directive.All(f) {
			if d.Verb != directive.Ignore || d.Spaced {
				continue
			}
			if names, reason := d.Checks(); reason != "" && slices.Contains(names, p.Spec.Name) && !p.unwanted(d.Pos) {
				r.Ignores = append(r.Ignores, Ignore{Pos: d.Pos, End: d.End})
			}
		}
	}
	return r
}

// ignored reports whether a directive on the line or the line above suppresses
// a finding, and marks it as used.
func (p *Pass) ignored(pos token.Pos) bool {
	ignores := p.result.Ignores
	if len(ignores) == 0 {
		return false
	}
	at := p.Fset.Position(pos)
	for i := range ignores {
		on := p.Fset.Position(ignores[i].Pos)
		if on.Filename == at.Filename && (on.Line == at.Line || on.Line == at.Line-1) {
			ignores[i].Used = true
			return true
		}
	}
	return false
}

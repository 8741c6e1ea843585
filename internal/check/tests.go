package check

import (
	"go/token"
	"maps"

	"github.com/apivet/apivet/internal/lazyssa"
)

// A half is the part of a package whose findings a run of a check is for.
type half int

const (
	whole   half = iota
	program      // all but test files
	tests        // test files
)

// leavesOut reports whether a place is in the other half.
func (h half) leavesOut(fset *token.FileSet, pos token.Pos) bool {
	return h != whole && (h == tests) != lazyssa.InTest(fset, pos)
}

// runHalves runs a check. Where findings in test files are wanted and it asks a
// model that has another form for them, it runs once with each: what a test does
// says nothing of the program.
func runHalves(p *Pass, run func(*Pass) error) error {
	other := p.forTests()
	if other == nil {
		return run(p)
	}
	p.half = program
	if err := run(p); err != nil {
		return err
	}
	return run(other)
}

// forTests returns the pass for the findings in test files, or nil where there
// is no other than p.
func (p *Pass) forTests() *Pass {
	results := maps.Clone(p.ResultOf)
	found := false
	for a, r := range p.ResultOf {
		if r, ok := r.(interface{ WithTests() (any, bool) }); ok {
			if model, ok := r.WithTests(); ok {
				results[a], found = model, true
			}
		}
	}
	if !found {
		return nil
	}
	analysisPass := *p.Pass
	analysisPass.ResultOf = results
	other := *p
	other.Pass, other.half = &analysisPass, tests
	return &other
}

package httpfacts

import (
	"cmp"
	"go/ast"
	"go/token"
	"maps"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// A HardcodedSecret is a constant that is used as a credential in a program
// that no browser loads.
type HardcodedSecret struct {
	ReachSecret
	// Pos is the constant, or in another package's case its use.
	Pos, End token.Pos
	Used     token.Pos // where it becomes a credential
}

// collectHardcoded exports the facts about constants that become credentials,
// and keeps those of this package. Builds for browsers have their own rule.
func collectHardcoded(pass *analysis.Pass, res *Result, files []*ast.File) {
	if !res.Index.Modelled {
		return
	}
	r := newReach(pass, files, nil)
	r.sunk = map[string]*HardcodedSecret{}
	r.importFacts()
	r.collect()
	r.trace()
	if secrets := r.fact().Secrets; len(secrets) > 0 {
		pass.ExportPackageFact(&ReachFact{Version: reachVersion, Secrets: secrets})
	}
	for _, id := range slices.Sorted(maps.Keys(r.sunk)) {
		s, known := r.sunk[id], r.secrets[id]
		if known == nil || known.Module != r.module {
			continue // another module's, which may be made for everybody
		}
		use := s.Use
		s.ReachSecret = *known
		s.Use = use
		s.Pos, s.End = known.pos, known.end
		if !s.Pos.IsValid() {
			s.Pos, s.End = s.Used, token.NoPos
		}
		res.hardcoded = append(res.hardcoded, *s)
	}
	slices.SortStableFunc(res.hardcoded, func(a, b HardcodedSecret) int { return cmp.Compare(a.Pos, b.Pos) })
}

// sink notes that a secret is used as a credential, where that is asked for.
// The first use is as good as any.
func (r *reach) sink(id, use string, used token.Pos) {
	if r.sunk == nil {
		return
	}
	if old := r.sunk[id]; old == nil || used < old.Used {
		r.sunk[id] = &HardcodedSecret{ReachSecret: ReachSecret{Use: use}, Used: used}
	}
}

// HardcodedSecrets returns the package's constants that become credentials.
func (r *Result) HardcodedSecrets() []HardcodedSecret { return r.hardcoded }

package httpmodel

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/apivet/apivet/internal/provider"
)

// Codes that another attempt may mend, and those that none does. What asks for
// a new token or for support may be either.
var (
	passes = []provider.Remedy{provider.Wait, provider.Retry}
	stays  = []provider.Remedy{provider.User, provider.Mend, provider.Stop}
)

// A treatedCode is a code in a branch that is there for it.
type treatedCode struct {
	code string
	asks provider.Remedy
	pos  token.Pos
}

// mixed reports whether a decision treats codes alike that ask for different
// things, and notes it.
func (w *codeWalk) mixed(d *codeDecision) bool {
	treated := map[CodeTreatment][]treatedCode{}
	same := map[any][]treatedCode{}
	var keys []any
	taken := map[string]bool{}
	for _, b := range d.branches {
		codes := w.codesIn(d.vendor, d.subject, b, taken)
		if len(codes) == 0 {
			continue
		}
		o := w.outcome(b.body, d)
		if o.as != CodeUnknown {
			treated[o.as] = append(treated[o.as], codes...)
		} else if o.same != nil {
			if same[o.same] == nil {
				keys = append(keys, o.same)
			}
			same[o.same] = append(same[o.same], codes...)
		}
	}
	for _, as := range []CodeTreatment{CodeAgain, CodeUser, CodeFixed} {
		if w.mistreated(d.vendor, treated[as], as) {
			return true
		}
	}
	return slices.ContainsFunc(keys, func(k any) bool { return w.mistreated(d.vendor, same[k], CodeSame) })
}

// codesIn returns the vendor's codes that a branch is there for: none where
// codes that nobody knows come here, too. It adds those that no later branch
// gets to taken.
func (w *codeWalk) codesIn(p *provider.Profile, s *codeSubject, b codeBranch, taken map[string]bool) []treatedCode {
	if b.holds(otherCode) != triNo {
		return nil
	}
	var list []treatedCode
	for _, k := range codesOf(p, s) {
		text := codeText(k)
		holds := b.holds(k)
		if holds == triNo || taken[text] {
			continue
		}
		taken[text] = taken[text] || holds == triYes
		list = append(list, treatedCode{text, p.Remedy(text), w.posOf(b, k)})
	}
	return list
}

// posOf returns where a branch names a code, or where the branch is.
func (w *codeWalk) posOf(b codeBranch, k constant.Value) token.Pos {
	pos := token.NoPos
	for _, e := range b.exprs {
		ast.Inspect(e, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok || pos.IsValid() {
				return false
			}
			if c := w.m.constantOf(e); c != nil {
				if sameConstant(c, k) == triYes {
					pos = e.Pos()
				}
				return false
			}
			return true
		})
	}
	if !pos.IsValid() {
		return b.at.Pos()
	}
	return pos
}

// mistreated reports whether one of the codes that are treated alike asks for
// something else, and notes it.
func (w *codeWalk) mistreated(p *provider.Profile, codes []treatedCode, as CodeTreatment) bool {
	first := func(asks []provider.Remedy) *treatedCode {
		for i, c := range codes {
			if slices.Contains(asks, c.asks) {
				return &codes[i]
			}
		}
		return nil
	}
	passing, staying := first(passes), first(stays)
	wrong, like := staying, passing
	if as == CodeUser || as == CodeFixed {
		wrong, like = passing, staying
	}
	// Who sends a refused request again or asks the user about an outage is
	// wrong in any case; a text or an error may fit one code that stands alone.
	if wrong == nil || like == nil && as != CodeAgain && as != CodeUser {
		return false
	}
	f := CodeFault{Pos: wrong.pos, Vendor: p.Name, Code: wrong.code, Asks: wrong.asks, As: as}
	if like != nil {
		f.Like, f.LikeAsks, f.LikePos = like.code, like.asks, like.pos
	}
	w.found = append(w.found, f)
	return true
}

// ofReturn looks at a yes or no that is made of comparisons with codes.
func (w *codeWalk) ofReturn(r *ast.ReturnStmt) {
	if len(r.Results) == 0 {
		return
	}
	cond := r.Results[0]
	if b, ok := w.m.pass.TypesInfo.TypeOf(cond).Underlying().(*types.Basic); !ok || b.Info()&types.IsBoolean == 0 {
		return
	}
	as := w.asked()
	if as == CodeUnknown && w.decidesOnRound() {
		as = CodeAgain
	}
	if as == CodeUnknown {
		return
	}
	s := w.m.subjectAmong([]ast.Expr{cond})
	if s == nil {
		return
	}
	p := w.vendorNamed(s, []ast.Expr{cond})
	if p == nil {
		return
	}
	b := codeBranch{at: cond, exprs: []ast.Expr{cond}, holds: func(v constant.Value) tri { return s.cond(cond, v) }}
	w.mistreated(p, w.codesIn(p, s, b, map[string]bool{}), as)
}

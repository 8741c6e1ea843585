package httpmodel

import (
	"cmp"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// A SecondAnswer is a place where a request that has been answered is answered
// again.
type SecondAnswer struct {
	Pos    token.Pos
	First  token.Pos // the answer that was sent
	Status int       // of the answer at Pos, 0 if it is not constant
	// Unreturned says that Pos is the first answer, an error or that of another
	// handler, and that the function goes on from there to answer again.
	Unreturned bool
}

// SecondAnswers returns such places in functions that are given the writer of
// an answer, in source order. Functions that may or may not answer count as
// unknown, and what is unknown is silent.
func (m *Model) SecondAnswers() []SecondAnswer {
	if m.Empty() {
		return nil
	}
	s := &answerSearch{m: m, sums: map[*ssa.Parameter]*answerSum{}}
	var list []SecondAnswer
	for _, fn := range m.SSA().Funcs {
		if m.skipsTest(fn) {
			continue
		}
		for _, w := range fn.Params {
			if isWriter(w.Type()) {
				list = append(list, s.seconds(fn, w)...)
			}
		}
	}
	slices.SortFunc(list, func(a, b SecondAnswer) int { return cmp.Compare(a.Pos, b.Pos) })
	return slices.CompactFunc(list, func(a, b SecondAnswer) bool { return a.Pos == b.Pos })
}

// seconds returns the second answers of one function.
func (s *answerSearch) seconds(fn *ssa.Function, w *ssa.Parameter) []SecondAnswer {
	var all []answer
	for instr := range lazyssa.Each[ssa.Instruction](fn) {
		if a, ok, _ := s.use(instr, w); ok && instr.Parent() == fn {
			all = append(all, a)
		}
	}
	var list []SecondAnswer
	unreturned := map[ssa.CallInstruction]bool{}
	for _, a := range all {
		if !a.sets && !a.whole || a.status < 400 && !a.passes {
			continue
		}
		if second, ok := s.goesOn(a, w); ok && !(a.passes && second.status < 400) {
			unreturned[a.call] = true
			list = append(list, SecondAnswer{Pos: a.call.Pos(), First: second.call.Pos(), Status: a.status, Unreturned: true})
		}
	}
	for _, b := range all {
		if !b.sets || b.passes {
			continue
		}
		for _, a := range all {
			if a.call == b.call || a.passes || unreturned[a.call] || a.status > 0 && a.status < 200 {
				continue
			}
			if before(a.call, b.call) && !onFailureOf(a.call, b.call) {
				list = append(list, SecondAnswer{Pos: b.call.Pos(), First: a.call.Pos(), Status: b.status})
				break
			}
		}
	}
	return list
}

// goesOn reports whether every way on from an answer comes to another one, and
// returns one of those.
func (s *answerSearch) goesOn(a answer, w ssa.Value) (second answer, ok bool) {
	found, silent := false, true
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock, from int)
	walk = func(b *ssa.BasicBlock, from int) {
		for _, instr := range b.Instrs[from:] {
			next, ok, maybe := s.use(instr, w)
			switch {
			case maybe:
				silent = false
				return
			case ok && (next.sets || next.whole || a.whole && !a.call.Block().Dominates(b)):
				if !found || next.status >= 400 {
					second = next
				}
				found = true
				return
			}
			if _, ends := instr.(*ssa.Return); ends {
				silent = false
				return
			}
		}
		for _, next := range b.Succs {
			if !seen[next] {
				seen[next] = true
				walk(next, 0)
			}
		}
	}
	b := a.call.Block()
	walk(b, slices.Index(b.Instrs, ssa.Instruction(a.call))+1)
	return second, found && silent
}

// onFailureOf reports whether b is reached only where a itself failed: nothing
// may have been written then.
func onFailureOf(a, b ssa.CallInstruction) bool {
	v := a.Value()
	if v == nil {
		return false
	}
	errs := []ssa.Value{v}
	for _, ref := range *v.Referrers() {
		if x, ok := ref.(*ssa.Extract); ok {
			errs = append(errs, x)
		}
	}
	for _, e := range errs {
		if !isErrorType(e.Type()) {
			continue
		}
		for _, ref := range *e.Referrers() {
			test, ok := ref.(*ssa.BinOp)
			if !ok {
				continue
			}
			for _, use := range *test.Referrers() {
				branch, ok := use.(*ssa.If)
				if !ok {
					continue
				}
				bad, _ := verdict(branch, e)
				if bad != nil && dominates(bad, b.Block(), branch.Block()) {
					return true
				}
			}
		}
	}
	return false
}

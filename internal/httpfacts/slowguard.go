package httpfacts

import (
	"github.com/apivet/apivet/internal/lazyssa"
	"golang.org/x/tools/go/ssa"
)

// optional reports whether the function makes the same call in another
// goroutine when a flag says so: whoever sets the flag wants to wait.
func optional(fn *ssa.Function, call ssa.CallInstruction) bool {
	if call == nil || call.Parent() != fn {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			g, ok := instr.(*ssa.Go)
			if ok && sameFunction(g.Call.Value, call.Common().Value) && byFlag(b, call.Block()) {
				return true
			}
		}
	}
	return false
}

// sameFunction reports whether two called values are the same code, or one is
// a closure that calls the other.
func sameFunction(started, called ssa.Value) bool {
	code := func(v ssa.Value) ssa.Value {
		switch v := v.(type) {
		case *ssa.MakeClosure:
			return v.Fn
		case *ssa.UnOp:
			return v.X
		}
		return v
	}
	a, b := code(started), code(called)
	if a == b {
		return true
	}
	fn, ok := a.(*ssa.Function)
	if !ok || fn.Parent() == nil {
		return false
	}
	made, _ := started.(*ssa.MakeClosure)
	for call := range lazyssa.Each[ssa.CallInstruction](fn) {
		inner := code(call.Common().Value)
		if inner == b {
			return true
		}
		free, ok := inner.(*ssa.FreeVar)
		if !ok || made == nil {
			continue
		}
		for i, f := range fn.FreeVars {
			if f == free && i < len(made.Bindings) && code(made.Bindings[i]) == b {
				return true
			}
		}
	}
	return false
}

// byFlag reports whether a plain boolean decides which of two blocks runs.
func byFlag(a, b *ssa.BasicBlock) bool {
	dom := a
	for dom != nil && !dom.Dominates(b) {
		dom = dom.Idom()
	}
	if dom == nil || len(dom.Instrs) == 0 {
		return false
	}
	branch, ok := dom.Instrs[len(dom.Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	_, compared := branch.Cond.(*ssa.BinOp)
	return !compared
}

package httpmodel

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/play"
)

// calledTwice looks for a second call with the same arguments of the function
// that leads to the request, after the first one failed.
func (f *retryFinder) calledTwice(path []ssa.CallInstruction) {
	first, ok := path[0].(*ssa.Call)
	if !ok {
		return
	}
	for _, second := range callsAgain(first) {
		res := f.m.facts.PlayAgain(f.send.Send, first, second)
		if res.Overflow || !res.Reached {
			continue
		}
		var on play.Outcomes
		for _, e := range res.Ends {
			if e.Kind == play.Repeats && e.Again == nil {
				on |= e.Out
			}
		}
		if on.Has(play.Success) || !on.Has(play.NetError|play.ErrorStatus) {
			continue
		}
		f.add(second, &Retry{Form: Twice, In: first.Parent(), Path: path, Again: second, On: on, Ends: res.Ends, kinds: res.Kinds})
	}
}

// callsAgain returns the calls after a call that give the same function the same
// arguments, outside of loops.
func callsAgain(first *ssa.Call) []*ssa.Call {
	if first.Call.IsInvoke() || inLoop(first.Block()) {
		return nil
	}
	callee := staticCallee(&first.Call)
	if callee == nil {
		return nil
	}
	var list []*ssa.Call
	after := blocksAfter(first.Block(), nil)
	for b := range after {
		for _, instr := range b.Instrs {
			if second, ok := instr.(*ssa.Call); ok && second != first && !second.Call.IsInvoke() && staticCallee(&second.Call) == callee && sameArguments(first, second) {
				list = append(list, second)
			}
		}
	}
	slices.SortFunc(list, func(a, b *ssa.Call) int { return int(a.Pos() - b.Pos()) })
	return list
}

func sameArguments(a, b *ssa.Call) bool {
	return a.Call.Value == b.Call.Value && slices.EqualFunc(a.Call.Args, b.Call.Args, sameValue) || sameLoad(a.Call.Value, b.Call.Value) && slices.EqualFunc(a.Call.Args, b.Call.Args, sameValue)
}

// sameValue reports whether two values are one, equal constants, or read from
// one variable or field.
func sameValue(a, b ssa.Value) bool {
	if a == b || sameLoad(a, b) {
		return true
	}
	x, ok := a.(*ssa.Const)
	y, both := b.(*ssa.Const)
	return ok && both && x.String() == y.String()
}

func sameLoad(a, b ssa.Value) bool {
	x, ok := a.(*ssa.UnOp)
	y, both := b.(*ssa.UnOp)
	if !ok || !both || x.Op != y.Op {
		return false
	}
	if x.X == y.X {
		return true
	}
	f, ok := x.X.(*ssa.FieldAddr)
	g, both := y.X.(*ssa.FieldAddr)
	return ok && both && f.Field == g.Field && sameValue(f.X, g.X)
}

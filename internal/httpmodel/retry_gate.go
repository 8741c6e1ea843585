package httpmodel

import (
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// gated reports whether every way to the next attempt passes a branch that
// looks at the request's method or body: it may let none with a body through.
func (r *Retry) gated(w *bodyWalk) bool {
	first, again := r.Path[0].Block(), r.Again.Block()
	gates := map[*ssa.BasicBlock]bool{}
	for _, b := range r.In.Blocks {
		iff, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || !w.looks(iff.Cond, map[ssa.Value]bool{}) {
			continue
		}
		if r.Form == InOperation && (b == first || blocksAfter(first, nil)[b]) {
			return true // it chooses what the operation asks for
		}
		gates[b] = oneWay(b, again)
	}
	maps.DeleteFunc(gates, func(_ *ssa.BasicBlock, oneWay bool) bool { return !oneWay })
	after := gates[first] // the branch stands after the attempt
	delete(gates, first)
	if entry := r.In.Blocks[0]; first != entry && (gates[entry] || !w.waysWithBody(entry, gates)[first]) {
		return true
	}
	if r.Form == InOperation {
		return r.gatedOutside(w)
	}
	delete(gates, again)
	return after || !w.waysWithBody(first, gates)[again]
}

// waysWithBody returns the blocks that can run after a block where the request
// has a body, on ways around the gates.
func (w *bodyWalk) waysWithBody(from *ssa.BasicBlock, gates map[*ssa.BasicBlock]bool) map[*ssa.BasicBlock]bool {
	seen := map[*ssa.BasicBlock]bool{}
	work := []*ssa.BasicBlock{from}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		none := w.sideWithoutBody(b)
		for i, s := range b.Succs {
			if i != none && !seen[s] && !gates[s] {
				seen[s] = true
				work = append(work, s)
			}
		}
	}
	return seen
}

// sideWithoutBody returns the side of a branch on which the request has no
// body, or a method that may be repeated, or -1.
func (w *bodyWalk) sideWithoutBody(b *ssa.BasicBlock) int {
	iff, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return -1
	}
	c, ok := iff.Cond.(*ssa.BinOp)
	if !ok || c.Op != token.EQL && c.Op != token.NEQ {
		return -1
	}
	if method, ok := constString(c.Y); ok && w.looks(c.X, map[ssa.Value]bool{}) && (method == "GET" || method == "HEAD" || w.writes && idempotent(method)) {
		return equalSide(c)
	}
	if !isNothing(c.Y) {
		return -1
	}
	if !slices.Contains(w.keys, c.X) {
		load, ok := c.X.(*ssa.UnOp)
		if !ok {
			return -1
		}
		fa, ok := load.X.(*ssa.FieldAddr)
		if !ok || !isNamed(fa.X.Type(), "net/http", "Request") || structField(fa.X.Type(), fa.Field).Name() != "Body" {
			return -1
		}
	}
	return equalSide(c)
}

// equalSide returns the side of a branch on which two values are equal.
func equalSide(c *ssa.BinOp) int {
	if c.Op == token.EQL {
		return 0
	}
	return 1
}

// isNothing reports whether a value is nil or http.NoBody.
func isNothing(v ssa.Value) bool {
	switch x := v.(type) {
	case *ssa.Const:
		return x.IsNil()
	case *ssa.MakeInterface:
		return isNothing(x.X)
	case *ssa.UnOp:
		g, ok := x.X.(*ssa.Global)
		return ok && g.Name() == "NoBody"
	}
	return false
}

// gatedOutside reports whether the function around an operation chose by the
// method whether to repeat it.
func (r *Retry) gatedOutside(w *bodyWalk) bool {
	by := r.By.Block()
	for _, b := range r.By.Parent().Blocks {
		if iff, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && oneWay(b, by) && w.looks(iff.Cond, map[ssa.Value]bool{}) {
			return true
		}
	}
	return false
}

// oneWay reports whether only one side of a branch leads to a block.
func oneWay(b, to *ssa.BasicBlock) bool {
	leads := func(s *ssa.BasicBlock) bool { return s == to || blocksAfter(s, map[*ssa.BasicBlock]bool{b: true})[to] }
	return leads(b.Succs[0]) != leads(b.Succs[1])
}

// looks reports whether a condition depends on the request's method or body.
func (w *bodyWalk) looks(v ssa.Value, seen map[ssa.Value]bool) bool {
	if v == nil || seen[v] || len(seen) > 200 {
		return false
	}
	seen[v] = true
	switch x := v.(type) {
	case *ssa.Const:
		return false
	case *ssa.UnOp:
		if fa, ok := x.X.(*ssa.FieldAddr); ok && isNamed(fa.X.Type(), "net/http", "Request") {
			switch structField(fa.X.Type(), fa.Field).Name() {
			case "Method", "Body":
				return true
			case "GetBody", "ContentLength":
				return !w.writes
			}
			return false
		}
	case *ssa.BinOp:
		if isErrorType(x.X.Type()) {
			return false // something failed
		}
	case *ssa.Call:
		if w.m.sendAt(x) != nil || isNamed(x.Type(), "context", "Context") {
			return false // whether a request is called off has nothing to do with its body
		}
		for _, a := range x.Call.Args {
			if isNamed(a.Type(), "net/http", "Request") && types.Identical(x.Type(), types.Typ[types.Bool]) {
				return true // a question about the request
			}
		}
	case *ssa.Phi:
		for _, p := range x.Block().Preds {
			if iff, ok := p.Instrs[len(p.Instrs)-1].(*ssa.If); ok && w.looks(iff.Cond, seen) {
				return true
			}
		}
	}
	if slices.Contains(w.keys, v) && (!w.writes || isText(v.Type())) {
		return true
	}
	instr, ok := v.(ssa.Instruction)
	if !ok {
		return false
	}
	for _, op := range instr.Operands(nil) {
		if *op != nil && w.looks(*op, seen) {
			return true
		}
	}
	return false
}

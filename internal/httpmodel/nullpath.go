package httpmodel

import (
	"go/constant"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// maxNilSteps bounds the search for a path from a check to a use.
const maxNilSteps = 300

// nilReaches reports whether the side of a check on which a pointer is nil
// leads to a use of the pointer. A path on which something may have been said
// about it since counts for nothing.
func nilReaches(c nilCheck, use ssa.Instruction) bool {
	w := &nilWalk{check: c, use: use, sides: map[string]bool{}, steps: maxNilSteps}
	return w.enter(c.branch.Block(), c.branch.Block().Succs[c.isNil])
}

// A nilWalk goes the ways on which a pointer is nil.
type nilWalk struct {
	check nilCheck
	use   ssa.Instruction
	sides map[string]bool // what is assumed of other conditions
	path  []*ssa.BasicBlock
	phis  []map[*ssa.Phi]ssa.Value
	steps int
}

func (w *nilWalk) enter(from, b *ssa.BasicBlock) bool {
	w.steps--
	if w.steps < 0 || b == w.check.branch.Block() {
		return false // too long, or asked again
	}
	if slices.Contains(w.path, b) {
		return false
	}
	w.path = append(w.path, b)
	edges := map[*ssa.Phi]ssa.Value{}
	w.phis = append(w.phis, edges)
	defer func() { w.path, w.phis = w.path[:len(w.path)-1], w.phis[:len(w.phis)-1] }()
	for i, pred := range b.Preds {
		if pred != from {
			continue
		}
		for _, instr := range b.Instrs {
			if phi, ok := instr.(*ssa.Phi); ok {
				edges[phi] = phi.Edges[i]
			}
		}
	}
	for _, instr := range b.Instrs {
		if instr == w.use {
			return true
		}
		if st, ok := instr.(*ssa.Store); ok && strings.HasPrefix(w.check.place, placeOfValue(st.Addr)) {
			return false // it is another one now
		}
	}
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		for _, s := range b.Succs {
			if w.enter(b, s) {
				return true
			}
		}
		return false
	}
	return w.branch(b, branch)
}

func (w *nilWalk) branch(b *ssa.BasicBlock, branch *ssa.If) bool {
	side, known := w.value(branch.Cond, 0)
	if !known {
		if w.depends(branch.Cond, map[ssa.Value]bool{}) || calledWith(branch.Cond, w.check.place) {
			return false // the check may have had a say in it
		}
		key, inverted := condKey(branch.Cond)
		if side, known = w.sides[key]; !known {
			for i, s := range b.Succs {
				w.sides[key] = (i == 0) != inverted
				found := w.enter(b, s)
				delete(w.sides, key)
				if found {
					return true
				}
			}
			return false
		}
		side = side != inverted
	}
	if side {
		return w.enter(b, b.Succs[0])
	}
	return w.enter(b, b.Succs[1])
}

// condKey names a condition, so that two tests of one thing have one name;
// inverted says that one is the opposite of it.
func condKey(v ssa.Value) (key string, inverted bool) {
	if not, ok := v.(*ssa.UnOp); ok && not.Op == token.NOT {
		key, inverted = condKey(not.X)
		return key, !inverted
	}
	if b, ok := v.(*ssa.BinOp); ok {
		op := b.Op
		if op == token.NEQ {
			op, inverted = token.EQL, true
		}
		return operandKey(b.X) + op.String() + operandKey(b.Y), inverted
	}
	return placeOfValue(v), false
}

func operandKey(v ssa.Value) string {
	if c, ok := v.(*ssa.Const); ok {
		return c.String()
	}
	return placeOfValue(v)
}

// value returns what a condition is on the path.
func (w *nilWalk) value(v ssa.Value, depth int) (is, known bool) {
	if depth > 8 {
		return false, false
	}
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() == constant.Bool {
			return constant.BoolVal(v.Value), true
		}
	case *ssa.UnOp:
		if v.Op == token.NOT {
			is, known = w.value(v.X, depth+1)
			return !is, known
		}
	case *ssa.Phi:
		if edge := w.edge(v); edge != nil {
			return w.value(edge, depth+1)
		}
	case *ssa.BinOp:
		if v.Op != token.EQL && v.Op != token.NEQ {
			break
		}
		x := comparedWithNil(v)
		if x == nil {
			break
		}
		if placeOfValue(x) == w.check.place {
			return v.Op == token.EQL, true
		}
		if phi, ok := x.(*ssa.Phi); ok {
			if edge := w.edge(phi); edge != nil && (isNilConst(edge) || isErrorType(edge.Type())) {
				// An error that is set on the way.
				return (v.Op == token.EQL) == isNilConst(edge), true
			}
		}
	}
	return false, false
}

// edge returns the value that a phi has on the path, or nil.
func (w *nilWalk) edge(phi *ssa.Phi) ssa.Value {
	for i := len(w.phis) - 1; i >= 0; i-- {
		if v, ok := w.phis[i][phi]; ok {
			return v
		}
	}
	return nil
}

// depends reports whether a condition is made of something that was set since
// the check: what it says may follow from it.
func (w *nilWalk) depends(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] || len(seen) > 50 {
		return len(seen) > 50
	}
	seen[v] = true
	if phi, ok := v.(*ssa.Phi); ok && w.edge(phi) != nil {
		return true
	}
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		place := placeOfValue(load.X)
		for _, b := range w.path {
			for _, instr := range b.Instrs {
				if st, ok := instr.(*ssa.Store); ok && strings.HasPrefix(place, placeOfValue(st.Addr)) {
					return true
				}
			}
		}
	}
	instr, ok := v.(ssa.Instruction)
	if !ok {
		return false
	}
	for _, op := range instr.Operands(nil) {
		if *op != nil && w.depends(*op, seen) {
			return true
		}
	}
	return false
}

// changedBetween reports whether what a place is read from may be another one
// when an instruction is reached from an earlier one.
func changedBetween(from, to ssa.Instruction, base string) bool {
	for st := range lazyssa.Each[*ssa.Store](from.Parent()) {
		if p := placeOfValue(st.Addr); strings.HasPrefix(base, p) && reachesInstr(from, st) && reachesInstr(st, to) {
			return true
		}
	}
	return false
}

// guardsUse reports whether a check is there for the pointer's own sake: it is
// followed where it is not nil.
func guardsUse(c nilCheck) bool {
	side := c.branch.Block().Succs[1-c.isNil]
	if len(side.Preds) != 1 {
		return false
	}
	for instr := range lazyssa.Each[ssa.Instruction](side.Parent()) {
		v, ok := instr.(ssa.Value)
		if !ok || fieldRead(v) == nil || placeOfValue(v) != c.place {
			continue
		}
		for _, use := range derefs(v) {
			if side.Dominates(use.Block()) {
				return true
			}
		}
	}
	return false
}

// besideCheck reports whether a use lies on one path with the check of another
// pointer, whatever that one is: before the check, or behind both its sides.
func besideCheck(c nilCheck, use ssa.Instruction) bool {
	b := c.branch.Block()
	if before(use, c.branch) {
		return !changedBetween(use, c.branch, c.base)
	}
	return b.Dominates(use.Block()) && reachesWithout(b.Succs[0], use.Block(), b) && reachesWithout(b.Succs[1], use.Block(), b)
}

// reachesWithout reports whether control can get from one block to another
// without a third.
func reachesWithout(from, to, without *ssa.BasicBlock) bool {
	return reachable([]*ssa.BasicBlock{from}, to, func(b *ssa.BasicBlock) bool { return b == without })
}

// reachesInstr reports whether control can get from one instruction to another.
func reachesInstr(from, to ssa.Instruction) bool {
	return from.Block() == to.Block() && before(from, to) || reachable(from.Block().Succs, to.Block(), nil)
}

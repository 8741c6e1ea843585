package play

import "golang.org/x/tools/go/ssa"

// info is what is computed once a function.
type info struct {
	live []map[ssa.Value]bool // values that are used at or after the start of a block
	// repeated holds the conditions that more than one branch tests.
	repeated map[condKey]bool
	// reaches[b] reports whether block b can reach block from.
	loopHead map[*ssa.BasicBlock]bool
}

func analyse(fn *ssa.Function) *info {
	n := len(fn.Blocks)
	in := &info{live: make([]map[ssa.Value]bool, n), repeated: map[condKey]bool{}, loopHead: map[*ssa.BasicBlock]bool{}}
	use := make([]map[ssa.Value]bool, n)
	def := make([]map[ssa.Value]bool, n)
	counts := map[condKey]int{}
	for i, b := range fn.Blocks {
		use[i], def[i] = map[ssa.Value]bool{}, map[ssa.Value]bool{}
		for _, p := range b.Preds {
			if b.Dominates(p) {
				in.loopHead[b] = true
			}
		}
		for _, instr := range b.Instrs {
			if phi, ok := instr.(*ssa.Phi); ok {
				// A phi's operands are used at the end of the predecessors;
				// its own value is set on the edge.
				def[i][phi] = true
				continue
			}
			if _, ok := instr.(*ssa.DebugRef); ok {
				continue
			}
			var buf [8]*ssa.Value
			for _, op := range instr.Operands(buf[:0]) {
				if *op != nil && !def[i][*op] {
					use[i][*op] = true
				}
			}
			if v, ok := instr.(ssa.Value); ok {
				def[i][v] = true
			}
			if iff, ok := instr.(*ssa.If); ok {
				if k, _, ok := key(iff.Cond); ok {
					counts[k]++
				}
			}
		}
	}
	for k, c := range counts {
		if c > 1 {
			in.repeated[k] = true
		}
	}
	for i := range in.live {
		in.live[i] = map[ssa.Value]bool{}
	}
	for changed := true; changed; {
		changed = false
		for i := n - 1; i >= 0; i-- {
			b := fn.Blocks[i]
			l := in.live[i]
			add := func(v ssa.Value) {
				if !l[v] {
					l[v] = true
					changed = true
				}
			}
			for v := range use[i] {
				add(v)
			}
			for _, s := range b.Succs {
				for v := range in.live[s.Index] {
					if !def[i][v] {
						add(v)
					}
				}
				for _, instr := range s.Instrs {
					phi, ok := instr.(*ssa.Phi)
					if !ok {
						break
					}
					for j, p := range s.Preds {
						if p == b && !def[i][phi.Edges[j]] {
							add(phi.Edges[j])
						}
					}
				}
			}
			// Phis at the block's start are set on the way in.
			for _, instr := range b.Instrs {
				phi, ok := instr.(*ssa.Phi)
				if !ok {
					break
				}
				if len(*phi.Referrers()) > 0 {
					add(phi)
				}
			}
		}
	}
	return in
}

// key names a condition so that two computations of it are the same; neg says
// that the condition is the negation of the key.
func key(cond ssa.Value) (k condKey, neg, ok bool) {
	for {
		u, isNot := cond.(*ssa.UnOp)
		if !isNot || u.Op.String() != "!" {
			break
		}
		neg = !neg
		cond = u.X
	}
	switch c := cond.(type) {
	case *ssa.BinOp:
		return condKey{op: c.Op, x: c.X, y: canonical(c.Y)}, neg, true
	case *ssa.Const:
		return condKey{}, neg, false
	}
	return condKey{x: cond}, neg, true
}

// canonical maps constants that are equal to one value where that is cheap:
// SSA makes a new constant for each use.
func canonical(v ssa.Value) ssa.Value {
	if c, ok := v.(*ssa.Const); ok && c.IsNil() {
		return nil
	}
	return v
}

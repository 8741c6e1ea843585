package httpmodel

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A StateSlip is a failed state that is written in another case than the states
// beside it.
type StateSlip struct {
	Slip, Other StateAt
}

// StateSlips returns the slips in the descriptions of polls: objects that hold
// the states to wait in, those to wait for and the function that asks.
func (m *Model) StateSlips() []StateSlip {
	if m.Empty() {
		return nil
	}
	var list []StateSlip
	for _, fn := range m.flow().funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				a, ok := instr.(*ssa.Alloc)
				if !ok {
					continue
				}
				tests, refresh := waitDescription(a)
				if refresh == nil {
					continue
				}
				for _, own := range textTests(refresh) {
					if slip, other, ok := caseSlip(append(own, tests...)); ok {
						list = append(list, StateSlip{slip, other})
					}
				}
			}
		}
	}
	return list
}

// waitDescription returns the states in an object that describes a poll, and
// its function that asks.
func waitDescription(a *ssa.Alloc) (states []stateTest, refresh *ssa.Function) {
	st, ok := a.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
	if !ok {
		return nil, nil
	}
	named := 0
	for i := range st.NumFields() {
		switch st.Field(i).Name() {
		case "Pending", "Target":
			named++
			for _, v := range storesOf(a, i) {
				states = append(states, listed(v)...)
			}
		case "Refresh":
			for _, v := range storesOf(a, i) {
				if c, ok := v.(*ssa.ChangeType); ok {
					v = c.X
				}
				refresh = funcOfValue(v)
			}
		}
	}
	if named != 2 {
		return nil, nil
	}
	return states, refresh
}

// listed returns the constants of a literal slice of texts.
func listed(v ssa.Value) []stateTest {
	slice, ok := v.(*ssa.Slice)
	if !ok {
		return nil
	}
	a, ok := slice.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	var list []stateTest
	for _, ref := range *a.Referrers() {
		at, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, use := range *at.Referrers() {
			if st, ok := use.(*ssa.Store); ok {
				if word, ok := stateWord(st.Val); ok {
					list = append(list, stateTest{word: word, pos: st.Pos()})
				}
			}
		}
	}
	return list
}

// textTests returns the comparisons of a function's state fields with words.
func textTests(fn *ssa.Function) map[*types.Var][]stateTest {
	tests := map[*types.Var][]stateTest{}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if f, word, op := stateComparison(instr); f != nil {
				tests[f] = append(tests[f], stateTest{op, word, op.Op == token.NEQ, op.Pos()})
			}
		}
	}
	return tests
}

// stateComparison returns the field and the word of a comparison of a state.
func stateComparison(instr ssa.Instruction) (*types.Var, string, *ssa.BinOp) {
	op, ok := instr.(*ssa.BinOp)
	if !ok || op.Op != token.EQL && op.Op != token.NEQ {
		return nil, "", nil
	}
	for _, side := range [2][2]ssa.Value{{op.X, op.Y}, {op.Y, op.X}} {
		word, ok := stateWord(side[1])
		if !ok {
			continue
		}
		var f *types.Var
		switch x := side[0].(type) {
		case *ssa.UnOp:
			if fa, ok := x.X.(*ssa.FieldAddr); ok {
				f = structField(fa.X.Type(), fa.Field)
			}
		case *ssa.Field:
			f = structField(x.X.Type(), x.Field)
		}
		if f != nil && namesState(f.Name()) {
			return f, word, op
		}
	}
	return nil, "", nil
}

// An UnreadFailure is the end of an operation that is taken for a success: its
// state is compared with a word for "over", and the part of the answer that
// tells of a failure is read nowhere.
type UnreadFailure struct {
	Done StateAt
	// Handled is where that state is handled: the function of the package that
	// its branch returns the result of, or the comparison.
	Handled token.Pos
	Type    *types.TypeName
	Field   *types.Var
}

// UnreadFailures returns the operations whose failures the package never looks at.
func (m *Model) UnreadFailures() []UnreadFailure {
	if m.Empty() {
		return nil
	}
	var list []UnreadFailure
	had := map[*types.TypeName]bool{}
	for _, fn := range m.flow().funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				f, word, op := stateComparison(instr)
				if f == nil || wordClass(word) != classEnded {
					continue
				}
				n := m.ownerOfField(op, f)
				if n == nil || had[n] || !namesWork(n.Name()) {
					continue
				}
				had[n] = true
				if failure := m.unreadFailure(n, f); failure != nil {
					list = append(list, UnreadFailure{StateAt{word, op.Pos()}, m.handledIn(op), n, failure})
				}
			}
		}
	}
	return list
}

// handledIn returns where the branch for a state leads to.
func (m *Model) handledIn(op *ssa.BinOp) token.Pos {
	var cond ssa.Value = op
	yes := op.Op == token.EQL
	for _, ref := range *op.Referrers() {
		if not, ok := ref.(*ssa.UnOp); ok && not.Op == token.NOT {
			cond, yes = not, !yes
		}
	}
	for _, ref := range *cond.Referrers() {
		iff, ok := ref.(*ssa.If)
		if !ok {
			continue
		}
		to := iff.Block().Succs[1]
		if yes {
			to = iff.Block().Succs[0]
		}
		if _, returns := to.Instrs[len(to.Instrs)-1].(*ssa.Return); !returns {
			continue
		}
		for _, instr := range to.Instrs {
			if call, ok := instr.(*ssa.Call); ok {
				if fn := staticCallee(&call.Call); fn != nil && fn.Pkg != nil && fn.Pkg.Pkg == m.pass.Pkg && fn.Pos().IsValid() {
					return fn.Pos()
				}
			}
		}
	}
	return op.Pos()
}

// ownerOfField returns the named struct whose field a comparison reads.
func (m *Model) ownerOfField(op *ssa.BinOp, f *types.Var) *types.TypeName {
	for _, v := range []ssa.Value{op.X, op.Y} {
		switch x := v.(type) {
		case *ssa.UnOp:
			if fa, ok := x.X.(*ssa.FieldAddr); ok && structField(fa.X.Type(), fa.Field) == f {
				return namedOf(fa.X.Type())
			}
		case *ssa.Field:
			if structField(x.X.Type(), x.Field) == f {
				return namedOf(x.X.Type())
			}
		}
	}
	return nil
}

// namesWork reports whether a type's name says that it is work which a service
// does by and by.
func namesWork(name string) bool {
	for _, w := range camelWords(name) {
		switch w {
		case "operation", "job", "task", "build", "deployment", "export", "import", "execution", "transfer", "run", "action", "order", "migration":
			return true
		}
	}
	return false
}

// unreadFailure returns the field of a struct that tells of failures, where the
// package reads it nowhere and gives no value of the struct away.
func (m *Model) unreadFailure(n *types.TypeName, state *types.Var) *types.Var {
	st, ok := n.Type().Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	var failure *types.Var
	for f := range st.Fields() {
		if f == state || !namesFailure(f.Name()) {
			continue
		}
		if failure == nil {
			failure = f
		}
		if use := m.FieldUse(f); len(use.Reads) > 0 || use.Aliased {
			return nil
		}
	}
	if failure == nil || m.givesAway(n) {
		return nil
	}
	return failure
}

// givesAway reports whether values of a struct reach code that the package does
// not show, prints excepted.
func (m *Model) givesAway(n *types.TypeName) bool {
	is := func(t types.Type) bool { return namedOf(t) == n }
	for _, fn := range m.flow().funcs {
		for v := range fn.Signature.Results().Variables() {
			if is(v.Type()) {
				return true
			}
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch i := instr.(type) {
				case *ssa.MakeInterface:
					if is(i.X.Type()) && !onlyPrinted(i) {
						return true
					}
				case ssa.CallInstruction:
					callee := staticCallee(i.Common())
					if callee != nil && len(callee.Blocks) > 0 {
						continue
					}
					for _, a := range i.Common().Args {
						if is(a.Type()) && a != receiver(i.Common()) {
							return true
						}
					}
				}
			}
		}
	}
	return false
}

// onlyPrinted reports whether an interface value ends in a format of fmt.
func onlyPrinted(i *ssa.MakeInterface) bool {
	for _, ref := range *i.Referrers() {
		st, ok := ref.(*ssa.Store)
		if !ok {
			if _, debug := ref.(*ssa.DebugRef); debug {
				continue
			}
			return false
		}
		at, ok := st.Addr.(*ssa.IndexAddr)
		if !ok {
			return false
		}
		for _, r := range *at.X.Referrers() {
			slice, ok := r.(*ssa.Slice)
			if !ok {
				continue
			}
			for _, use := range *slice.Referrers() {
				call, ok := use.(ssa.CallInstruction)
				if !ok {
					continue
				}
				if fn := calleeOf(call.Common()); fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "fmt" && fn.Pkg().Path() != "log" {
					return false
				}
			}
		}
	}
	return true
}

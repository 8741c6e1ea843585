package httpfacts

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// needsArg reports whether the function that is called uses an argument,
// counted from the receiver, without a look at whether it is nil.
func (f *Failures) needsArg(call *ssa.CallCommon, i, depth int) bool {
	if call.IsInvoke() {
		return i == 0 // a method of a nil interface
	}
	callee := calleeObject(call)
	if callee == nil {
		fn, ok := call.Value.(*ssa.Function)
		return ok && f.need(fn, i, depth+1)
	}
	if recv := callee.Signature().Recv(); recv != nil && i == 0 {
		if _, pointer := types.Unalias(recv.Type()).(*types.Pointer); !pointer {
			return true // of a value, which a nil pointer has not
		}
		if callee.Pkg() != nil && callee.Pkg().Path() == "net/http" {
			return isHTTPResponse(recv.Type())
		}
	}
	if local := f.t.Local(callee); local != nil {
		return f.need(local, i, depth+1)
	}
	if fact := f.facts[callee.Origin()]; fact != nil {
		return i < 64 && fact.Needs&(1<<i) != 0
	}
	return false
}

// need reports whether a nil parameter of a function is used: a path leads to
// the use that no test of the parameter guards.
func (f *Failures) need(fn *ssa.Function, i, depth int) bool {
	if i >= len(fn.Params) || len(fn.Blocks) == 0 || depth > 4 {
		return false
	}
	if _, pointer := fn.Params[i].Type().Underlying().(*types.Pointer); !pointer {
		return false
	}
	k := needKey{fn, i}
	if known, ok := f.needs[k]; ok {
		return known
	}
	f.needs[k] = false
	w := needWalk{f: f, param: fn.Params[i], depth: depth, seen: map[*ssa.BasicBlock]bool{}, is: map[ssa.Value]bool{fn.Params[i]: true}}
	f.needs[k] = w.block(fn.Blocks[0])
	return f.needs[k]
}

// A needWalk goes along the paths that a nil parameter leads along.
type needWalk struct {
	f     *Failures
	param *ssa.Parameter
	depth int
	seen  map[*ssa.BasicBlock]bool
	is    map[ssa.Value]bool // values and cells that hold the parameter
}

func (w *needWalk) block(b *ssa.BasicBlock) bool {
	if w.seen[b] {
		return false
	}
	w.seen[b] = true
	for _, instr := range b.Instrs {
		switch i := instr.(type) {
		case *ssa.Store:
			if a, ok := i.Addr.(*ssa.Alloc); ok && w.is[i.Val] && stores(a) == 1 {
				w.is[a] = true
			}
		case *ssa.UnOp:
			if i.Op == token.MUL && w.is[i.X] {
				if _, cell := i.X.(*ssa.Alloc); !cell {
					return true
				}
				w.is[i] = true
			}
		case *ssa.FieldAddr:
			if w.is[i.X] {
				return true
			}
		case ssa.CallInstruction:
			if _, isGo := i.(*ssa.Go); !isGo && w.call(i.Common()) {
				return true
			}
		case *ssa.If:
			if side, ok := w.nilSide(i.Cond); ok {
				return w.block(b.Succs[side])
			}
		}
	}
	for _, s := range b.Succs {
		if w.block(s) {
			return true
		}
	}
	return false
}

// call reports whether a call needs the parameter. One that also gets an error
// may look at that.
func (w *needWalk) call(call *ssa.CallCommon) bool {
	args := call.Args
	if call.IsInvoke() {
		args = append([]ssa.Value{call.Value}, args...)
	}
	for i, a := range args {
		if w.is[a] && w.f.needsArg(call, i, w.depth) {
			return true
		}
	}
	return false
}

// nilSide returns the side of a nil test of the parameter that a nil goes to.
func (w *needWalk) nilSide(cond ssa.Value) (int, bool) {
	b, ok := cond.(*ssa.BinOp)
	if !ok || b.Op != token.EQL && b.Op != token.NEQ {
		return 0, false
	}
	if !(w.is[b.X] && isNil(b.Y) || w.is[b.Y] && isNil(b.X)) {
		return 0, false
	}
	if b.Op == token.EQL {
		return 0, true
	}
	return 1, true
}

// stores counts the stores to a local variable.
func stores(a *ssa.Alloc) int {
	n := 0
	for _, ref := range *a.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == a {
			n++
		}
	}
	return n
}

package httpfacts

import (
	"golang.org/x/tools/go/ssa"
)

// A frame is a function as it is entered.
type frame struct {
	fn   *ssa.Function
	up   *frame              // the caller, when known
	call ssa.CallInstruction // in up
	made *ssa.MakeClosure    // of a closure
	lex  *frame              // where the closure was made
}

// root returns the frame that a function is studied from. A closure sees the
// variables of the functions around it.
func (w *Work) root(fn *ssa.Function) *frame {
	fr := &frame{fn: fn}
	if made := w.made[fn]; made != nil && fn.Parent() != nil {
		fr.made, fr.lex = made, w.root(made.Parent())
	}
	return fr
}

// within reports whether fr is inner, or one of the frames that called it.
func (fr *frame) within(inner *frame) bool {
	for ; inner != nil; inner = inner.up {
		if inner == fr {
			return true
		}
	}
	return false
}

func (fr *frame) depth() int {
	n := 0
	for ; fr != nil; fr = fr.up {
		n++
	}
	return n
}

// binding returns what a closure's free variable is bound to, and where.
func (fr *frame) binding(v *ssa.FreeVar) (ssa.Value, *frame) {
	if fr.made == nil {
		return nil, nil
	}
	for i, f := range fr.fn.FreeVars {
		if f == v && i < len(fr.made.Bindings) {
			return fr.made.Bindings[i], fr.lex
		}
	}
	return nil, nil
}

// argument returns what a parameter was given, and where.
func (fr *frame) argument(p *ssa.Parameter) (ssa.Value, *frame) {
	if fr.up == nil || fr.call == nil || fr.call.Common().IsInvoke() {
		return nil, nil
	}
	args := fr.call.Common().Args
	for i, q := range fr.fn.Params {
		if q == p && len(args) == len(fr.fn.Params) {
			return args[i], fr.up
		}
	}
	return nil, nil
}

package httpmodel

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/play"
)

// function is a function that is used as a transport: what it does itself,
// around what it captures and what else it sends through.
func (e *clientEval) function(v ssa.Value, fn *ssa.Function, bindings []ssa.Value) []clientOrigin {
	if fn.Blocks == nil || fn.Signature.Results().Len() == 0 {
		return unknownClient(v)
	}
	if fn.Synthetic != "" && len(bindings) == 1 { // hc.Do
		return e.value(bindings[0])
	}
	inside := func(s *Send) bool {
		for g := s.Fn; g != nil; g = g.Parent() {
			if g == fn {
				return true
			}
		}
		return false
	}
	var own, next Traits
	retried, known := e.m.repeats(inside)
	switch {
	case !known:
		own.Says[traitSendRetries], own.Says[traitSendWrites] = saysUnknown, saysUnknown
	case retried.Has(play.NetError | play.ServerError):
		own.Says[traitSendRetries], own.Says[traitSendWrites] = saysYes, saysUnknown
	default:
		own.Says[traitSendRetries], own.Says[traitSendWrites] = saysNo, saysNo
	}
	own.Says[traitSendTimeout] = saysNo
	if e.m.boundsTime(fn, map[*ssa.Function]bool{}) {
		own.Says[traitSendTimeout] = saysUnknown
	}
	for _, b := range bindings {
		next = next.join(e.captured(b))
	}
	for _, s := range e.m.Sends() {
		if !inside(s) || s.Opaque || s.throughValue() {
			continue // what is captured says what it sends through
		}
		switch recv := receiver(s.Call.Common()).(type) {
		case *ssa.Parameter: // whoever calls the function says
		case *ssa.UnOp:
			if _, captured := recv.X.(*ssa.FreeVar); !captured {
				next = next.join(joined(s.clientOrigins()).transportOnly())
			}
		case *ssa.FreeVar:
		default:
			next = next.join(joined(s.clientOrigins()).transportOnly())
		}
	}
	return []clientOrigin{{Traits: own.around(next), pos: ValuePos(v), fn: fn.Parent()}}
}

// captured is what a closure captures, where that sends.
func (e *clientEval) captured(b ssa.Value) Traits {
	t := b.Type()
	a, isCell := b.(*ssa.Alloc)
	if isCell {
		t = t.Underlying().(*types.Pointer).Elem()
	}
	if !sends(t) && !isFuncThatSends(t) {
		return Traits{}
	}
	if isCell {
		return joined(e.cell(a)).transportOnly()
	}
	return joined(e.value(b)).transportOnly()
}

// isFuncThatSends reports whether a function's results are an answer and an error.
func isFuncThatSends(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	return ok && sig.Results().Len() == 2 && isNamed(sig.Results().At(0).Type(), "net/http", "Response") && isErrorType(sig.Results().At(1).Type())
}

package httpfacts

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// sent adds what a channel send does: a closure that is sent runs elsewhere,
// and a send on an unbuffered channel waits for the receiver.
func (w *Work) sent(send *ssa.Send, fr *frame, s *Summary) {
	field := loadedVar(send.Chan)
	if field == nil {
		return // a local channel: who receives is nearby
	}
	if inner := w.resolve(send.X, fr, nil, 0); inner != nil && !w.joinedAt(fr, send) {
		var body Summary
		w.walk(inner, &body)
		for _, u := range body.Used {
			if w.outlives(u.Ctx, fr) && len(s.Kept) < maxSites {
				s.Kept = append(s.Kept, CtxSite{Ctx: u.Ctx, Pos: send.Pos(), Call: send.Pos(), What: u.What})
			}
		}
	}
	if w.unbuffered(field) && w.slowReceiver(field) {
		s.addWait(WaitSite{Wait: Wait{Kind: "channel", What: field.Name(), Ctx: -1}, Pos: send.Pos(), Call: send.Pos()})
	}
}

// unbuffered reports whether every channel that the package puts in the
// variable has no buffer. Exported variables may be set by others.
func (w *Work) unbuffered(v *types.Var) bool {
	if v.Exported() {
		return false
	}
	vals := w.fields[v]
	for g, list := range w.globals {
		if g.Object() == v {
			vals = append(vals, list...)
		}
	}
	for _, val := range vals {
		made, ok := val.(*ssa.MakeChan)
		if !ok {
			return false
		}
		size, ok := made.Size.(*ssa.Const)
		if !ok || size.Value == nil || constant.Sign(size.Value) != 0 {
			return false
		}
	}
	return len(vals) > 0
}

// slowReceiver reports whether every function that receives from the variable
// waits for something slow itself.
func (w *Work) slowReceiver(v *types.Var) bool {
	for _, fn := range w.receives[v] {
		if len(w.Sum(fn).Waits) == 0 {
			return false
		}
	}
	return len(w.receives[v]) > 0
}

package httpfacts

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// spawned adds the contexts that a go statement's function works on.
func (w *Work) spawned(g *ssa.Go, fr *frame, s *Summary) {
	if inner := w.resolve(g.Call.Value, fr, g, 0); inner != nil && !g.Call.IsInvoke() {
		w.kept(inner, g, fr, s)
		return
	}
	// The function's code is elsewhere.
	if w.joined(fr, g) {
		return
	}
	for i, arg := range g.Call.Args {
		c, ok := w.carried(arg, fr)
		if ok && w.usesArg(&g.Call, calleeOf(&g.Call), i) && w.outlives(c, fr) {
			s.Kept = append(s.Kept, CtxSite{Ctx: c, Pos: g.Pos(), Call: g.Pos(), What: calleeName(&g.Call)})
		}
	}
}

// kept adds the contexts that a function works on that runs in another
// goroutine, unless the function that starts it waits for it.
func (w *Work) kept(inner *frame, at ssa.CallInstruction, fr *frame, s *Summary) {
	if hasEndless(inner.fn) || w.joined(fr, at) || w.pipes(fr.fn) {
		return
	}
	var body Summary
	w.walk(inner, &body)
	for _, u := range body.Used {
		if u.Call == token.NoPos && w.outlives(u.Ctx, fr) {
			return // it looks at the context's end by itself: that is meant
		}
	}
	for _, u := range body.Used {
		if w.outlives(u.Ctx, fr) && len(s.Kept) < maxSites {
			s.Kept = append(s.Kept, CtxSite{Ctx: u.Ctx, Pos: at.Pos(), Call: at.Pos(), What: u.What})
		}
	}
}

// outlives reports whether a goroutine started in fr may still run when the
// context ends: a deferred cancel must be that of fr or of a caller.
func (w *Work) outlives(c Ctx, fr *frame) bool {
	if c.Cancel.IsValid() && (c.end == nil || !c.end.within(fr)) {
		return false
	}
	return c.Kind == CtxRequest || c.Kind == CtxParam || c.Cancel.IsValid()
}

// spawnArg returns the function argument that a call runs in a goroutine.
func (w *Work) spawnArg(call ssa.CallInstruction) ssa.Value {
	callee := calleeOf(call.Common())
	if callee == nil {
		return nil
	}
	if i, ok := w.know.Spawns[library.Key(callee)]; ok {
		return argOf(call.Common(), i)
	}
	if f := w.lib.FuncOf(callee); f != nil && f.Spawns != nil {
		return argOf(call.Common(), int(*f.Spawns))
	}
	return nil
}

// closure returns the frame of a function literal that is called, or nil; a
// declared function has a summary of its own.
func (w *Work) closure(v ssa.Value, fr *frame, call ssa.CallInstruction) *frame {
	inner := w.resolve(v, fr, call, 0)
	if inner == nil || (inner.made == nil && inner.fn.Parent() == nil) {
		return nil
	}
	for up := fr; up != nil; up = up.up {
		if up.fn == inner.fn {
			return nil // recursion
		}
	}
	return inner
}

// resolve finds the code of a function value.
func (w *Work) resolve(v ssa.Value, fr *frame, call ssa.CallInstruction, depth int) *frame {
	if v == nil || fr == nil || depth > 10 {
		return nil
	}
	switch v := v.(type) {
	case *ssa.Function:
		if fn := w.local(v); fn != nil {
			return &frame{fn: fn, up: fr, call: call}
		}
	case *ssa.MakeClosure:
		fn, ok := v.Fn.(*ssa.Function)
		if ok && w.local(fn) != nil {
			return &frame{fn: origin(fn), up: fr, call: call, made: v, lex: fr}
		}
	case *ssa.ChangeType:
		return w.resolve(v.X, fr, call, depth+1)
	case *ssa.Parameter:
		if arg, up := fr.argument(v); arg != nil {
			if inner := w.resolve(arg, up, nil, depth+1); inner != nil {
				inner.up, inner.call = fr, call
				return inner
			}
		}
	case *ssa.FreeVar:
		b, lex := fr.binding(v)
		if inner := w.resolve(b, lex, nil, depth+1); inner != nil {
			inner.up, inner.call = fr, call
			return inner
		}
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return nil
		}
		addr, at := v.X, fr
		for {
			free, ok := addr.(*ssa.FreeVar)
			if !ok {
				break
			}
			if addr, at = at.binding(free); addr == nil || at == nil {
				return nil
			}
		}
		alloc, ok := addr.(*ssa.Alloc)
		if !ok {
			return nil
		}
		var vals []ssa.Value
		var frames []*frame
		if !eachStore(alloc, at, func(v ssa.Value, f *frame) { vals, frames = append(vals, v), append(frames, f) }) || len(vals) != 1 {
			return nil
		}
		if inner := w.resolve(vals[0], frames[0], nil, depth+1); inner != nil {
			inner.up, inner.call = fr, call
			return inner
		}
	}
	return nil
}

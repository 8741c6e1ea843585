package httpmodel

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// A LostContext is a request that is made without the context that the
// function around it was given.
type LostContext struct {
	Pos   token.Pos      // the call that makes the request, or sends it
	Param *ssa.Parameter // the context
	// Sent is where the request is sent, if that is another call.
	Sent token.Pos
	// Returned says that the function hands the request on, and does not even
	// look at its context.
	Returned bool
	// Constructor says that Pos is a call of a library's constructor.
	Constructor bool
}

// LostContexts returns the requests that are sent without the context at hand.
func (m *Model) LostContexts() []LostContext {
	if m.Empty() {
		return nil
	}
	var list []LostContext
	helpers := map[ssa.CallInstruction]bool{} // constructors elsewhere: one cause, one finding
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		lib := library.FuncOf(calleeOf(call.Common()))
		if lib == nil || lib.NewRequest == nil || lib.NewRequest.Ctx != nil || lib.NewRequest.From != nil || lib.NewRequest.URL == nil {
			continue
		}
		p := m.liveContext(call.Parent())
		if p == nil || call.Value() == nil {
			continue
		}
		w := &requestUse{m: m, seen: map[ssa.Value]bool{}}
		w.follow(call.Value())
		switch {
		case w.given:
		case w.sent.IsValid():
			list = append(list, LostContext{Pos: call.Pos(), Param: p, Sent: w.sent, Constructor: true})
		case w.returned && !isUsedParam(p):
			list = append(list, LostContext{Pos: call.Pos(), Param: p, Returned: true, Constructor: true})
		}
		helpers[call] = true
	}
	for _, s := range m.Sends() {
		p := m.liveContext(s.Fn)
		if p == nil || s.Wrapper || s.Opaque || s.Lib == nil || s.Lib.Send == nil || s.Lib.Send.Response == "none" {
			continue // fasthttp and its like know no contexts
		}
		c := s.contexts()
		if c.unknown || len(c.values) > 0 || len(c.without) == 0 {
			continue
		}
		made := c.without[0]
		if helpers[made] {
			continue // the constructor is reported, or sees to it
		}
		if made != s.Call && s.Request != nil {
			helpers[made] = true
		}
		list = append(list, LostContext{Pos: s.Pos(), Param: p})
	}
	return list
}

// liveContext returns the context that a function was given and that lives as
// long as the function runs, or nil: a literal may run when the function
// around it has long returned, and deferred work may have to outlive it.
func (m *Model) liveContext(fn *ssa.Function) *ssa.Parameter {
	p := contextParam(fn)
	if p == nil {
		return nil
	}
	for g := fn; g != p.Parent(); g = g.Parent() {
		if !runsWith(g, p) {
			return nil
		}
	}
	calls, _ := m.flow().callers(p.Parent())
	for _, call := range calls {
		if _, deferred := call.(*ssa.Defer); deferred {
			return nil
		}
	}
	return p
}

// runsWith reports whether a literal runs before the function around it
// returns: it is called at once, or handed to a call that gets the context
// too or repeats it.
func runsWith(fn *ssa.Function, ctx *ssa.Parameter) bool {
	if calledAtOnce(fn) {
		return true
	}
	for _, ref := range *fn.Referrers() {
		v, ok := ref.(ssa.Value)
		if !ok {
			return false
		}
		mc, ok := v.(*ssa.MakeClosure)
		if !ok {
			return false
		}
		for _, use := range *mc.Referrers() {
			switch use := use.(type) {
			case *ssa.DebugRef:
			case *ssa.Call:
				if !takesContext(&use.Call) && !repeats(use) {
					return false
				}
			case *ssa.ChangeType:
				for _, u := range *use.Referrers() {
					call, ok := u.(*ssa.Call)
					if _, debug := u.(*ssa.DebugRef); debug {
						continue
					}
					if !ok || !takesContext(&call.Call) && !repeats(call) {
						return false
					}
				}
			default:
				return false
			}
		}
	}
	return true
}

func repeats(call *ssa.Call) bool {
	lib := library.FuncOf(calleeOf(&call.Call))
	return lib != nil && lib.Retry != nil
}

func takesContext(c *ssa.CallCommon) bool {
	for _, a := range c.Args {
		if isContextType(a.Type()) {
			return true
		}
	}
	return false
}

func isUsedParam(p *ssa.Parameter) bool {
	for _, ref := range *p.Referrers() {
		if _, debug := ref.(*ssa.DebugRef); !debug {
			return true
		}
	}
	return false
}

// requestUse follows a request to where it is sent.
type requestUse struct {
	m        *Model
	seen     map[ssa.Value]bool
	sent     token.Pos
	returned bool
	given    bool // it may get a context on the way
}

func (w *requestUse) follow(v ssa.Value) {
	if v == nil || w.seen[v] || v.Referrers() == nil {
		return
	}
	w.seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Extract:
			if ref.Index == 0 {
				w.follow(ref)
			}
		case *ssa.Phi:
			w.follow(ref)
		case *ssa.ChangeInterface, *ssa.MakeInterface, *ssa.ChangeType:
			w.follow(ref.(ssa.Value))
		case *ssa.Return:
			w.returned = true
		case *ssa.Store:
			w.store(v, ref)
		case *ssa.UnOp: // a copy of the whole request, or the value of a variable
			w.follow(ref)
		case ssa.CallInstruction:
			w.call(v, ref)
		}
	}
}

func (w *requestUse) store(v ssa.Value, st *ssa.Store) {
	if st.Val != v {
		if _, plain := st.Addr.(*ssa.Alloc); !plain {
			w.given = w.given || st.Addr == v // the whole request is replaced
		}
		return
	}
	a, ok := st.Addr.(*ssa.Alloc)
	if !ok {
		w.given = true // kept: others may see to it
		return
	}
	uses := w.m.flow().cellUses(a)
	if uses.leaks || len(uses.fills) > 0 {
		w.given = true
	}
	for _, load := range uses.loads {
		w.follow(load)
	}
}

func (w *requestUse) call(v ssa.Value, call ssa.CallInstruction) {
	common := call.Common()
	lib := library.FuncOf(calleeOf(common))
	switch {
	case lib != nil && lib.NewRequest != nil && lib.NewRequest.From != nil && argAt(common, lib.NewRequest.From) == v:
		if lib.NewRequest.Ctx != nil {
			w.given = true
			return
		}
		w.follow(call.Value())
		return
	case lib != nil && lib.Send != nil:
		w.sent = call.Pos()
		return
	case takesContext(common):
		w.given = true
		return
	}
	for _, s := range w.m.Sends() {
		if s.Call == call && !s.Wrapper {
			w.sent = call.Pos()
			return
		}
	}
	fn := staticCallee(common)
	if fn == nil || fn.Blocks == nil {
		if givesRequest(common.Signature()) || common.StaticCallee() == nil && !common.IsInvoke() {
			w.given = true
		}
		return
	}
	for i, p := range fn.Params {
		if argument(call, i) == v {
			in := w.returned
			w.follow(p)
			w.returned = in // what the callee returns is followed below
		}
	}
	if givesRequest(common.Signature()) {
		w.follow(call.Value())
	}
}

// givesRequest reports whether a function returns a request.
func givesRequest(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if t := library.TypeOf(v.Type()); t != nil && t.Kind == "request" {
			return true
		}
	}
	return false
}

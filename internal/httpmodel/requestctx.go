package httpmodel

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// requestContexts says which contexts a request may carry.
type requestContexts struct {
	values  []ssa.Value           // contexts that it is given
	without []ssa.CallInstruction // calls that make it, or send it, with none
	unknown bool                  // it may carry others
}

// contexts returns the contexts that the request may carry.
func (s *Send) contexts() requestContexts {
	var c requestContexts
	common := s.Call.Common()
	if s.Lib == nil || s.Lib.Send == nil {
		if s.Request == nil {
			return requestContexts{unknown: true}
		}
		s.model.contextsOf(s.Request, &c, map[ssa.Value]bool{})
		return c
	}
	send := s.Lib.Send
	switch {
	case send.Ctx != nil:
		c.values = append(c.values, argAt(common, send.Ctx))
	case s.Request != nil:
		s.model.contextsOf(s.Request, &c, map[ssa.Value]bool{})
	case send.Request != nil:
		s.model.builderContexts(argAt(common, send.Request), &c)
	default:
		c.without = append(c.without, s.Call)
	}
	return c
}

// contextsOf goes back from a request to what it was made with.
func (m *Model) contextsOf(request ssa.Value, c *requestContexts, seen map[ssa.Value]bool) {
	if request == nil || seen[request] {
		return
	}
	seen[request] = true
	for _, o := range m.Origins(request) {
		if o.Kind == OriginConst {
			continue // nil, beside an error
		}
		if o.Kind != OriginCall {
			c.unknown = true
			continue
		}
		lib := library.FuncOf(CalleeObject(o.Call))
		switch {
		case lib == nil || lib.NewRequest == nil:
			c.unknown = true
		case lib.NewRequest.Ctx != nil:
			c.values = append(c.values, argAt(o.Call.Common(), lib.NewRequest.Ctx))
		case lib.NewRequest.From != nil:
			m.contextsOf(argAt(o.Call.Common(), lib.NewRequest.From), c, seen)
		default:
			c.without = append(c.without, o.Call)
		}
	}
}

// builderContexts goes back from a library's own request to the client.
func (m *Model) builderContexts(v ssa.Value, c *requestContexts) {
	for range 24 {
		call, ok := v.(*ssa.Call)
		if !ok {
			c.unknown = true
			return
		}
		for _, ref := range *call.Referrers() {
			set, ok := ref.(*ssa.Call)
			if !ok || receiver(&set.Call) != ssa.Value(call) {
				continue
			}
			if lib := library.FuncOf(calleeOf(&set.Call)); lib != nil && lib.NewRequest != nil && lib.NewRequest.Ctx != nil {
				c.values = append(c.values, argAt(&set.Call, lib.NewRequest.Ctx))
				return
			}
		}
		recv := receiver(&call.Call)
		if recv == nil {
			c.unknown = true
			return
		}
		if isClient(recv.Type()) {
			c.without = append(c.without, call)
			return
		}
		v = recv
	}
	c.unknown = true
}

// neverEnds reports whether a context can be a root one, with no deadline on
// the way.
func (m *Model) neverEnds(ctx ssa.Value, seen map[ssa.Value]bool) bool {
	if ctx == nil || seen[ctx] {
		return false
	}
	seen[ctx] = true
	for _, o := range m.Origins(ctx) {
		if o.Kind != OriginCall {
			continue
		}
		callee := CalleeObject(o.Call)
		lib := library.FuncOf(callee)
		switch {
		case lib == nil:
		case lib.Context == "root":
			return true
		case lib.Context == "value" && m.neverEnds(o.Call.Common().Args[0], seen):
			return true
		}
	}
	return false
}

// contextParam returns the parameter of a function, or of one around it, that
// is a context; nil where there is none or it is not named.
func contextParam(fn *ssa.Function) *ssa.Parameter {
	for ; fn != nil; fn = fn.Parent() {
		for _, p := range fn.Params {
			if isContextType(p.Type()) {
				if p.Name() == "_" || p.Name() == "" {
					return nil
				}
				return p
			}
		}
	}
	return nil
}

func isContextType(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Context" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context"
}

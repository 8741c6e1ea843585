package httpmodel

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// An UnlimitedBody is a place where a receiver of webhooks reads the whole
// body of a request, however long it is.
type UnlimitedBody struct {
	Pos  token.Pos
	What string    // the function that reads
	Hook *Webhook  // why it is a webhook's body
	Body token.Pos // where the body is taken from the request
	// Writer is the name of the writer of the function that reads, or "".
	Writer string
}

// UnlimitedBodies returns such places, in source order. It errs towards
// silence: a limit anywhere on the way, also in middleware of the package,
// counts, and so does a framework's.
func (m *Model) UnlimitedBodies() []UnlimitedBody {
	if m.Empty() || m.limitsAll() {
		return nil
	}
	s := &bodySearch{m: m, hooks: map[*ssa.Function]*Webhook{}}
	var list []UnlimitedBody
	for _, fn := range m.SSA().Funcs {
		if m.skipsTest(fn) {
			continue
		}
		for call := range lazyssa.Each[*ssa.Call](fn) {
			body, ok := s.unlimited(call)
			if !ok {
				continue
			}
			if hook := s.hookAround(fn, 0); hook != nil {
				list = append(list, UnlimitedBody{call.Pos(), CalleeObject(call).Name(), hook, body, writerOf(fn)})
			}
		}
	}
	slices.SortFunc(list, func(a, b UnlimitedBody) int { return int(a.Pos - b.Pos) })
	return list
}

// limitsAll reports whether the package limits the bodies of all requests, or
// of those that come through a router.
func (m *Model) limitsAll() bool {
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		fn := CalleeObject(call)
		if fn != nil && fn.Pkg() != nil && slices.Contains(handlerData().Limiters, fn.Pkg().Path()+"."+fn.Name()) {
			return true
		}
	}
	return false
}

func writerOf(fn *ssa.Function) string {
	for _, p := range fn.Params {
		if isNamed(p.Type(), "net/http", "ResponseWriter") && p.Name() != "_" {
			return p.Name()
		}
	}
	return ""
}

type bodySearch struct {
	m     *Model
	hooks map[*ssa.Function]*Webhook
}

// hookAround returns the evidence that a function, or one that calls it,
// receives webhooks.
func (s *bodySearch) hookAround(fn *ssa.Function, depth int) *Webhook {
	if hook, ok := s.hooks[fn]; ok || depth > 3 {
		return hook
	}
	s.hooks[fn] = nil
	hook := s.hookOf(fn)
	calls, _ := s.m.Callers(fn)
	for _, call := range calls {
		if hook == nil {
			hook = s.hookAround(call.Parent(), depth+1)
		}
	}
	s.hooks[fn] = hook
	return hook
}

func (s *bodySearch) hookOf(fn *ssa.Function) *Webhook {
	for _, h := range s.m.Handlers() {
		if h.fn == fn {
			return h.Webhook()
		}
	}
	if !hasRequest(fn) {
		return nil
	}
	found, _ := httpfacts.FindWebhook(fn)
	if found == nil {
		return nil
	}
	return &Webhook{Vendor: found.Vendor, Why: found.Why, Pos: found.Pos}
}

// unlimited reports whether a call reads the body of an inbound request that
// nothing limits, and returns where the body is taken from the request.
func (s *bodySearch) unlimited(call *ssa.Call) (token.Pos, bool) {
	f := s.m.lib.FuncOf(CalleeObject(call))
	if f == nil || f.Read == nil || !f.Read.Drains && f.Decode == nil || f.Webhook != nil || s.discards(call, f.Read) {
		return token.NoPos, false // a vendor's library may have a limit
	}
	from := argAt(&call.Call, f.Read.From)
	switch {
	case from == nil || isNamed(from.Type(), "net/http", "Request"):
		return token.NoPos, false // forms have a limit of their own
	case httpfacts.IsInbound(from.Type()):
		return from.Pos(), !limitsBodies(from.Type()) && s.m.fromInbound(from, 0)
	}
	w := &inboundWalk{m: s.m, reader: call.Parent(), seen: map[ssa.Value]bool{}}
	w.walk(from)
	return w.body, w.body.IsValid() && !w.limited
}

// limitsBodies reports whether a framework has a limit unless it is told otherwise.
func limitsBodies(inbound types.Type) bool { return frameworkOf(inbound) == "fiber" }

// discards reports whether a read only empties the body.
func (s *bodySearch) discards(call *ssa.Call, read *library.Read) bool {
	into := argAt(&call.Call, read.Into)
	if into == nil {
		return false
	}
	for _, o := range s.m.Origins(into) {
		if o.Kind == OriginGlobal && o.Value.Name() == "Discard" {
			return true
		}
	}
	return false
}

// An inboundWalk goes back from what is read to the bodies that it may be.
type inboundWalk struct {
	m       *Model
	reader  *ssa.Function // the function that reads
	seen    map[ssa.Value]bool
	body    token.Pos // where an inbound request's body is taken
	limited bool      // it has a limit, or is something that is not seen
}

func (w *inboundWalk) walk(v ssa.Value) {
	if v == nil || w.seen[v] {
		return
	}
	w.seen[v] = true
	for _, o := range w.m.Origins(v) {
		switch o.Kind {
		case OriginField:
			if o.Field.Name() != "Body" || !isNamed(o.Base.Type(), "net/http", "Request") || !w.m.fromInbound(o.Base, 0) {
				w.limited = true
				continue
			}
			w.body = o.Pos()
		case OriginCall:
			w.wrapped(o)
		case OriginParam, OriginConst, OriginFilled:
			// whoever calls it from elsewhere; no body at all; a decoder fills no
			// body, though it may fill what has a request
		default:
			w.limited = true
		}
	}
}

// wrapped goes on at what a reader is made over. Requests are given a limit by
// a store to their body: it counts where the reading function is on its way.
func (w *inboundWalk) wrapped(o Origin) {
	f := w.m.lib.FuncOf(CalleeObject(o.Call))
	switch {
	case f != nil && f.Wrap != nil && f.Wrap.Limit != nil:
		w.limited = w.limited || w.matters(o.Call.Parent())
		w.walk(argAt(o.Call.Common(), f.Wrap.From))
	case f != nil && f.Wrap != nil && f.Wrap.From != nil:
		w.walk(argAt(o.Call.Common(), f.Wrap.From))
	case isTextReader(CalleeObject(o.Call)):
		// put back after it was read
	default:
		w.limited = w.limited || w.matters(o.Call.Parent())
	}
}

// matters reports whether a limit that is set in a function holds for the one
// that reads: only another handler's does not.
func (w *inboundWalk) matters(fn *ssa.Function) bool {
	if fn == w.reader || !httpfacts.HasWriter(fn.Signature) || fn.Parent() != nil {
		return true
	}
	if calls, _ := w.m.Callers(fn); len(calls) > 0 {
		return true // a helper
	}
	return w.m.reaches(fn, func(call ssa.CallInstruction) bool { return staticCallee(call.Common()) == w.reader })
}

package httpmodel

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// An Endless is a client without a timeout.
type Endless struct {
	Pos token.Pos
	// Sends are the requests that go through it and that nothing else bounds:
	// the proof. There are none where the client only goes to others.
	Sends []*Send
	How   EndlessKind
}

// An EndlessKind says what an [Endless] is.
type EndlessKind int

const (
	EndlessBuilt    EndlessKind = iota // a client that is built at Pos
	EndlessDefault                     // net/http's (or another library's) default client
	EndlessReturned                    // a client that a function made for others returns
)

// EndlessClients returns the clients that can wait for an answer for ever:
// neither they nor their transports have a timeout, and requests go through
// them with no deadline; or others get them.
func (m *Model) EndlessClients() []Endless {
	if m.Empty() {
		return nil
	}
	m.clients.mu.Lock()
	defer m.clients.mu.Unlock()
	found := map[token.Pos]*Endless{}
	var order []token.Pos
	add := func(pos token.Pos, how EndlessKind, s *Send) {
		e := found[pos]
		if e == nil {
			e = &Endless{Pos: pos, How: how}
			found[pos] = e
			order = append(order, pos)
		}
		if s != nil {
			e.Sends = append(e.Sends, s)
		}
	}
	own := map[token.Pos]bool{} // clients that the package itself sends through
	for _, s := range m.Sends() {
		if s.Wrapper || s.Opaque || s.Lib == nil || s.Lib.Send == nil || m.skipsTest(outermost(s.Fn)) {
			continue
		}
		for _, o := range s.clientOrigins() {
			own[o.pos] = true
		}
		if s.Lib.Send.Timeout != nil || s.streams() {
			continue
		}
		c := s.contexts()
		way := endlessWay{fn: outermost(s.Fn), contexts: c.values, none: len(c.without) > 0}
		for _, o := range m.endless(s.originsIn(way.fn), way, 0) {
			pos, how := o.pos, EndlessBuilt
			if o.dflt {
				how = EndlessDefault
			}
			if !pos.IsValid() {
				pos = s.Pos()
			}
			add(pos, how, s)
		}
	}
	m.givenAway(func(pos token.Pos, how EndlessKind) {
		if found[pos] == nil && !own[pos] { // how others send is not seen; how the package does is
			add(pos, how, nil)
		}
	})
	var list []Endless
	for _, pos := range order {
		list = append(list, *found[pos])
	}
	return list
}

// An endlessWay is a way to a request: a function, and the contexts that it
// sends with, seen from there.
type endlessWay struct {
	fn       *ssa.Function
	contexts []ssa.Value
	none     bool // or with none at all
}

const maxEndlessDepth = 4

// endless returns those of a request's clients that have no timeout and send
// without a deadline. Where both the client and the context are parameters,
// the two are those of the same call.
func (m *Model) endless(origins []clientOrigin, way endlessWay, depth int) []clientOrigin {
	never := way.none
	for _, v := range way.contexts {
		never = never || m.neverEnds(v, map[ssa.Value]bool{})
	}
	if !never {
		return nil
	}
	var list, open []clientOrigin
	for _, o := range origins {
		switch {
		case o.Timeout()&saysParam != 0:
			open = append(open, o)
		case o.Timeout() == saysNo && !m.ofUnusedOption(o.fn):
			list = append(list, o)
		}
	}
	if len(open) == 0 || depth > maxEndlessDepth {
		return list
	}
	calls, _ := m.flow().callers(way.fn)
	for _, call := range calls {
		up := endlessWay{fn: outermost(call.Parent()), none: way.none}
		for _, v := range way.contexts {
			if p, ok := v.(*ssa.Parameter); ok && p.Parent() == way.fn {
				v = argument(call, paramIndex(p))
			}
			up.contexts = append(up.contexts, v)
		}
		e := m.clientEval(up.fn)
		for _, o := range open {
			list = append(list, m.endless(e.given(o, call), up, depth+1)...)
		}
	}
	return list
}

// given returns the origins of a client that a callee leaves to its
// parameters: where what is passed comes from.
func (e *clientEval) given(o clientOrigin, call ssa.CallInstruction) []clientOrigin {
	if o.Says[traitTimeout] != saysParam {
		return []clientOrigin{e.filled(o, call)} // a new client over what is passed
	}
	var list []clientOrigin
	for i := range 32 {
		if o.Params&(1<<i) != 0 {
			list = append(list, e.value(argument(call, i))...)
		}
	}
	return list
}

// givenAway finds clients without a timeout that others get: those that
// exported functions return, and the default client where it is kept.
func (m *Model) givenAway(add func(token.Pos, EndlessKind)) {
	if m.pass.Pkg.Name() == "main" {
		return
	}
	for _, fn := range m.flow().funcs {
		if obj, ok := fn.Object().(*types.Func); ok && obj.Exported() && fn.Parent() == nil {
			for i := range obj.Signature().Results().Len() {
				if isNamed(obj.Signature().Results().At(i).Type(), "net/http", "Client") {
					m.returned(fn, i, add)
				}
			}
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				load, ok := instr.(*ssa.UnOp)
				if !ok || load.Op != token.MUL {
					continue
				}
				g, ok := load.X.(*ssa.Global)
				if !ok || !isDefaultClient(g) || !isKept(load, map[ssa.Value]bool{}) {
					continue
				}
				if pos := sourcePos(load); pos.IsValid() {
					add(pos, EndlessDefault)
				}
			}
		}
	}
}

// returned adds the clients that a function returns, if all that it returns
// have no timeout.
func (m *Model) returned(fn *ssa.Function, i int, add func(token.Pos, EndlessKind)) {
	origins := m.clientResult(fn, i)
	for _, o := range origins {
		if o.Timeout() != saysNo || o.dflt || !o.pos.IsValid() {
			return
		}
	}
	for _, o := range origins {
		add(o.pos, EndlessReturned)
	}
}

func isDefaultClient(g *ssa.Global) bool {
	v, ok := g.Object().(*types.Var)
	if !ok {
		return false
	}
	l := library.GlobalOf(v)
	return l != nil && l.Kind == "default-client"
}

// isKept reports whether a value is put into a field or variable, or given to
// a function of the package.
func isKept(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			switch ref.Addr.(type) {
			case *ssa.FieldAddr, *ssa.Global:
				if ref.Val == v {
					return true
				}
			}
		case *ssa.Phi:
			if isKept(ref, seen) {
				return true
			}
		case ssa.CallInstruction:
			callee := ref.Common().StaticCallee()
			if callee == nil || callee.Pkg != v.Parent().Pkg {
				continue
			}
			for i, arg := range ref.Common().Args {
				if arg == v && i < len(callee.Params) && isKept(callee.Params[i], seen) {
					return true
				}
			}
		}
	}
	return false
}

// sourcePos is the position of the expression that a value was read with.
func sourcePos(v ssa.Value) token.Pos {
	if v.Referrers() != nil {
		for _, ref := range *v.Referrers() {
			if d, ok := ref.(*ssa.DebugRef); ok && !d.IsAddr {
				return d.Expr.Pos()
			}
		}
	}
	return ValuePos(v)
}

// streams reports whether the answer may be long or without an end, so that a
// timeout of the client would cut it off: the body is read piece by piece,
// copied on or handed to the caller, or events are asked for. It errs on the
// side of yes.
func (s *Send) streams() bool {
	for _, row := range s.Play().Ends {
		if row.Flags&play.Closed != 0 {
			continue // nobody reads on
		}
		for _, v := range row.Results {
			if v.K == play.Resp || v.K == play.Body || v.K == play.Reader {
				return !s.decodedByCallers()
			}
		}
	}
	return streamsIn(outermost(s.Fn))
}

// decodedByCallers reports whether the function that hands the answer on is
// called in the package only by functions that do not stream it.
func (s *Send) decodedByCallers() bool {
	calls, _ := s.model.flow().callers(outermost(s.Fn))
	for _, call := range calls {
		if streamsIn(outermost(call.Parent())) {
			return false
		}
	}
	return len(calls) > 0 && !streamsIn(outermost(s.Fn))
}

func streamsIn(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, op := range instr.Operands(nil) {
				if *op == nil {
					continue
				}
				if text, ok := constString(*op); ok && (strings.Contains(text, "event-stream") || strings.Contains(text, "ndjson")) {
					return true
				}
			}
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			lib := library.FuncOf(calleeOf(call.Common()))
			if lib == nil {
				continue
			}
			if lib.Wrap != nil && lib.Wrap.Pieces {
				return true
			}
			if lib.Decode == nil && lib.Read != nil && lib.Read.Into != nil {
				into := argAt(call.Common(), lib.Read.Into)
				if !isDiscard(into) && !decodedElse(fn, into) {
					return true
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		if streamsIn(anon) {
			return true
		}
	}
	return false
}

// decodedElse reports whether a writer is one only if the caller's value
// happens to be: else the function decodes into that value, as clients of APIs
// with short answers do.
func decodedElse(fn *ssa.Function, writer ssa.Value) bool {
	asserted := asserted(writer)
	if asserted == nil {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if lib := library.FuncOf(calleeOf(call.Common())); lib != nil && lib.Decode != nil && argAt(call.Common(), lib.Decode.Into) == asserted {
				return true
			}
		}
	}
	return false
}

// asserted returns the value of an interface type that a value is taken from
// by a type assertion, or nil.
func asserted(v ssa.Value) ssa.Value {
	if e, ok := v.(*ssa.Extract); ok {
		v = e.Tuple
	}
	if a, ok := v.(*ssa.TypeAssert); ok {
		return a.X
	}
	return nil
}

// isDiscard reports whether a writer throws away or keeps in memory what it gets.
func isDiscard(v ssa.Value) bool {
	v = unwrapped(v)
	if v == nil {
		return false
	}
	if u, ok := v.(*ssa.UnOp); ok {
		if g, ok := u.X.(*ssa.Global); ok && g.Name() == "Discard" {
			return true
		}
	}
	return isNamed(v.Type(), "bytes", "Buffer") || isNamed(v.Type(), "strings", "Builder")
}

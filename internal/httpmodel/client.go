package httpmodel

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// A Client is what is known of the client or transport that sends a request.
type Client struct {
	// Retries says whether it repeats failed requests by itself.
	Retries Answer
	// Mixed says that it repeats where it comes from one place, and not where
	// it comes from another.
	Mixed bool
	// Bypassed says that it is the plain client inside a retrying one.
	Bypassed bool
	// Built are the places where a client that does not retry comes from.
	Built []token.Pos
	// Kept are the places where the field that holds it is set.
	Kept []token.Pos
	// Default says that every origin is net/http's default client.
	Default bool
	// Traits say how it behaves, whichever place it comes from.
	Traits Traits
}

// Client describes the client of a request.
func (s *Send) Client() Client {
	list := s.lockedOrigins()
	c := Client{Kept: s.kept()}
	yes, no, unknown, dflt, made := 0, 0, 0, 0, false
	for _, o := range list {
		c.Bypassed = c.Bypassed || o.by
		switch o.Retries().Answer() {
		case Yes:
			yes++
			// Made outside function literals: it is what the package uses
			// unless it is told otherwise.
			made = made || o.fn == nil || o.fn.Parent() == nil
		case No:
			switch {
			case o.dflt:
				dflt++
			case s.model.ofUnusedOption(o.fn):
				unknown++
			default:
				no++
				if o.pos.IsValid() {
					c.Built = append(c.Built, o.pos)
				}
			}
		default:
			unknown++
		}
	}
	c.Traits = joined(list)
	switch {
	case yes > 0 && no > 0:
		c.Mixed = made // an option that adds retries is its user's choice
	case yes > 0 && unknown == 0:
		c.Retries = Yes
	case no+dflt > 0 && unknown == 0 && yes == 0:
		c.Retries = No
	}
	c.Default = dflt > 0 && no == 0
	return c
}

// ofUnusedOption reports whether a function is a literal that a function of the
// package returns which the package never calls: an option for its users.
func (m *Model) ofUnusedOption(fn *ssa.Function) bool {
	if fn == nil || fn.Parent() == nil || calledAtOnce(fn) {
		return false
	}
	maker := outermost(fn)
	return len(m.flow().calls[maker]) == 0 && !m.flow().asValue[maker] && maker.Name() != "init"
}

// lockedOrigins is clientOrigins for the checks, which run at the same time.
func (s *Send) lockedOrigins() []clientOrigin {
	s.model.clients.mu.Lock()
	defer s.model.clients.mu.Unlock()
	return s.clientOrigins()
}

// clientOrigins returns the places that the client of a request comes from.
func (s *Send) clientOrigins() []clientOrigin { return s.originsIn(nil) }

// originsIn is clientOrigins with the parameters of a function left open.
func (s *Send) originsIn(scope *ssa.Function) []clientOrigin {
	common := s.Call.Common()
	e := s.model.clientEval(scope)
	if s.Lib == nil || s.Lib.Send == nil {
		recv := receiver(common)
		if s.Callee == nil || recv == nil || !common.IsInvoke() {
			return unknownClient(nil) // a function value, a wrapper
		}
		return e.value(recv) // an interface with the shape of a client
	}
	send := s.Lib.Send
	switch {
	case send.ClientA != nil:
		return e.sender(argAt(common, send.ClientA), send)
	case send.Client == "default":
		o := clientOrigin{Traits: plainClient(), dflt: true}
		if send.Retries {
			o.Says[traitRetries], o.Says[traitWrites] = saysYes, saysYes
		}
		return []clientOrigin{o}
	case send.Client == "recv":
		return e.sender(receiver(common), send)
	case send.Client == "request":
		return e.builder(receiver(common))
	}
	return unknownClient(nil)
}

// sender is the client of a call that may retry by itself.
func (e *clientEval) sender(v ssa.Value, send *library.Send) []clientOrigin {
	list := e.value(v)
	typ := e.m.lib.TypeOf(v.Type())
	if !send.Retries && (typ == nil || !typ.Retries) {
		return list
	}
	for i := range list {
		if list[i].Says[traitRetries] != saysYes {
			list[i].Says[traitRetries], list[i].Says[traitWrites] = saysYes, saysUnknown
		}
	}
	return list
}

// builder goes back from a library's own request to the client that made it.
func (e *clientEval) builder(v ssa.Value) []clientOrigin { return e.builderAt(v, 0) }

func (e *clientEval) builderAt(v ssa.Value, depth int) []clientOrigin {
	var told requestTold
	for range 24 {
		call, ok := v.(*ssa.Call)
		if !ok {
			break
		}
		lib := e.m.lib.FuncOf(calleeOf(&call.Call))
		if fn := staticCallee(&call.Call); lib == nil && fn != nil && fn.Blocks != nil && depth < maxInside {
			return told.to(e.builtBy(fn, depth))
		}
		recv := receiver(&call.Call)
		if recv == nil {
			break
		}
		if lib != nil && lib.Client != nil {
			told.by(call, lib.Client, recv)
		}
		if t := e.m.lib.TypeOf(recv.Type()); t != nil && t.Kind == "client" {
			return told.to(e.value(recv))
		}
		v = recv
	}
	list := unknownClient(v)
	if told.retries {
		list[0].Says[traitRetries] = saysYes
	}
	return list
}

// requestTold is what the calls that build a library's request change of how
// its client behaves.
type requestTold struct {
	retries              bool
	writes, raw, timeout Answers
}

// by notes one call; those nearer to the sending one come first and win.
func (t *requestTold) by(call *ssa.Call, c *library.Client, recv ssa.Value) {
	t.retries = t.retries || c.RetryCount != nil || c.RetryIf != nil
	if c.RetryCount != nil {
		t.writes = repeatsWrites(c)
	}
	if t.raw == 0 && c.Raw != nil {
		t.raw = isTold(argAt(&call.Call, c.Raw))
	}
	if t.timeout == 0 && c.Timeout != nil && !isClient(recv.Type()) {
		t.timeout = isSet(argAt(&call.Call, c.Timeout))
	}
}

// to returns the clients as the request has them behave.
func (t *requestTold) to(list []clientOrigin) []clientOrigin {
	for i := range list {
		says := &list[i].Says
		if t.retries {
			says[traitRetries] = saysYes
		}
		for trait, told := range map[Trait]Answers{traitWrites: t.writes, traitRaw: t.raw, traitTimeout: t.timeout} {
			if told != 0 {
				says[trait] = told
			}
		}
	}
	return list
}

// builtBy goes back from the requests that a function of the package returns.
func (e *clientEval) builtBy(fn *ssa.Function, depth int) []clientOrigin {
	var list []clientOrigin
	for ret := range lazyssa.Each[*ssa.Return](fn) {
		if len(ret.Results) > 0 && !isNothing(ret.Results[0]) {
			list = append(list, e.builderAt(ret.Results[0], depth+1)...)
		}
	}
	if len(list) == 0 {
		return unknownClient(nil)
	}
	return list
}

// ClientField returns the field that holds the client which sends, or nil.
func (s *Send) ClientField() *types.Var {
	client := receiver(s.Call.Common())
	if s.Lib != nil && s.Lib.Send != nil && s.Lib.Send.Client == "request" {
		client = requestMaker(client)
	}
	load, ok := client.(*ssa.UnOp)
	if !ok {
		return nil
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return nil
	}
	p, ok := fa.X.Type().Underlying().(*types.Pointer)
	if !ok {
		return nil
	}
	st, ok := p.Elem().Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	return st.Field(fa.Field)
}

// requestMaker goes back from a library's request to the client that made it.
func requestMaker(v ssa.Value) ssa.Value {
	for range 24 {
		call, ok := v.(*ssa.Call)
		if !ok {
			break
		}
		if fn := staticCallee(&call.Call); fn != nil && fn.Blocks != nil && library.FuncOf(calleeOf(&call.Call)) == nil {
			for ret := range lazyssa.Each[*ssa.Return](fn) {
				if len(ret.Results) > 0 {
					v = ret.Results[0]
				}
			}
			continue
		}
		recv := receiver(&call.Call)
		if recv == nil {
			break
		}
		v = recv
	}
	return v
}

// kept returns the places where the field that holds the client is set.
func (s *Send) kept() []token.Pos {
	field := s.ClientField()
	if field == nil {
		return nil
	}
	var list []token.Pos
	stores, _ := s.model.FieldStores(field)
	for _, store := range stores {
		if store.Pos().IsValid() && len(list) < 4 {
			list = append(list, store.Pos())
		}
	}
	return list
}

func resultType(c *ssa.CallCommon) types.Type {
	if r := c.Signature().Results(); r.Len() > 0 {
		return r.At(0).Type()
	}
	return types.Typ[types.Invalid]
}

// storesOf returns what is stored to a field of an object where it is made.
func storesOf(a *ssa.Alloc, field int) []ssa.Value {
	var list []ssa.Value
	for _, ref := range *a.Referrers() {
		fa, ok := ref.(*ssa.FieldAddr)
		if !ok || fa.Field != field {
			continue
		}
		for _, use := range *fa.Referrers() {
			if st, ok := use.(*ssa.Store); ok && st.Addr == fa {
				list = append(list, st.Val)
			}
		}
	}
	return list
}

// sends reports whether a type is a client or transport, or an interface with
// RoundTrip or Do.
func sends(t types.Type) bool {
	if typ := library.TypeOf(t); typ != nil && (typ.Kind == "client" || typ.Kind == "transport") {
		return true
	}
	i, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for m := range i.Methods() {
		if m.Name() == "RoundTrip" || m.Name() == "Do" {
			return true
		}
	}
	return false
}

// Repeats returns the outcomes after which a function of the package sends
// again, and whether that is known.
func (m *Model) Repeats(fn *types.Func) (play.Outcomes, bool) {
	return m.repeats(func(s *Send) bool { return outermost(s.Fn).Object() == types.Object(fn.Origin()) })
}

// repeats returns the outcomes after which some of the requests are sent
// again, and whether that is known.
func (m *Model) repeats(of func(*Send) bool) (play.Outcomes, bool) {
	var retried play.Outcomes
	found := false
	for _, s := range m.Sends() {
		if !of(s) {
			continue
		}
		found = true
		r := s.Play()
		if r.Overflow {
			return 0, false
		}
		for _, e := range r.Ends {
			if e.Kind == play.Repeats {
				retried |= e.Out
			}
		}
		if s.Table != nil && !s.throughValue() { // which function it is depends on the caller
			retried |= s.Table.Retried
		}
	}
	return retried, found
}

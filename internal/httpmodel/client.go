package httpmodel

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

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
func (e *clientEval) builder(v ssa.Value) []clientOrigin {
	retries := false
	var writes, raw, timeout Answers
	for range 24 {
		call, ok := v.(*ssa.Call)
		if !ok {
			break
		}
		lib := e.m.lib.FuncOf(calleeOf(&call.Call))
		recv := receiver(&call.Call)
		if recv == nil {
			break
		}
		if lib != nil && lib.Client != nil {
			retries = retries || lib.Client.RetryCount != nil || lib.Client.RetryIf != nil
			if lib.Client.RetryCount != nil {
				writes = repeatsWrites(lib.Client)
			}
			if raw == 0 && lib.Client.Raw != nil {
				raw = isTold(argAt(&call.Call, lib.Client.Raw))
			}
			if timeout == 0 && lib.Client.Timeout != nil && !isClient(recv.Type()) {
				timeout = isSet(argAt(&call.Call, lib.Client.Timeout))
			}
		}
		if t := e.m.lib.TypeOf(recv.Type()); t != nil && t.Kind == "client" {
			list := e.value(recv)
			for i := range list {
				if retries {
					list[i].Says[traitRetries] = saysYes
				}
				if writes != 0 {
					list[i].Says[traitWrites] = writes
				}
				if raw != 0 {
					list[i].Says[traitRaw] = raw
				}
				if timeout != 0 {
					list[i].Says[traitTimeout] = timeout
				}
			}
			return list
		}
		v = recv
	}
	list := unknownClient(v)
	if retries {
		list[0].Says[traitRetries] = saysYes
	}
	return list
}

// ClientField returns the field that holds the client which sends, or nil.
func (s *Send) ClientField() *types.Var {
	load, ok := receiver(s.Call.Common()).(*ssa.UnOp)
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

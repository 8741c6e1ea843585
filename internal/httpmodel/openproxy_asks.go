package httpmodel

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// around returns the functions that run before a handler: middleware that it
// is wrapped in, or that its router uses.
func (m *Model) around(h *Handler) []*ssa.Function {
	var list []*ssa.Function
	for call := range lazyssa.Each[ssa.CallInstruction](m.flow().funcs...) {
		for _, w := range m.wrappersIn(call) {
			if w.fn != nil && w.fn != h.fn && (w.all || slices.Contains(w.wrapped, h.fn)) && !slices.Contains(list, w.fn) {
				list = append(list, w.fn)
			}
		}
	}
	return list
}

// A wrapper is a handler that runs others.
type wrapper struct {
	fn      *ssa.Function // nil where it is another package's
	name    string
	all     bool // whatever the router is asked for
	wrapped []*ssa.Function
}

// wrappersIn returns the middleware that a call puts around handlers: it is
// used by a router, or it is made of a handler or a router.
func (m *Model) wrappersIn(call ssa.CallInstruction) []wrapper {
	common := call.Common()
	name := calleeName(call)
	if name == "Use" {
		var list []wrapper
		for _, arg := range common.Args {
			for _, v := range append(variadic(arg), arg) {
				if v == nil {
					continue
				}
				made, isCall := v.(*ssa.Call)
				if isCall {
					list = append(list, wrapper{name: calleeName(made), all: true})
				}
				m.handledBy(v, 0, func(fn *ssa.Function) {
					for _, f := range append([]*ssa.Function{fn}, fn.AnonFuncs...) {
						list = append(list, wrapper{fn: f, name: fn.Name(), all: true})
					}
				})
				if isCall {
					for _, fn := range madeBy(made) {
						list = append(list, wrapper{fn: fn, name: calleeName(made), all: true})
					}
				}
			}
		}
		return list
	}
	made, ok := call.(*ssa.Call)
	if ok && (name == "Group" || name == "With") {
		return m.groupWrappers(made)
	}
	if !ok || !isHandlerType(made.Type()) {
		return nil
	}
	w := wrapper{name: name}
	for _, arg := range common.Args {
		if t := routerType(arg); t {
			w.all = true
		}
		m.handledBy(arg, 0, func(fn *ssa.Function) { w.wrapped = append(w.wrapped, fn) })
	}
	if !w.all && len(w.wrapped) == 0 {
		return nil
	}
	fns := madeBy(made)
	if len(fns) == 0 {
		return []wrapper{w}
	}
	var list []wrapper
	for _, fn := range fns {
		w.fn = fn
		list = append(list, w)
	}
	return list
}

// groupWrappers returns the middleware that a group of routes is made with.
func (m *Model) groupWrappers(group *ssa.Call) []wrapper {
	var wrapped []*ssa.Function
	m.routedBy(group, 0, func(fn *ssa.Function) { wrapped = append(wrapped, fn) })
	if len(wrapped) == 0 {
		return nil
	}
	var list []wrapper
	for _, arg := range group.Call.Args {
		for _, v := range variadic(arg) {
			made, isCall := v.(*ssa.Call)
			if change, ok := v.(*ssa.ChangeType); ok {
				made, isCall = change.X.(*ssa.Call)
			}
			if isCall {
				list = append(list, wrapper{name: calleeName(made), wrapped: wrapped})
				for _, fn := range madeBy(made) {
					list = append(list, wrapper{fn: fn, name: calleeName(made), wrapped: wrapped})
				}
				continue
			}
			if v != nil {
				m.handledBy(v, 0, func(fn *ssa.Function) {
					for _, f := range append([]*ssa.Function{fn}, fn.AnonFuncs...) {
						list = append(list, wrapper{fn: f, name: fn.Name(), wrapped: wrapped})
					}
				})
			}
		}
	}
	return list
}

// routedBy calls add for the handlers that a group of routes gets, also those
// of groups in it.
func (m *Model) routedBy(group ssa.Value, depth int, add func(*ssa.Function)) {
	if group.Referrers() == nil || depth > maxInside {
		return
	}
	for _, ref := range *group.Referrers() {
		call, ok := ref.(*ssa.Call)
		if !ok || receiver(&call.Call) != group {
			continue
		}
		if name := calleeName(call); name == "Group" || name == "With" {
			m.routedBy(call, depth+1, add)
			continue
		}
		for _, arg := range call.Call.Args {
			for _, v := range append(variadic(arg), arg) {
				if v != nil {
					m.handledBy(v, 0, add)
				}
			}
		}
	}
}

// madeBy returns the functions that a constructor of middleware returns, or
// returns the maker of.
func madeBy(call *ssa.Call) []*ssa.Function {
	fn := staticCallee(call.Common())
	if fn == nil || fn.Blocks == nil {
		return nil
	}
	list := slices.Clone(fn.AnonFuncs)
	for _, anon := range fn.AnonFuncs {
		list = append(list, anon.AnonFuncs...)
	}
	return list
}

// isHandlerType reports whether a value of a type can be registered as a handler.
func isHandlerType(t types.Type) bool {
	if isNamed(t, "net/http", "Handler") || isNamed(t, "net/http", "HandlerFunc") {
		return true
	}
	sig, ok := t.Underlying().(*types.Signature)
	return ok && sig.Params().Len() > 0 && sig.Params().Len() < 3
}

// routerType reports whether an argument is a router.
func routerType(v ssa.Value) bool {
	typ := library.TypeOf(unwrapped(v).Type())
	return typ != nil && typ.Kind == "router"
}

// calleeName is [calledName], or the name of the field of a struct value that
// holds a function.
func calleeName(call ssa.CallInstruction) string {
	if name := calledName(call.Common()); name != "" {
		return name
	}
	if v, ok := call.Common().Value.(*ssa.Field); ok {
		return structField(v.X.Type(), v.Field).Name()
	}
	return ""
}

// asks reports whether a name says that somebody is asked who he is.
func asks(name string) bool {
	return hasWord(name, handlerData().Asks)
}

// asksAround reports whether middleware around a handler, or around all of
// them, asks by its name.
func (m *Model) asksAround(h *Handler) bool {
	for call := range lazyssa.Each[ssa.CallInstruction](m.flow().funcs...) {
		for _, w := range m.wrappersIn(call) {
			if asks(w.name) && (w.all || h != nil && slices.Contains(w.wrapped, h.fn)) {
				return true
			}
		}
	}
	return false
}

// asksWho reports whether there is any sign that a handler, or what runs before
// it, looks at who sends the request.
func (m *Model) asksWho(h *Handler, fns []*ssa.Function) bool {
	if m.asksAround(h) {
		return true
	}
	for _, fn := range fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case ssa.CallInstruction:
					if m.asksIn(instr) {
						return true
					}
				case *ssa.BinOp:
					if instr.Op == token.EQL || instr.Op == token.NEQ {
						if m.comparesSecret(instr.X, instr.Y) || m.comparesSecret(instr.Y, instr.X) {
							return true
						}
					}
				case *ssa.FieldAddr:
					if isNamed(instr.X.Type(), "net/http", "Request") && structField(instr.X.Type(), instr.Field).Name() == "TLS" {
						return true
					}
				}
			}
		}
	}
	return false
}

// asksIn reports whether a call looks at the sender: it checks a signature or
// a token, reads a cookie or what a middleware found out, or is called for it.
func (m *Model) asksIn(call ssa.CallInstruction) bool {
	callee := CalleeObject(call)
	lib := library.FuncOf(callee)
	if lib != nil && (lib.JWT != nil || lib.Webhook != nil) {
		return true
	}
	if callee != nil && callee.Pkg() != nil {
		switch callee.FullName() {
		case "crypto/subtle.ConstantTimeCompare", "crypto/hmac.Equal", "(*net/http.Request).Cookie", "(*net/http.Request).Cookies",
			"(*net/http.Request).BasicAuth", "(context.Context).Value":
			return true
		}
	}
	name := calleeName(call)
	switch name {
	case "Cookie", "BasicAuth":
		return true
	}
	if isAuthRead(call) && m.isJudged(call.Value(), 0) {
		return true
	}
	if asks(name) && slices.ContainsFunc(operandsOf(call), m.isInbound) {
		return true
	}
	return hasWord(name, handlerData().AsksRequest) && slices.ContainsFunc(operandsOf(call), isRequestItself)
}

func operandsOf(call ssa.CallInstruction) []ssa.Value {
	common := call.Common()
	if common.IsInvoke() {
		return append([]ssa.Value{common.Value}, common.Args...)
	}
	return common.Args
}

// isInbound reports whether a value is an inbound request, or a text of one.
func (m *Model) isInbound(v ssa.Value) bool {
	if isRequestItself(v) {
		return true
	}
	call, ok := v.(*ssa.Call)
	return ok && m.readsInbound(call)
}

func isRequestItself(v ssa.Value) bool {
	t := written(v).Type()
	return isNamed(t, "net/http", "Request") || frameworkRequest(t)
}

func frameworkRequest(t types.Type) bool {
	typ := library.TypeOf(t)
	return typ != nil && typ.Kind == "inbound" || slices.Contains(handlerData().Requests, namedKey(t))
}

// isAuthRead reports whether a call reads a header that carries a credential.
func isAuthRead(call ssa.CallInstruction) bool {
	if call.Value() == nil || !isString(call.Value().Type()) {
		return false
	}
	return slices.ContainsFunc(call.Common().Args, func(a ssa.Value) bool {
		name, ok := constString(a)
		return ok && (provider.IsCredentialHeader(name) || name == "Cookie")
	})
}

// isJudged reports whether a text decides something, or is given to code that
// may: more than being passed on as a header.
func (m *Model) isJudged(v ssa.Value, depth int) bool {
	if v == nil || v.Referrers() == nil || depth > 4 {
		return false
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.BinOp:
			if ref.Op == token.ADD {
				if m.isJudged(ref, depth+1) {
					return true
				}
				continue
			}
			if !comparedWithEmpty(ref) || endsEarly(ref) {
				return true
			}
		case *ssa.Phi:
			if m.isJudged(ref, depth+1) {
				return true
			}
		case ssa.CallInstruction:
			lib := library.FuncOf(CalleeObject(ref))
			if lib == nil || lib.SetHeader == nil && !lib.Log {
				return true
			}
		}
	}
	return false
}

// endsEarly reports whether an empty text ends the handler: the sender has to
// give something, though nobody may look at what.
func endsEarly(cond *ssa.BinOp) bool {
	for _, ref := range *cond.Referrers() {
		branch, ok := ref.(*ssa.If)
		if !ok {
			continue
		}
		for _, b := range branch.Block().Succs {
			if _, returns := b.Instrs[len(b.Instrs)-1].(*ssa.Return); returns {
				return true
			}
		}
	}
	return false
}

// comparesSecret reports whether one side is text of the inbound request and
// the other one the program's.
func (m *Model) comparesSecret(a, b ssa.Value) bool {
	call, ok := a.(*ssa.Call)
	if !ok || !isString(a.Type()) || !m.readsInbound(call) {
		return false
	}
	switch b := b.(type) {
	case *ssa.UnOp:
		return true
	case *ssa.Call:
		return isEnv(CalleeObject(b))
	case *ssa.Const:
		return readsOrigin(call) && !comparedWithEmptyText(b)
	case *ssa.Extract, *ssa.FreeVar, *ssa.Parameter:
		return true
	}
	return false
}

func comparedWithEmptyText(c *ssa.Const) bool {
	text, ok := constString(c)
	return ok && text == ""
}

// modifiesProxied reports whether a function changes the answers of a reverse
// proxy.
func (m *Model) modifiesProxied(fn *ssa.Function) bool {
	for st := range lazyssa.Each[*ssa.Store](m.flow().funcs...) {
		fa, ok := st.Addr.(*ssa.FieldAddr)
		if ok && isNamed(fa.X.Type(), "net/http/httputil", "ReverseProxy") && structField(fa.X.Type(), fa.Field).Name() == "ModifyResponse" && functionOf(st.Val) == fn {
			return true
		}
	}
	return false
}

// usedByAll reports whether a function is middleware that a router uses for all
// that it is asked for, or that is put around one.
func (m *Model) usedByAll(fn *ssa.Function) bool {
	for call := range lazyssa.Each[ssa.CallInstruction](m.flow().funcs...) {
		for _, w := range m.wrappersIn(call) {
			if w.fn == fn && w.all {
				return true
			}
		}
	}
	return false
}

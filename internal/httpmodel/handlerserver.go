package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// A Server is a place where a package serves HTTP with nothing that limits how
// long a client may take to send a request's header.
type Server struct {
	Pos    token.Pos // the literal, or the call of http.ListenAndServe
	Served token.Pos // the call that serves
	// Direct says that it is served by a package function that has no place
	// for timeouts.
	Direct bool
	// Certain says that its handler is known to be the package's own, or one
	// of webhooks: it is no redirect, challenge or test server.
	Certain bool
}

// UnboundedServers returns the servers that the package makes and serves
// without a read or header timeout. It errs towards silence: a server that is
// configured anywhere else, or listens on the loopback interface only, is not
// among them.
func (m *Model) UnboundedServers() []Server {
	if m.Empty() {
		return nil
	}
	var list []Server
	registers, hooks := m.registers(), m.hasWebhook()
	configured := m.serversConfigured()
	seen := map[ssa.Value]bool{}
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		f := m.lib.FuncOf(calleeOf(call.Common()))
		if f == nil || f.Serve == nil {
			continue
		}
		recv := receiver(call.Common())
		if f.Serve.Unbounded {
			if registers && !m.loopback(call.Common().Args) {
				list = append(list, Server{Pos: call.Pos(), Served: call.Pos(), Direct: true})
			}
			continue
		}
		if recv == nil || configured || m.loopback(call.Common().Args[1:]) {
			continue
		}
		for _, lit := range m.unboundedLiterals(recv) {
			if seen[lit] {
				continue
			}
			seen[lit] = true
			own, webhooks, others := m.served(lit)
			if !registers && !webhooks {
				continue
			}
			certain := (webhooks || own || hooks && !others) && !m.forTests()
			list = append(list, Server{Pos: ValuePos(lit), Served: call.Pos(), Certain: certain})
		}
	}
	return list
}

// registers reports whether the package has handlers or registers some.
func (m *Model) registers() bool {
	for _, h := range m.Handlers() {
		if !h.Helper {
			return true
		}
	}
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		if f := m.lib.FuncOf(calleeOf(call.Common())); f != nil && f.Route != nil {
			return true
		}
	}
	return false
}

// forTests reports whether the package helps tests: its servers live as long
// as one test.
func (m *Model) forTests() bool {
	for _, imp := range m.pass.Pkg.Imports() {
		if imp.Path() == "testing" || imp.Path() == "net/http/httptest" {
			return true
		}
	}
	return false
}

// hasWebhook reports whether the package has a handler of webhooks.
func (m *Model) hasWebhook() bool {
	for _, h := range m.Handlers() {
		if !h.Helper && h.Webhook() != nil {
			return true
		}
	}
	return false
}

// served tells what the handler of a server made here is: one that routes are
// registered at in the package, one known to serve webhooks, or one that
// another module's function made of nothing of the package's.
func (m *Model) served(lit *ssa.Alloc) (own, webhooks, others bool) {
	var handler ssa.Value
	for _, ref := range *lit.Referrers() {
		addr, ok := ref.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		if t := m.lib.TypeOf(lit.Type()); t == nil || t.Fields[fieldName(addr)] != "handler" {
			continue
		}
		for _, use := range *addr.Referrers() {
			if st, ok := use.(*ssa.Store); ok && st.Addr == addr {
				handler = st.Val
			}
		}
	}
	routers, byDefault := m.routers()
	if c, ok := handler.(*ssa.Const); handler == nil || ok && c.Value == nil {
		return byDefault, false, false
	}
	return m.servedBy(handler, routers, 0)
}

func (m *Model) servedBy(handler ssa.Value, routers map[ssa.Value]bool, depth int) (own, webhooks, others bool) {
	for _, o := range m.Origins(handler) {
		if routers[o.Value] {
			own = true
		}
		if fn, ok := o.Value.(*ssa.Function); ok && fn.Syntax() != nil {
			own = true
		}
		call, ok := o.Value.(*ssa.Call)
		if !ok {
			call, ok = o.Call.(*ssa.Call)
		}
		if !ok {
			continue
		}
		callee := calleeOf(call.Common())
		if callee != nil && m.facts.Work != nil && m.facts.Work.ServesWebhooks(callee) {
			webhooks = true
		}
		others = others || callee != nil && callee.Pkg() != m.pass.Pkg
		if depth > 3 {
			continue
		}
		for _, arg := range call.Call.Args {
			if m.lib.TypeOf(arg.Type()) == nil && !types.IsInterface(arg.Type()) {
				continue
			}
			a, b, _ := m.servedBy(arg, routers, depth+1)
			own, webhooks = own || a, webhooks || b
		}
	}
	return own, webhooks, others && !own && !webhooks
}

// routers returns where the package registers routes, and whether it does so
// without a router.
func (m *Model) routers() (routers map[ssa.Value]bool, byDefault bool) {
	routers = map[ssa.Value]bool{}
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		f := m.lib.FuncOf(calleeOf(call.Common()))
		if f == nil || f.Route == nil {
			continue
		}
		recv := receiver(call.Common())
		if recv == nil {
			byDefault = true
			continue
		}
		for _, o := range m.Origins(recv) {
			if o.Value != nil {
				routers[o.Value] = true
			}
		}
	}
	return routers, byDefault
}

// serversConfigured reports whether the package sets a timeout of a server
// outside a literal, or hands a server to somebody who may.
func (m *Model) serversConfigured() bool {
	for _, fn := range m.SSA().Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Store:
					addr, ok := instr.Addr.(*ssa.FieldAddr)
					if !ok || !timesOut(addr) {
						continue
					}
					if _, ok := addr.X.(*ssa.Alloc); !ok {
						return true
					}
				case ssa.CallInstruction:
					common := instr.Common()
					if fn := common.StaticCallee(); fn != nil && fn.Pkg == m.SSA().SSA {
						continue
					}
					args := common.Args
					if recv := receiver(common); recv != nil && !common.IsInvoke() {
						args = args[1:]
					}
					for _, a := range args {
						if isNamed(a.Type(), "net/http", "Server") {
							return true
						}
					}
				}
			}
		}
	}
	return false
}

// timesOut reports whether a field limits how long reading a request takes.
func timesOut(addr *ssa.FieldAddr) bool {
	t := library.TypeOf(addr.X.Type())
	if t == nil || t.Kind != "server" {
		return false
	}
	switch t.Fields[fieldName(addr)] {
	case "read-timeout", "read-header-timeout":
		return true
	}
	return false
}

func fieldName(addr *ssa.FieldAddr) string {
	p, ok := types.Unalias(addr.X.Type()).Underlying().(*types.Pointer)
	if !ok {
		return ""
	}
	s, ok := p.Elem().Underlying().(*types.Struct)
	if !ok {
		return ""
	}
	return s.Field(addr.Field).Name()
}

// unboundedLiterals returns the server literals that a value can be and that
// set no read or header timeout. Nothing is returned when the value may be
// something else.
func (m *Model) unboundedLiterals(server ssa.Value) []*ssa.Alloc {
	var list []*ssa.Alloc
	for _, o := range m.Origins(server) {
		lit, ok := o.Value.(*ssa.Alloc)
		if !ok || o.Kind != OriginObject || !isNamed(lit.Type(), "net/http", "Server") {
			return nil
		}
		bounded, known := m.literalTimeouts(lit)
		if !known {
			return nil
		}
		if !bounded {
			list = append(list, lit)
		}
	}
	return list
}

// literalTimeouts reports whether a server made here limits reading, and
// whether its fields can be seen.
func (m *Model) literalTimeouts(lit *ssa.Alloc) (bounded, known bool) {
	for _, ref := range *lit.Referrers() {
		switch ref := ref.(type) {
		case *ssa.FieldAddr:
			for _, use := range *ref.Referrers() {
				st, ok := use.(*ssa.Store)
				if !ok {
					continue
				}
				if timesOut(ref) && !isZero(st.Val) {
					return true, true
				}
				if fieldName(ref) == "Addr" && m.loopback([]ssa.Value{st.Val}) {
					return true, true
				}
			}
		case *ssa.Store:
			if ref.Addr == lit {
				return false, false // copied from elsewhere
			}
		case *ssa.MakeInterface, *ssa.Return:
			if !m.onlyMain() {
				return false, false
			}
		}
	}
	return false, true
}

// onlyMain reports whether no other package can get hold of what functions of
// this one return.
func (m *Model) onlyMain() bool { return m.pass.Pkg.Name() == "main" }

// isZero reports whether a value is the zero value of its type.
func isZero(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil {
		return ok
	}
	switch c.Value.Kind() {
	case constant.String:
		return constant.StringVal(c.Value) == ""
	case constant.Int, constant.Float:
		return constant.Sign(c.Value) == 0
	}
	return false
}

// loopback reports whether one of the values is an address or listener that
// only programs on the same machine reach.
func (m *Model) loopback(vals []ssa.Value) bool {
	for _, v := range vals {
		for _, o := range m.Sources(v) {
			if s, ok := constString(o.Value); ok && isLoopback(s) {
				return true
			}
			call, ok := o.Value.(*ssa.Call)
			if o.Call != nil {
				call, ok = o.Call.(*ssa.Call)
			}
			if !ok {
				continue
			}
			for _, arg := range call.Call.Args {
				for _, inner := range m.Sources(arg) {
					if s, ok := constString(inner.Value); ok && isLoopback(s) {
						return true
					}
				}
			}
		}
	}
	return false
}

func isLoopback(s string) bool {
	return s == "unix" || strings.HasPrefix(s, "127.") || strings.HasPrefix(s, "localhost") || strings.HasPrefix(s, "[::1]")
}

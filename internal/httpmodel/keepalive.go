package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// A Setting is a store of a value to a field of a client, transport, request
// or server that the library data gives a role.
type Setting struct {
	Role  string
	Store *ssa.Store
	Base  ssa.Value // the struct's address
	Fn    *ssa.Function
}

// Pos is the position of the assignment or of the literal's element.
func (s Setting) Pos() token.Pos { return s.Store.Pos() }

// True reports whether the value is the constant true.
func (s Setting) True() bool {
	c, ok := s.Store.Val.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Bool && constant.BoolVal(c.Value)
}

// Settings returns the package's stores to fields with a role.
func (m *Model) Settings() []Setting {
	m.settingsOnce.Do(func() {
		if m.Empty() {
			return
		}
		for _, fn := range m.SSA().Funcs {
			for st := range lazyssa.Each[*ssa.Store](fn) {
				if role, base := roleOf(st.Addr); role != "" {
					m.settings = append(m.settings, Setting{Role: role, Store: st, Base: base, Fn: fn})
				}
			}
		}
	})
	return m.settings
}

// roleOf returns the role of the field that an address is of, and the struct.
func roleOf(addr ssa.Value) (string, ssa.Value) {
	fa, ok := addr.(*ssa.FieldAddr)
	if !ok {
		return "", nil
	}
	p, ok := fa.X.Type().Underlying().(*types.Pointer)
	if !ok {
		return "", nil
	}
	typ := library.TypeOf(p.Elem())
	st, ok := p.Elem().Underlying().(*types.Struct)
	if typ == nil || !ok {
		return "", nil
	}
	role := typ.Fields[st.Field(fa.Field).Name()]
	if role == "" {
		return "", nil
	}
	return typ.Kind + "." + role, fa.X
}

// A TransportLiteral is a transport that is built from zero.
type TransportLiteral struct {
	Alloc *ssa.Alloc
	Roles map[string]ssa.Value // role of each field that is set, here or later, to its value
	Fixed map[string]ssa.Value // those that are set wherever the transport is made
}

// TransportLiterals returns the transports that the package builds from zero.
func (m *Model) TransportLiterals() []TransportLiteral {
	if m.Empty() {
		return nil
	}
	var list []TransportLiteral
	for a := range lazyssa.Each[*ssa.Alloc](m.SSA().Funcs...) {
		elem := a.Type().Underlying().(*types.Pointer).Elem()
		typ := m.lib.TypeOf(elem)
		if typ == nil || typ.Kind != "transport" || typ.Fields == nil {
			continue
		}
		if _, isStruct := elem.Underlying().(*types.Struct); !isStruct {
			continue
		}
		list = append(list, TransportLiteral{Alloc: a, Roles: m.rolesOf(a), Fixed: m.fixedRoles(a)})
	}
	return list
}

// fixedRoles collects what is stored to the fields of an object right where it
// is made, under no condition, and cannot be nil.
func (m *Model) fixedRoles(a *ssa.Alloc) map[string]ssa.Value {
	roles := map[string]ssa.Value{}
	for _, ref := range *a.Referrers() {
		fa, ok := ref.(*ssa.FieldAddr)
		if !ok || fa.Block() != a.Block() {
			continue
		}
		role, _ := roleOf(fa)
		for _, use := range *fa.Referrers() {
			if st, ok := use.(*ssa.Store); ok && st.Addr == fa && role != "" && m.neverNil(st.Val) {
				roles[role[strings.IndexByte(role, '.')+1:]] = st.Val
			}
		}
	}
	return roles
}

// neverNil reports whether a value is an object or function that is made here.
func (m *Model) neverNil(v ssa.Value) bool {
	origins := m.Origins(v)
	return len(origins) > 0 && !slices.ContainsFunc(origins, func(o Origin) bool { return o.Kind != OriginObject && o.Kind != OriginFunc })
}

// rolesOf collects what is stored to the fields of an object, in the function
// that makes it and, through variables and fields that hold it, in others.
func (m *Model) rolesOf(a *ssa.Alloc) map[string]ssa.Value {
	roles := map[string]ssa.Value{}
	if lit := copiedFrom(a); lit != nil {
		roles = m.rolesOf(lit)
	}
	for _, s := range m.Settings() {
		role := s.Role[strings.IndexByte(s.Role, '.')+1:]
		if s.Base == a {
			roles[role] = s.Store.Val
			continue
		}
		if _, literal := s.Base.(*ssa.Alloc); literal || !types.Identical(s.Base.Type(), a.Type()) {
			continue
		}
		for _, o := range m.Origins(s.Base) {
			if o.Kind == OriginObject && o.Value == a {
				roles[role] = s.Store.Val
			}
		}
	}
	return roles
}

// Undrained is a way in which a body is closed with nothing read.
type Undrained int

const (
	Drains        Undrained = iota
	OnSuccess               // an answer that is a success is closed unread
	BeforeRetry             // a failed attempt's answer is closed unread before the next one
	BeforeRequest           // an answer is closed unread and another request follows at once
)

// BodyDrained reports how connections are lost because a body is closed before
// it was read.
func (s *Send) BodyDrained() (Undrained, Evidence) {
	r := s.Play()
	if r.Overflow || !r.Reached || !s.SharesConnections() {
		return Drains, Evidence{}
	}
	for _, row := range s.Rows {
		if s.Wrapper && row.Flags&play.Closed != 0 {
			return Drains, Evidence{} // the wrapper closes it
		}
	}
	// Who looks at its length may know that it is too long to be read, or empty.
	const touched = play.Read | play.Drained | play.Discarded | play.Handed | play.Replaced | play.LengthSeen
	result, found := Drains, Evidence{}
	for _, e := range r.Ends {
		if !e.Given || e.Kind == play.Exits || !e.Out.Has(play.AnyStatus) {
			continue
		}
		end := Evidence{e, e.Out & play.AnyStatus}
		unread := e.Flags&play.Closed != 0 && e.Flags&touched == 0
		switch {
		case unread && e.Kind == play.Repeats && !e.Elsewhere && !e.Out.Has(play.Success):
			return BeforeRetry, end
		case e.Flags&play.Undrained != 0 && !e.Out.Has(play.Success):
			return BeforeRequest, end
		case unread && (e.Out.Has(play.Status(200)) || e.Out&^play.Success == 0 && e.Out&^bodiless != 0) && s.succeeded(e) && (result == Drains || e.Kind == play.Repeats):
			result, found = OnSuccess, end
		}
	}
	return result, found
}

// succeeded reports whether an end surely returns no error.
func (s *Send) succeeded(e play.End) bool {
	err := s.errorOf(e)
	return err == nil || err.K == play.Nil
}

// SharesConnections reports whether the client that sends lives longer than
// the call, or uses the default transport: only then is there a connection to
// reuse. It errs on the side of no.
func (s *Send) SharesConnections() bool {
	if s.Wrapper {
		in := s.Innermost()
		if !in.Wrapper {
			return in.SharesConnections()
		}
		for _, a := range in.Call.Common().Args { // another package's helper, given the client
			if isNamed(a.Type(), "net/http", "Client") {
				switch a.(type) {
				case *ssa.UnOp, *ssa.Parameter, *ssa.FreeVar:
					return true
				}
			}
		}
		return false
	}
	v := receiver(s.Call.Common())
	if v == nil || s.Lib == nil || s.Lib.Send == nil || s.Lib.Send.Client != "recv" {
		return true
	}
	switch v.(type) {
	case *ssa.Alloc, *ssa.Call, *ssa.Phi, *ssa.Extract:
	default:
		return true // a field, a variable, a parameter
	}
	if a, ok := v.(*ssa.Alloc); ok {
		_, set := s.model.rolesOf(a)["transport"]
		return !set && !s.model.storedWhole(a)
	}
	for _, o := range s.model.Origins(v) {
		switch o.Kind {
		case OriginObject:
			if a, ok := o.Value.(*ssa.Alloc); ok {
				if _, set := s.model.rolesOf(a)["transport"]; set {
					return false
				}
			}
		case OriginCall:
			return false
		}
	}
	return true
}

// DropsIdle reports whether the function closes the client's idle connections
// itself: there is nothing to keep.
func (s *Send) DropsIdle() bool {
	for call := range lazyssa.Each[ssa.CallInstruction](s.Fn) {
		if c := calleeOf(call.Common()); c != nil && c.Name() == "CloseIdleConnections" {
			return true
		}
	}
	return false
}

// InCommand reports whether the package holds commands of a program: what they
// send is sent once a run.
func (m *Model) InCommand() bool {
	for _, imp := range m.pass.Pkg.Imports() {
		for _, name := range []string{"Command", "Context"} {
			if tn, ok := imp.Scope().Lookup(name).(*types.TypeName); ok {
				if t := m.lib.TypeOf(tn.Type()); t != nil && t.Kind == "command" {
					return true
				}
			}
		}
	}
	return m.pass.Pkg.Name() == "main"
}

// ConstantHTTPS reports whether the request goes to a constant https host.
func (s *Send) ConstantHTTPS() bool {
	url, ok := s.ConstantURL()
	return ok && strings.HasPrefix(url, "https://")
}

// ConstantURL returns the constant beginning of the request's URL.
func (s *Send) ConstantURL() (string, bool) {
	v := beginning(s.urlValue())
	if v == nil {
		return "", false
	}
	if urls := s.model.constantURLs(v); len(urls) > 0 {
		return urls[0], true
	}
	return "", false
}

// constants returns the constants among origins.
func constants(list []Origin) []ssa.Value {
	var out []ssa.Value
	for _, o := range list {
		if o.Kind == OriginConst {
			out = append(out, o.Value)
		}
	}
	return out
}

// CloseHeaders returns the calls that set "Connection: close" on a request.
func (m *Model) CloseHeaders() []ssa.CallInstruction {
	if m.Empty() {
		return nil
	}
	var list []ssa.CallInstruction
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		lib := m.lib.FuncOf(calleeOf(call.Common()))
		if lib == nil || lib.SetHeader == nil {
			continue
		}
		name, ok1 := constString(argAt(call.Common(), lib.SetHeader.Name))
		value, ok2 := constString(argAt(call.Common(), lib.SetHeader.Value))
		if ok1 && ok2 && !makesTransport(call.Parent()) && strings.EqualFold(name, "Connection") && strings.EqualFold(value, "close") && ofRequest(receiver(call.Common())) {
			list = append(list, call)
		}
	}
	return list
}

// makesTransport reports whether a function builds a transport itself: its
// connections end with it.
func makesTransport(fn *ssa.Function) bool {
	for a := range lazyssa.Each[*ssa.Alloc](fn) {
		if t := library.TypeOf(a.Type()); t != nil && t.Kind == "transport" {
			return true
		}
	}
	return false
}

// ofRequest reports whether a header belongs to a request that is sent, or
// the receiver is a library's own request.
func ofRequest(v ssa.Value) bool {
	if v == nil {
		return false
	}
	if t := library.TypeOf(v.Type()); t != nil && (t.Kind == "request" || t.Kind == "client") {
		return true
	}
	u, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	fa, ok := u.X.(*ssa.FieldAddr)
	return ok && isNamed(fa.X.Type(), "net/http", "Request")
}

// NoKeepAliveCalls returns the calls of library functions that switch
// connection reuse off.
func (m *Model) NoKeepAliveCalls() []ssa.CallInstruction {
	if m.Empty() {
		return nil
	}
	var list []ssa.CallInstruction
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		lib := m.lib.FuncOf(calleeOf(call.Common()))
		if lib != nil && lib.Client != nil && lib.Client.NoKeepAlive && turnedOn(call) {
			list = append(list, call)
		}
	}
	return list
}

// turnedOn reports whether the call's last argument, if it is a boolean
// constant, is true.
func turnedOn(c ssa.CallInstruction) bool {
	args := c.Common().Args
	if len(args) == 0 {
		return true
	}
	k, ok := args[len(args)-1].(*ssa.Const)
	return !ok || k.Value == nil || k.Value.ExactString() != "false"
}

// ConnsPerHostAlone returns the places that raise MaxConnsPerHost of a
// transport that is no literal of the package, in functions that leave
// MaxIdleConnsPerHost alone.
func (m *Model) ConnsPerHostAlone() []Setting {
	idle := map[*ssa.Function]bool{}
	for _, s := range m.Settings() {
		if s.Role == "transport.idle-per-host" {
			idle[s.Fn] = true
		}
	}
	var list []Setting
	for _, s := range m.Settings() {
		if _, literal := s.Base.(*ssa.Alloc); s.Role == "transport.conns-per-host" && !literal && !idle[s.Fn] {
			list = append(list, s)
		}
	}
	return list
}

// Pos is the position of the literal.
func (l TransportLiteral) Pos() token.Pos { return l.Alloc.Pos() }

// DialsLocally reports whether the transport's dial function names a network
// that is not a remote host: a Unix socket, a listener in memory.
func (l TransportLiteral) DialsLocally() bool {
	var fn *ssa.Function
	switch v := l.Roles["dial"].(type) {
	case *ssa.Function:
		fn = v
	case *ssa.MakeClosure:
		fn, _ = v.Fn.(*ssa.Function)
		for _, b := range v.Bindings {
			if p, ok := b.Type().Underlying().(*types.Pointer); ok && types.NewMethodSet(p.Elem()).Lookup(nil, "Accept") != nil {
				return true
			}
		}
	}
	if fn == nil {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, op := range instr.Operands(nil) {
				if *op == nil {
					continue
				}
				if name, ok := constString(*op); ok && name == "unix" {
					return true
				}
			}
		}
	}
	return false
}

// SharedIdleClosed returns the calls of CloseIdleConnections on a client
// without a transport of its own: they close the idle connections of the
// whole process.
func (m *Model) SharedIdleClosed() []ssa.CallInstruction {
	if m.Empty() {
		return nil
	}
	var list []ssa.CallInstruction
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		callee := calleeOf(call.Common())
		if callee == nil || callee.Name() != "CloseIdleConnections" || !isNamed(receiverType(callee), "net/http", "Client") {
			continue
		}
		if m.sharesDefault(receiver(call.Common())) {
			list = append(list, call)
		}
	}
	return list
}

func receiverType(fn *types.Func) types.Type {
	if r := fn.Signature().Recv(); r != nil {
		return r.Type()
	}
	return types.Typ[types.Invalid]
}

// sharesDefault reports whether every origin of a client is a literal whose
// Transport is never set.
func (m *Model) sharesDefault(client ssa.Value) bool {
	if a, ok := client.(*ssa.Alloc); ok { // a variable of the struct's type
		_, set := m.rolesOf(a)["transport"]
		return !set && !m.storedWhole(a)
	}
	origins := m.Origins(client)
	for _, o := range origins {
		a, ok := o.Value.(*ssa.Alloc)
		if o.Kind != OriginObject || !ok {
			return false
		}
		if _, set := m.rolesOf(a)["transport"]; set || m.storedWhole(a) {
			return false
		}
	}
	return len(origins) > 0
}

// storedWhole reports whether a whole struct value that is not a literal is
// copied into an object.
func (m *Model) storedWhole(a *ssa.Alloc) bool {
	if copiedFrom(a) != nil {
		return false
	}
	for _, ref := range *a.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == a {
			if _, zero := st.Val.(*ssa.Const); !zero {
				return true
			}
		}
	}
	return false
}

// copiedFrom returns the literal that a variable is set to, once.
func copiedFrom(a *ssa.Alloc) *ssa.Alloc {
	var lit *ssa.Alloc
	for _, ref := range *a.Referrers() {
		st, ok := ref.(*ssa.Store)
		if !ok || st.Addr != a {
			continue
		}
		load, ok := st.Val.(*ssa.UnOp)
		if !ok || lit != nil {
			return nil
		}
		if lit, ok = load.X.(*ssa.Alloc); !ok || lit.Comment != "complit" {
			return nil // two variables may be copied to each other
		}
	}
	return lit
}

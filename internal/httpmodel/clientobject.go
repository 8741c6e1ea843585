package httpmodel

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// library is the client or transport that a library's function gives.
func (e *clientEval) library(call *ssa.Call, c *library.Client) []clientOrigin {
	common := call.Common()
	if isFluent(common) && !c.Fresh {
		list := e.value(receiver(common))
		for i := range list {
			e.set(&list[i], c, call)
		}
		return list
	}
	made := clientOrigin{pos: call.Pos(), fn: call.Parent()}
	takesOut := c.From != nil && *c.From == library.Recv
	switch {
	case c.Kind == "transport" && c.Transport != nil: // a wrapper
		made.Traits = e.transport(argAt(common, c.Transport))
	case c.Kind == "transport" && takesOut: // a clone
		made.Traits = e.transport(receiver(common))
		made.Says[traitPool], made.Says[traitFresh] = saysYes, saysYes
	case c.MayRetry, c.Auth, c.Source != nil:
		made.Traits = allSay(saysUnknown)
	case takesOut && isNamed(resultType(common), "net/http", "Client"):
		return e.takenOut(call, c)
	case takesOut:
		return e.value(receiver(common))
	case c.From != nil:
		in := joined(e.value(argAt(common, c.From)))
		made.Traits = in
		made.Says[traitRetries], made.Says[traitRaw], made.Says[traitWrites] = saysNo, saysNo, saysNo
		made.Says[traitSendRetries], made.Says[traitSendWrites], made.Says[traitSendGivesUp] = in.Retries(), in.Writes(), in.GivesUp()
		made.Says[traitGivesUp] = saysNo
	default:
		made.Traits = plainClient()
		if c.Kind == "transport" {
			made.Traits = defaultTransport()
		}
		if c.Fresh {
			made.Says[traitPool], made.Says[traitFresh] = saysYes, saysYes
		}
		made.Says[traitIdle] = saysUnknown
		if c.NoKeepAlive {
			made.Says[traitReuse] = saysNo
		}
		switch {
		case c.Bounded:
			made.Says[traitTimeout] = saysYes
		case !c.Unbounded && c.Kind != "transport":
			made.Says[traitTimeout] = saysUnknown
		}
		if c.Transport != nil {
			made.Traits = made.with(e.transport(argAt(common, c.Transport)))
		}
	}
	switch {
	case c.Retries && c.Kind == "transport":
		made.Says[traitSendRetries], made.Says[traitSendWrites] = saysYes, saysUnknown
	case c.Retries:
		made.Says[traitRetries], made.Says[traitWrites] = saysYes, repeatsWrites(c)
	}
	if typ := e.m.lib.TypeOf(resultType(common)); typ != nil && typ.GivesUp {
		made.Says[traitGivesUp] = saysYes
	}
	for _, opt := range optionsOf(common) {
		if lib := e.m.lib.FuncOf(calleeOf(opt.Common())); lib != nil && lib.Client != nil {
			e.set(&made, lib.Client, opt)
		}
	}
	return []clientOrigin{made}
}

// takenOut is the plain client inside a library's one, or one that sends
// through it.
func (e *clientEval) takenOut(call *ssa.Call, c *library.Client) []clientOrigin {
	list := e.value(receiver(call.Common()))
	for i := range list {
		o := &list[i]
		if c.Retries {
			o.Says[traitSendRetries], o.Says[traitSendWrites] = saysYes, o.Writes()
			if o.Says[traitRetries] == saysNo { // none are left to it
				o.Says[traitSendRetries], o.Says[traitSendWrites] = saysNo, saysNo
			}
			o.Says[traitSendTimeout], o.Says[traitSendGivesUp] = o.Timeout(), o.GivesUp()
			o.Says[traitRetries], o.Says[traitTimeout], o.Says[traitWrites], o.Says[traitGivesUp] = saysNo, saysNo, saysNo, saysNo
		} else {
			o.by = o.Says[traitRetries]&saysYes != 0
			o.Says[traitRetries], o.Says[traitWrites], o.Says[traitGivesUp] = saysNo, saysNo, saysNo
		}
		o.pos, o.fn = call.Pos(), call.Parent()
	}
	return list
}

// optionsOf returns the calls among a call's variadic arguments.
func optionsOf(c *ssa.CallCommon) []*ssa.Call {
	if !c.Signature().Variadic() || len(c.Args) == 0 {
		return nil
	}
	slice, ok := c.Args[len(c.Args)-1].(*ssa.Slice)
	if !ok {
		return nil
	}
	array, ok := slice.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	var list []*ssa.Call
	for _, ref := range *array.Referrers() {
		ia, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, use := range *ia.Referrers() {
			if st, ok := use.(*ssa.Store); ok {
				if call, ok := st.Val.(*ssa.Call); ok {
					list = append(list, call)
				}
			}
		}
	}
	return list
}

// object is a client or transport that the package makes itself.
func (e *clientEval) object(a *ssa.Alloc) []clientOrigin {
	elem := a.Type().Underlying().(*types.Pointer).Elem()
	if !isStruct(elem) {
		return e.cell(a)
	}
	var list []clientOrigin
	whole := false
	for _, ref := range *a.Referrers() {
		st, ok := ref.(*ssa.Store)
		if !ok || st.Addr != a {
			continue
		}
		whole = true
		if c, zero := st.Val.(*ssa.Const); zero && c.Value == nil {
			list = append(list, e.zero(a, elem)...)
			continue
		}
		if load, ok := st.Val.(*ssa.UnOp); ok {
			list = append(list, e.value(load.X)...) // a copy
			continue
		}
		list = append(list, unknownClient(a)...)
	}
	if whole {
		return list
	}
	return e.zero(a, elem)
}

// zero is a client or transport with the zero value of its type, or, of the
// package's own transports, with the fields that it is made with.
func (e *clientEval) zero(v ssa.Value, elem types.Type) []clientOrigin {
	o := clientOrigin{pos: ValuePos(v)}
	if instr, ok := v.(ssa.Instruction); ok {
		o.fn = instr.Parent()
	}
	typ := e.m.lib.TypeOf(elem)
	switch {
	case typ == nil:
		o.Traits = e.roundTripper(v, elem)
	case typ.Retries && typ.Kind == "transport":
		o.Traits = allSay(saysUnknown)
		o.Says[traitSendRetries] = saysYes
	case typ.Kind == "client":
		o.Traits = plainClient()
		if typ.Retries {
			o.Says[traitRetries], o.Says[traitWrites] = saysYes, saysUnknown
		}
		if typ.GivesUp {
			o.Says[traitGivesUp] = saysYes
		}
		if !hasRole(typ, "timeout") && !hasRole(typ, "client") {
			o.Says[traitTimeout] = saysUnknown
		}
	case typ.Kind == "transport":
		o.Traits = e.libraryTransport(v, elem)
	default:
		o.Traits = allSay(saysUnknown)
	}
	return []clientOrigin{o}
}

func hasRole(t *library.Type, role string) bool {
	for _, r := range t.Fields {
		if r == role {
			return true
		}
	}
	return false
}

// libraryTransport is a transport of a library's type: it wraps another one,
// or has connections of its own.
func (e *clientEval) libraryTransport(v ssa.Value, elem types.Type) Traits {
	own := defaultTransport()
	own.Says[traitPool], own.Says[traitFresh] = saysYes, saysYes
	st, ok := elem.Underlying().(*types.Struct)
	a, isAlloc := v.(*ssa.Alloc)
	if !ok {
		return own
	}
	for i := range st.NumFields() {
		if !sends(st.Field(i).Type()) {
			continue
		}
		if !isAlloc {
			return allSay(saysUnknown).transportOnly()
		}
		return e.nextOf(a, i)
	}
	return own
}

// nextOf is the transport in a field of a wrapper, the default one where it is
// not set.
func (e *clientEval) nextOf(a *ssa.Alloc, field int) Traits {
	stored := storesOf(a, field)
	if len(stored) == 0 {
		return defaultTransport()
	}
	var t Traits
	for _, v := range stored {
		t = t.join(e.transport(v))
	}
	return t
}

// A transportType says how a type with RoundTrip or Do behaves by itself, and
// through which of its fields it sends.
type transportType struct {
	Traits          // its own, and of what it sends through where that is no field
	fields []string // the transports that it holds; none: it has its own way out
}

// roundTripper is a transport of a type of this or another package.
func (e *clientEval) roundTripper(v ssa.Value, elem types.Type) Traits {
	unknown := allSay(saysUnknown)
	n := namedOf(elem)
	st, ok := elem.Underlying().(*types.Struct)
	if n == nil || !ok {
		return unknown
	}
	t := e.m.transportType(n)
	if t == nil {
		return unknown
	}
	if len(t.fields) == 0 {
		return t.Traits
	}
	var next Traits
	for i := range st.NumFields() {
		f := st.Field(i)
		if f.Name() != t.fields[0] && (len(t.fields) < 2 || f.Name() != t.fields[1]) {
			continue
		}
		next = next.join(e.heldBy(v, f, i))
	}
	return t.around(next)
}

// heldBy is what a field of a transport holds: what this object's is set to,
// or, where it is set elsewhere, every object's.
func (e *clientEval) heldBy(v ssa.Value, f *types.Var, i int) Traits {
	a, ok := v.(*ssa.Alloc)
	if ok && len(storesOf(a, i)) > 0 {
		return e.nextOf(a, i)
	}
	if f.Pkg() != e.m.pass.Pkg {
		if ok {
			return defaultTransport()
		}
		return allSay(saysUnknown).transportOnly()
	}
	var next Traits
	stores, complete := e.m.FieldStores(f)
	for _, st := range stores {
		next = next.join(e.transport(st.Val))
	}
	if !complete && len(stores) == 0 {
		return allSay(saysUnknown).transportOnly()
	}
	if len(stores) == 0 {
		return defaultTransport()
	}
	return next
}

// transportType looks at the RoundTrip or Do method of a type, or at the fact
// of one of another package; nil where nothing is known.
func (m *Model) transportType(n *types.TypeName) *transportType {
	if n.Pkg() != m.pass.Pkg {
		f := m.foreignTransport(n)
		if f == nil {
			return nil
		}
		return &transportType{Traits: f.Traits, fields: f.Fields}
	}
	if t, ok := m.clients.transport[n]; ok {
		return t
	}
	if m.clients.transport == nil {
		m.clients.transport = map[*types.TypeName]*transportType{}
	}
	m.clients.transport[n] = nil
	m.clients.transport[n] = m.ownTransportType(n)
	return m.clients.transport[n]
}

func (m *Model) ownTransportType(n *types.TypeName) *transportType {
	st, ok := n.Type().Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	fn := sendMethod(n.Type(), n.Pkg())
	if fn == nil {
		return nil
	}
	t := &transportType{}
	for i := range st.NumFields() {
		if f := st.Field(i); sends(f.Type()) {
			t.fields = append(t.fields, f.Name())
		}
	}
	if len(t.fields) > 2 {
		return nil
	}
	for _, i := range []Trait{traitSendRetries, traitSendTimeout, traitSendWrites, traitSendGivesUp} {
		t.Says[i] = saysNo
	}
	if fn.Pkg() != m.pass.Pkg || namedOf(fn.Signature().Recv().Type()) != n {
		return t // promoted from the transport that it holds
	}
	retried, known := m.Repeats(fn)
	ssaFn := m.SSA().SSA.Prog.FuncValue(fn)
	switch {
	case !known:
		return nil
	case retried.Has(play.NetError | play.ServerError):
		t.Says[traitSendRetries] = saysYes
		t.Says[traitSendWrites] = saysUnknown
		if ssaFn != nil {
			t.Says[traitSendWrites] = m.transportWrites(ssaFn)
		}
	}
	if ssaFn == nil || m.boundsTime(ssaFn, map[*ssa.Function]bool{}) {
		t.Says[traitSendTimeout] = saysUnknown
	}
	if len(t.fields) == 0 {
		t.Traits = t.around(m.wayOut(fn))
	}
	return t
}

// sendMethod returns the method with which a type sends, or nil.
func sendMethod(t types.Type, pkg *types.Package) *types.Func {
	for _, name := range []string{"RoundTrip", "Do"} {
		obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, pkg, name)
		if fn, ok := obj.(*types.Func); ok && fn.Signature().Recv() != nil {
			return fn
		}
	}
	return nil
}

// wayOut is what the requests in a method are sent through.
func (m *Model) wayOut(fn *types.Func) Traits {
	var t Traits
	for _, s := range m.Sends() {
		if outermost(s.Fn).Object() == types.Object(fn) {
			t = t.join(joined(s.clientOrigins()))
		}
	}
	if t == (Traits{}) {
		return allSay(saysUnknown).transportOnly()
	}
	return t.transportOnly()
}

// boundsTime reports whether a function, or one of the package that it calls,
// sets a deadline or starts a timer.
func (m *Model) boundsTime(fn *ssa.Function, seen map[*ssa.Function]bool) bool {
	if seen[fn] {
		return false
	}
	seen[fn] = true
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			lib := m.lib.FuncOf(calleeOf(call.Common()))
			if lib != nil && (lib.Deadline != nil || lib.Timer != nil && lib.Spawns != nil) {
				return true
			}
			if callee := call.Common().StaticCallee(); callee != nil && callee.Pkg == fn.Pkg && m.boundsTime(callee, seen) {
				return true
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		if m.boundsTime(anon, seen) {
			return true
		}
	}
	return false
}

// dials says whether a dial function may set deadlines on its connections.
func (e *clientEval) dials(v ssa.Value) Answers {
	for _, o := range e.m.Origins(v) {
		var fn *ssa.Function
		switch f := o.Value.(type) {
		case *ssa.Function:
			fn = f
		case *ssa.MakeClosure:
			fn, _ = f.Fn.(*ssa.Function)
		}
		if fn == nil || fn.Blocks == nil || e.m.boundsTime(fn, map[*ssa.Function]bool{}) {
			return saysUnknown
		}
	}
	return saysNo
}

package httpmodel

import (
	"go/token"
	"go/types"
	"sync"

	"golang.org/x/tools/go/ssa"
)

// A clientOrigin is a place that a client or transport comes from, and how
// what comes from there behaves.
type clientOrigin struct {
	Traits
	pos  token.Pos
	fn   *ssa.Function // that makes it
	dflt bool          // it is net/http's default client, or over its default transport
	by   bool          // it is the plain client inside a retrying one
}

// clientEval follows clients and transports to where they are made, and tells
// how they behave there. Functions of the package are entered once, with their
// parameters left open (clientOrigin.Params), and filled in at each call.
type clientEval struct {
	m     *Model
	scope *ssa.Function // whose parameters are left open, or nil
	busy  map[ssa.Value]bool
	// current is what is known so far of something whose changes are being
	// looked at: they may be made of what it was.
	current map[ssa.Value][]clientOrigin
	// inChain holds what calls are made on right where it is made: its changes
	// wait for the end of that chain.
	inChain map[ssa.Value]bool
	steps   int
}

const maxClientSteps = 600

// A clientResult is result index of a function.
type clientResult struct {
	fn    *ssa.Function
	index int
}

// clientMemo keeps what is found of clients once a package.
type clientMemo struct {
	mu        sync.Mutex // checks run at the same time
	results   map[clientResult][]clientOrigin
	changes   map[rootKey][]clientChange
	transport map[*types.TypeName]*transportType
	foreign   map[types.Object]*ClientFact
	foreignRT map[*types.TypeName]*TransportFact
}

func (m *Model) clientEval(scope *ssa.Function) *clientEval {
	return &clientEval{m: m, scope: scope, busy: map[ssa.Value]bool{}, current: map[ssa.Value][]clientOrigin{}, inChain: map[ssa.Value]bool{}}
}

func unknownClient(v ssa.Value) []clientOrigin {
	o := clientOrigin{Traits: allSay(saysUnknown)}
	if v != nil {
		o.pos = ValuePos(v)
	}
	return []clientOrigin{o}
}

func joined(list []clientOrigin) Traits {
	if len(list) == 0 {
		return allSay(saysUnknown)
	}
	var t Traits
	for _, o := range list {
		t = t.join(o.Traits)
	}
	return t
}

// value returns the places that a client or transport comes from; none for nil.
func (e *clientEval) value(v ssa.Value) []clientOrigin {
	e.steps++
	if v == nil || e.steps > maxClientSteps {
		return unknownClient(v)
	}
	if e.busy[v] {
		return append([]clientOrigin(nil), e.current[v]...)
	}
	e.busy[v] = true
	defer delete(e.busy, v)
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value == nil && isStruct(v.Type()) {
			return unknownClient(v)
		}
		return nil
	case *ssa.Phi:
		return e.phi(v)
	case *ssa.ChangeType:
		return e.value(v.X)
	case *ssa.ChangeInterface:
		return e.value(v.X)
	case *ssa.MakeInterface:
		return e.value(v.X)
	case *ssa.TypeAssert:
		return e.value(v.X)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Call:
			return e.changed(v, e.call(t, v.Index))
		case *ssa.TypeAssert:
			return e.value(t.X)
		}
	case *ssa.Call:
		return e.chain(v)
	case *ssa.Alloc:
		return e.changed(v, e.object(v))
	case *ssa.Parameter:
		return e.changed(v, e.param(v))
	case *ssa.FreeVar:
		return e.bound(v, e.value)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return e.load(v)
		}
	case *ssa.Function:
		return e.function(v, v, nil)
	case *ssa.MakeClosure:
		return e.function(v, v.Fn.(*ssa.Function), v.Bindings)
	case *ssa.Global: // a variable that is a client, not a pointer to one
		return e.changed(v, e.variable(v))
	case *ssa.FieldAddr: // a field that is one
		return e.changed(v, e.field(v))
	}
	return unknownClient(v)
}

// phi follows each edge; a parameter with a default for nil stays one origin.
func (e *clientEval) phi(v *ssa.Phi) []clientOrigin {
	for i, edge := range v.Edges {
		p, ok := unwrapped(edge).(*ssa.Parameter)
		if len(v.Edges) != 2 || !ok || p.Parent() != e.scope || nilSide(v.Block().Preds[1-i], p) != token.EQL {
			continue
		}
		given, otherwise := e.value(edge), joined(e.value(v.Edges[1-i]))
		if len(given) == 1 {
			return orNil(given, []clientOrigin{{Traits: otherwise}})
		}
	}
	var list []clientOrigin
	for _, edge := range v.Edges {
		list = append(list, e.value(edge)...)
	}
	return list
}

// unwrapped is a value without the interface around it.
func unwrapped(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		default:
			return v
		}
	}
}

// chain follows a call. What is set by a chain of calls right where the client
// is made comes before every other change.
func (e *clientEval) chain(v *ssa.Call) []clientOrigin {
	root := ssa.Value(v)
	for {
		call, ok := root.(*ssa.Call)
		if !ok || !isFluent(&call.Call) {
			break
		}
		root = receiver(&call.Call)
	}
	if root == v {
		if e.inChain[v] {
			return e.call(v, 0)
		}
		return e.changed(v, e.call(v, 0))
	}
	if e.inChain[root] {
		return e.call(v, 0)
	}
	e.inChain[root] = true
	list := e.call(v, 0)
	delete(e.inChain, root)
	made, ok := root.(*ssa.Call)
	if !ok {
		return list // its changes are seen where it comes from
	}
	return e.changed(made, list)
}

func (e *clientEval) bound(v *ssa.FreeVar, next func(ssa.Value) []clientOrigin) []clientOrigin {
	var list []clientOrigin
	bindings := e.m.flow().bindings(v)
	for _, b := range bindings {
		list = append(list, next(b)...)
	}
	if len(bindings) == 0 {
		return unknownClient(v)
	}
	return list
}

// load follows what is read from an address.
func (e *clientEval) load(v *ssa.UnOp) []clientOrigin {
	switch addr := v.X.(type) {
	case *ssa.Alloc:
		return e.cell(addr)
	case *ssa.FreeVar:
		return e.bound(addr, func(b ssa.Value) []clientOrigin {
			if a, ok := b.(*ssa.Alloc); ok {
				return e.cell(a)
			}
			return unknownClient(b)
		})
	case *ssa.Global:
		list := e.variable(addr)
		for i := range list {
			list[i].Traits = list[i].kept()
			if list[i].dflt && !list[i].pos.IsValid() {
				list[i].pos = sourcePos(v)
			}
		}
		return list
	case *ssa.FieldAddr:
		if role, base := roleOf(addr); role == "client.transport" || role == "client.client" {
			return e.inner(role, base, v)
		}
		list := e.field(addr)
		if a, local := addr.X.(*ssa.Alloc); local && a.Parent() == v.Parent() && len(storesOf(a, addr.Field)) > 0 {
			return list // of an object that is made here
		}
		for i := range list {
			list[i].Traits = list[i].kept()
		}
		return list
	}
	return unknownClient(v)
}

// inner is the transport of a client, or the plain client inside a retrying one.
func (e *clientEval) inner(role string, base, at ssa.Value) []clientOrigin {
	list := e.value(base)
	for i := range list {
		o := &list[i]
		if role == "client.client" {
			o.by = o.Says[traitRetries]&saysYes != 0
			o.Says[traitRetries], o.Says[traitWrites], o.Says[traitGivesUp] = saysNo, saysNo, saysNo
			o.pos = ValuePos(at)
			continue
		}
		o.Traits = o.transportOnly()
	}
	return list
}

// cell follows every store to a local variable.
func (e *clientEval) cell(a *ssa.Alloc) []clientOrigin {
	if isStruct(a.Type().Underlying().(*types.Pointer).Elem()) {
		return e.value(a)
	}
	uses := e.m.flow().cellUses(a)
	var list []clientOrigin
	for _, st := range uses.stores {
		list = append(list, e.value(st.Val)...)
	}
	if uses.leaks || len(uses.fills) > 0 {
		list = append(list, unknownClient(a)...)
	}
	return list
}

func (e *clientEval) variable(g *ssa.Global) []clientOrigin {
	v, ok := g.Object().(*types.Var)
	if !ok {
		return unknownClient(g)
	}
	if l := e.m.lib.GlobalOf(v); l != nil {
		if l.Kind != "default-client" && l.Kind != "default-transport" {
			return unknownClient(g)
		}
		o := clientOrigin{Traits: plainClient(), dflt: true}
		if l.Kind == "default-transport" {
			o.Traits = defaultTransport()
		}
		return []clientOrigin{o}
	}
	ix := e.m.flow()
	if g.Pkg != ix.pkg.SSA {
		if f := e.m.foreignClient(v); f != nil {
			return []clientOrigin{{Traits: f.Traits}}
		}
		return unknownClient(g)
	}
	use := ix.globals[g]
	if use == nil {
		return unknownClient(g)
	}
	var list []clientOrigin
	for _, st := range use.stores {
		list = append(list, e.value(st.Val)...)
	}
	whole := isStruct(g.Type().Underlying().(*types.Pointer).Elem())
	if whole && len(use.stores) == 0 && g.Object().Pkg() == e.m.pass.Pkg {
		list = append(list, e.zero(g, g.Type().Underlying().(*types.Pointer).Elem())...)
	}
	if use.leaks && !whole || token.IsExported(g.Name()) && !ix.main {
		// Others may set it, but rarely do: what it is set to here is its
		// meaning, and one more answer.
		list = append(list, unknownClient(g)...)
	}
	return list
}

// field follows every store to a field in the package.
func (e *clientEval) field(fa *ssa.FieldAddr) []clientOrigin {
	f := structField(fa.X.Type(), fa.Field)
	if f == nil {
		return unknownClient(fa)
	}
	if role, base := roleOf(fa); role == "client.client" {
		return e.inner(role, base, fa)
	}
	var list []clientOrigin
	if a, ok := fa.X.(*ssa.Alloc); ok && !isClient(a.Type()) {
		if own := e.storesTo(a, fa.Field); len(own) > 0 { // this object's own field
			return own
		}
	}
	ix := e.m.flow()
	stores := ix.stores[f]
	for _, st := range stores {
		list = append(list, e.value(st.Val)...)
	}
	if fill := len(ix.fieldFills[f]); f.Pkg() != e.m.pass.Pkg || ix.leaks[f] && !isStruct(f.Type()) || fill > 0 || f.Exported() && !ix.main || len(list) == 0 {
		if len(list) == 0 && isStruct(f.Type()) && f.Pkg() == e.m.pass.Pkg && !f.Exported() && e.m.makes(namedOf(fa.X.Type())) {
			return e.zero(fa, f.Type())
		}
		list = append(list, unknownClient(fa)...)
	}
	return list
}

// makes reports whether the package makes objects of a type itself.
func (m *Model) makes(n *types.TypeName) bool {
	for _, fn := range m.flow().funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if a, ok := instr.(*ssa.Alloc); ok && n != nil && namedOf(a.Type()) == n {
					return true
				}
			}
		}
	}
	return false
}

// storesTo evaluates what is stored to a field of an object where it is made.
func (e *clientEval) storesTo(a *ssa.Alloc, field int) []clientOrigin {
	var list []clientOrigin
	for _, v := range storesOf(a, field) {
		list = append(list, e.value(v)...)
	}
	return list
}

// param leaves the parameters of the function in question open; those of
// others are what their callers pass.
func (e *clientEval) param(p *ssa.Parameter) []clientOrigin {
	fn := p.Parent()
	if fn == e.scope {
		o := clientOrigin{Traits: allSay(saysParam), fn: fn}
		if i := paramIndex(p); i >= 0 && i < 32 {
			o.Params = 1 << i
			return []clientOrigin{o}
		}
		return unknownClient(p)
	}
	calls, complete := e.m.flow().callers(fn)
	var list []clientOrigin
	if !complete || len(calls) == 0 {
		list = unknownClient(p)
	}
	i := paramIndex(p)
	for _, call := range calls {
		list = append(list, e.value(argument(call, i))...)
	}
	return list
}

// call follows result index of a call.
func (e *clientEval) call(call *ssa.Call, index int) []clientOrigin {
	common := call.Common()
	callee := calleeOf(common)
	if lib := e.m.lib.FuncOf(callee); lib != nil {
		if lib.Client != nil {
			return e.library(call, lib.Client)
		}
		if isFluent(common) {
			return e.value(receiver(common)) // a setting that is no matter here
		}
		return unknownClient(call)
	}
	if callee != nil && callee.Pkg() != e.m.pass.Pkg {
		if isFluent(common) {
			return e.value(receiver(common))
		}
		f := e.m.foreignClient(callee)
		if f == nil || f.Index != index {
			return unknownClient(call)
		}
		o := clientOrigin{Traits: f.Traits, pos: call.Pos(), fn: call.Parent()}
		return []clientOrigin{e.filled(o, call)}
	}
	fn := staticCallee(common)
	if fn == nil || fn.Blocks == nil {
		return unknownClient(call)
	}
	list := append([]clientOrigin(nil), e.m.clientResult(fn, index)...)
	for i := range list {
		list[i] = e.filled(list[i], call)
	}
	return list
}

// isFluent reports whether a method of a library's client returns its receiver.
func isFluent(c *ssa.CallCommon) bool {
	recv := receiver(c)
	if recv == nil || !types.Identical(resultType(c), recv.Type()) {
		return false
	}
	return isClient(recv.Type())
}

// filled answers what a callee leaves to its parameters.
func (e *clientEval) filled(o clientOrigin, call ssa.CallInstruction) clientOrigin {
	for i := range 32 {
		if (o.Options|o.TransportOptions)&(1<<i) != 0 && !isNilConst(argument(call, i)) {
			o.Traits = o.open(o.Options&(1<<i) != 0)
		}
	}
	o.Options, o.TransportOptions = 0, 0
	if !o.needsParam() {
		o.Params = 0
		return o
	}
	var passed Traits
	isNil := true
	for i := range 32 {
		if o.Params&(1<<i) == 0 {
			continue
		}
		arg := argument(call, i)
		c, ok := arg.(*ssa.Const)
		if ok && c.Value == nil {
			passed = passed.join(plainClient())
			continue
		}
		isNil = false
		passed = passed.join(joined(e.value(arg)))
	}
	o.Traits = o.fill(passed, isNil)
	return o
}

// clientResult evaluates a result of a function of the package, its parameters
// left open.
func (m *Model) clientResult(fn *ssa.Function, index int) []clientOrigin {
	key := clientResult{fn, index}
	if list, ok := m.clients.results[key]; ok {
		return list
	}
	if m.clients.results == nil {
		m.clients.results = map[clientResult][]clientOrigin{}
	}
	m.clients.results[key] = unknownClient(nil) // where it calls itself
	e := m.clientEval(fn)
	var list []clientOrigin
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
			list = append(list, e.value(ret.Results[index])...)
		}
	}
	list = distinct(list)
	m.clients.results[key] = list
	return list
}

// distinct drops origins that say nothing new.
func distinct(list []clientOrigin) []clientOrigin {
	seen := map[clientOrigin]bool{}
	var out []clientOrigin
	for _, o := range list {
		if !seen[o] {
			seen[o] = true
			out = append(out, o)
		}
	}
	return out
}

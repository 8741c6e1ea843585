package httpmodel

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// A clientChange changes a client or transport after it was made: a store to
// one of its fields, or a call of one of its setters.
type clientChange struct {
	role  string // of the field, or ""
	store *ssa.Store
	set   *library.Client // what the setter does
	call  ssa.CallInstruction
	at    ssa.Instruction // where it happens in the function that has the client
	sure  bool            // it happens whenever at does
}

func (c clientChange) value() ssa.Value {
	if c.store != nil {
		return c.store.Val
	}
	return nil
}

// rootKey identifies the thing that is changed: where it was made, or the
// variable or field that is one.
type rootKey any

// clientRoots returns where the client or transport that v is was made.
func (m *Model) clientRoots(v ssa.Value) []rootKey {
	w := &rootWalk{ix: m.flow(), seen: map[ssa.Value]bool{}}
	w.value(v)
	return w.found
}

type rootWalk struct {
	ix    *flowIndex
	seen  map[ssa.Value]bool
	found []rootKey
}

func (w *rootWalk) emit(k rootKey) {
	if !slices.Contains(w.found, k) {
		w.found = append(w.found, k)
	}
}

func (w *rootWalk) value(v ssa.Value) {
	if v == nil || w.seen[v] || len(w.seen) > 200 {
		return
	}
	w.seen[v] = true
	switch v := v.(type) {
	case *ssa.Phi:
		for _, e := range v.Edges {
			w.value(e)
		}
	case *ssa.ChangeType:
		w.value(v.X)
	case *ssa.ChangeInterface:
		w.value(v.X)
	case *ssa.MakeInterface:
		w.value(v.X)
	case *ssa.TypeAssert:
		w.value(v.X)
	case *ssa.Extract:
		if t, ok := v.Tuple.(*ssa.TypeAssert); ok {
			w.value(t.X)
			return
		}
		w.emit(v)
	case *ssa.Call:
		lib := library.FuncOf(calleeOf(&v.Call))
		takesOut := lib != nil && lib.Client != nil && lib.Client.From != nil && *lib.Client.From == library.Recv && !lib.Client.Fresh && !lib.Client.Retries
		if isFluent(&v.Call) || takesOut {
			w.value(receiver(&v.Call))
			return
		}
		w.emit(v)
	case *ssa.FreeVar:
		for _, b := range w.ix.bindings(v) {
			w.value(b)
		}
	case *ssa.UnOp:
		w.load(v)
	case *ssa.FieldAddr:
		if role, base := roleOf(v); role == "client.client" {
			w.value(base)
			return
		}
		w.emit(structField(v.X.Type(), v.Field))
	case *ssa.Alloc, *ssa.Parameter, *ssa.Global:
		w.emit(v)
	}
}

func (w *rootWalk) load(v *ssa.UnOp) {
	switch addr := v.X.(type) {
	case *ssa.Alloc:
		w.stored(addr)
	case *ssa.FreeVar:
		for _, b := range w.ix.bindings(addr) {
			if a, ok := b.(*ssa.Alloc); ok {
				w.stored(a)
			}
		}
	case *ssa.Global:
		if use := w.ix.globals[addr]; use != nil {
			for _, st := range use.stores {
				w.value(st.Val)
			}
		}
	case *ssa.FieldAddr:
		if role, base := roleOf(addr); role == "client.transport" || role == "client.client" {
			w.value(base)
			return
		}
		for _, st := range w.ix.stores[structField(addr.X.Type(), addr.Field)] {
			w.value(st.Val)
		}
	}
}

// stored goes on at what a local variable holds, if it is not the thing itself.
func (w *rootWalk) stored(a *ssa.Alloc) {
	if isStruct(a.Type().Underlying().(*types.Pointer).Elem()) {
		w.emit(a)
		return
	}
	for _, st := range w.ix.cellUses(a).stores {
		w.value(st.Val)
	}
}

// clientChanges returns the changes of each client and transport in the package.
func (m *Model) clientChanges() map[rootKey][]clientChange {
	if m.clients.changes != nil {
		return m.clients.changes
	}
	m.clients.changes = map[rootKey][]clientChange{}
	for _, s := range m.Settings() {
		switch s.Role {
		case "client.timeout", "client.transport", "client.client", "client.retry-max", "client.retry-if", "client.raw", "client.error-handler",
			"transport.timeout", "transport.disable-keep-alives", "transport.idle-per-host", "transport.dial":
			m.addChange(s.Base, clientChange{role: s.Role, store: s.Store, at: s.Store, sure: true}, 0)
		}
	}
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		lib := m.lib.FuncOf(calleeOf(call.Common()))
		if lib == nil || lib.Client == nil || !isFluent(call.Common()) && call.Common().Signature().Results().Len() > 0 {
			continue
		}
		if recv := receiver(call.Common()); recv != nil && !isUsed(call.Value()) {
			m.addChange(recv, clientChange{set: lib.Client, call: call, at: call, sure: true}, 0)
		}
	}
	return m.clients.changes
}

// repeatsFailures reports whether a policy surely repeats server errors or 429.
func (m *Model) repeatsFailures(policy ssa.Value) bool {
	var on play.Outcomes
	for _, o := range m.Origins(policy) {
		p := RetryPolicy{Fn: funcOfValue(o.Value)}
		if p.Fn == nil || len(p.Fn.Blocks) == 0 || !p.play(m) {
			return false
		}
		on |= p.On
	}
	return on.Has(givenUp)
}

// isUsed reports whether something is done with a value.
func isUsed(v *ssa.Call) bool {
	return v != nil && !unused(v)
}

// addChange notes a change of what base is; where that is a parameter, also of
// what each call of the function passes.
func (m *Model) addChange(base ssa.Value, c clientChange, depth int) {
	for _, root := range m.clientRoots(base) {
		m.clients.changes[root] = append(m.clients.changes[root], c)
		p, ok := root.(*ssa.Parameter)
		if !ok || depth > 3 {
			continue
		}
		calls, _ := m.flow().callers(p.Parent())
		for _, call := range calls {
			passed := c
			passed.sure = c.sure && m.always(c.at, p)
			passed.at = call
			m.addChange(argument(call, paramIndex(p)), passed, depth+1)
		}
	}
}

// changed applies what the package does to a client after it was made: what
// surely happens replaces what was said before, what may happen adds to it.
func (e *clientEval) changed(v ssa.Value, list []clientOrigin) []clientOrigin {
	var key rootKey = v
	if fa, ok := v.(*ssa.FieldAddr); ok {
		key = structField(fa.X.Type(), fa.Field)
	}
	if isCellOfPointer(v) {
		return list
	}
	for _, c := range e.m.clientChanges()[key] {
		e.current[v] = list
		if c.sure && e.m.always(c.at, v) {
			list = e.apply(c, list)
			continue
		}
		if p, ok := c.value().(*ssa.Parameter); ok && p.Parent() == e.scope && nilSide(c.at.Block(), p) == token.NEQ {
			list = orNil(e.apply(c, list), list)
			continue
		}
		if len(list) <= maxOrigins {
			more := e.apply(c, list)
			list = slices.Clone(list)
			for i := range more {
				more[i].fn = c.at.Parent()
				for _, t := range []Trait{traitTimeout, traitSendTimeout} {
					if more[i].Says[t] != list[i].Says[t] {
						list[i].Says[t] |= saysUnknown // whoever sets it up may have set it
					}
				}
				if more[i].Says[traitGivesUp] != list[i].Says[traitGivesUp] {
					list[i].Says[traitGivesUp] = saysUnknown
				}
			}
			list = distinct(append(list[:len(list):len(list)], more...))
		}
	}
	delete(e.current, v)
	options, unknown := e.optionsOf(v)
	for i := range list {
		if list[i].Says[traitGivesUp]&saysYes != 0 && e.m.mayBeSet(v) {
			list = slices.Clone(list)
			list[i].Says[traitGivesUp] = saysUnknown
		}
		switch {
		case unknown:
			list = slices.Clone(list)
			list[i].Traits = list[i].open(isClient(v.Type()))
		case options != 0 && isClient(v.Type()):
			list[i].Options |= options
		case options != 0:
			list[i].TransportOptions |= options
		}
	}
	return list
}

// mayBeSet reports whether a function that is not seen gets a client, and may
// set what this package does not.
func (m *Model) mayBeSet(v ssa.Value) bool {
	if v.Referrers() == nil {
		return false
	}
	for _, ref := range *v.Referrers() {
		call, ok := ref.(ssa.CallInstruction)
		if !ok || receiver(call.Common()) == v || !slices.Contains(call.Common().Args, v) {
			continue
		}
		callee := calleeOf(call.Common())
		if callee == nil || callee.Pkg() != m.pass.Pkg && m.lib.FuncOf(callee) == nil {
			return true
		}
	}
	return false
}

// open is what can still be said once somebody else may have changed the
// fields: a client may have got another transport, and a transport other
// settings and another one inside, but it does what its type does.
func (t Traits) open(client bool) Traits {
	changeable := []Trait{traitSendTimeout, traitReuse, traitIdle}
	if client {
		changeable = append(changeable, traitTimeout, traitSendRetries, traitSendWrites, traitPool, traitFresh)
	}
	for _, i := range changeable {
		t.Says[i] |= saysUnknown
	}
	if client {
		t.Says[traitGivesUp], t.Says[traitSendGivesUp] = saysUnknown, saysUnknown
	}
	return t
}

func isClient(t types.Type) bool {
	typ := library.TypeOf(t)
	return typ != nil && typ.Kind == "client"
}

const maxOrigins = 12

// orNil joins what holds where a parameter is not nil with what holds else.
func orNil(given, otherwise []clientOrigin) []clientOrigin {
	for i := range given {
		for t := range given[i].Says {
			if given[i].Says[t] != otherwise[i].Says[t] {
				given[i].Says[t] = given[i].Says[t].orNil(otherwise[i].Says[t])
			}
		}
	}
	return given
}

// nilSide tells on which side of a comparison of p with nil a block is:
// token.EQL where p is nil, token.NEQ where it is not, token.ILLEGAL where
// that is not known.
func nilSide(b *ssa.BasicBlock, p *ssa.Parameter) token.Token {
	if len(b.Preds) != 1 {
		return token.ILLEGAL
	}
	from := b.Preds[0]
	branch, ok := from.Instrs[len(from.Instrs)-1].(*ssa.If)
	if !ok {
		return token.ILLEGAL
	}
	cond, ok := branch.Cond.(*ssa.BinOp)
	if !ok || cond.X != p && cond.Y != p || !isNilConst(cond.X) && !isNilConst(cond.Y) {
		return token.ILLEGAL
	}
	taken := from.Succs[0] == b
	switch {
	case cond.Op == token.EQL && taken, cond.Op == token.NEQ && !taken:
		return token.EQL
	case cond.Op == token.NEQ, cond.Op == token.EQL:
		return token.NEQ
	}
	return token.ILLEGAL
}

func isNilConst(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}

func isCellOfPointer(v ssa.Value) bool {
	a, ok := v.(*ssa.Alloc)
	return ok && !isStruct(a.Type().Underlying().(*types.Pointer).Elem())
}

// optionsOf returns the parameters, of the function in question, that hold
// functions which get the client or transport and may change it; unknown says
// that some other function value does. What only this package can change is
// seen where it does.
func (e *clientEval) optionsOf(v ssa.Value) (params uint32, unknown bool) {
	if v.Referrers() == nil || e.m.isClosed(v.Type()) {
		return 0, false
	}
	for _, ref := range *v.Referrers() {
		call, ok := ref.(ssa.CallInstruction)
		if !ok {
			continue
		}
		c := call.Common()
		if _, builtin := c.Value.(*ssa.Builtin); builtin || c.IsInvoke() || c.StaticCallee() != nil || !slices.Contains(c.Args, v) {
			continue
		}
		p := elementOf(c.Value)
		if i := -1; p != nil && p.Parent() == e.scope {
			if i = paramIndex(p); i >= 0 && i < 32 {
				params |= 1 << i
				continue
			}
		}
		unknown = true
	}
	return params, unknown
}

// elementOf returns the parameter whose element a value is, or nil.
func elementOf(v ssa.Value) *ssa.Parameter {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return nil
	}
	ia, ok := load.X.(*ssa.IndexAddr)
	if !ok {
		return nil
	}
	p, _ := ia.X.(*ssa.Parameter)
	return p
}

// isClosed reports whether a type is the package's own and others cannot
// change what it sends through.
func (m *Model) isClosed(t types.Type) bool {
	n := namedOf(t)
	if n == nil || n.Pkg() != m.pass.Pkg {
		return false
	}
	st, ok := n.Type().Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if f.Exported() && sends(f.Type()) {
			return false
		}
	}
	return true
}

// always reports whether an instruction runs whenever a client that was made
// at v leaves the function. It errs on the side of no.
func (m *Model) always(at ssa.Instruction, v ssa.Value) bool {
	made, ok := v.(ssa.Instruction)
	if !ok { // a parameter, or a variable that is a client
		if p, isParam := v.(*ssa.Parameter); isParam {
			return at.Parent() == p.Parent() && dominatesReturns(at.Block(), p.Parent().Blocks[0])
		}
		return true
	}
	if _, isField := v.(*ssa.FieldAddr); isField {
		return true // what a field that is a client is set to is its meaning
	}
	if at.Parent() != made.Parent() {
		return false
	}
	return at.Block() == made.Block() || dominatesReturns(at.Block(), made.Block())
}

// dominatesReturns reports whether every good return after start comes after b.
func dominatesReturns(b, start *ssa.BasicBlock) bool {
	for _, r := range b.Parent().Blocks {
		ret, ok := r.Instrs[len(r.Instrs)-1].(*ssa.Return)
		if !ok || !start.Dominates(r) || b.Dominates(r) {
			continue
		}
		if len(ret.Results) > 0 {
			if c, isConst := ret.Results[0].(*ssa.Const); isConst && c.Value == nil && len(ret.Results) > 1 {
				continue // return nil, err
			}
		}
		return false
	}
	return true
}

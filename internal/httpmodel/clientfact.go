package httpmodel

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

const clientFactVersion = 3

// A ClientFact says how the client or transport behaves that a function of
// another package returns, or that a variable of it holds.
type ClientFact struct {
	Version int
	Index   int // which result
	Traits
	// Signs says that it sets an Authorization header.
	Signs bool
}

// A TransportFact says how a type of another package with RoundTrip or Do
// behaves.
type TransportFact struct {
	Version int
	Traits           // what it does itself, and what it sends through where Fields is empty
	Fields  []string // the transports that it holds, two at most
	// Headers are those that it sets on requests.
	Headers []TransportHeader
}

func (*ClientFact) AFact()    {}
func (*TransportFact) AFact() {}

// String describes the fact for tests and debugging.
func (f *ClientFact) String() string { return "client(" + f.Traits.String() + ")" }

// String describes the fact for tests and debugging.
func (f *TransportFact) String() string {
	return "transport(" + f.Traits.String() + " over=" + strings.Join(f.Fields, ",") + ")"
}

// exportClientFacts tells importing packages how the clients and transports
// behave that they can get from this one.
func (m *Model) exportClientFacts() {
	if m.Empty() || m.pass.Pkg.Name() == "main" {
		return
	}
	for _, fn := range m.flow().funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || obj.Origin() != obj || fn.Parent() != nil {
			continue
		}
		index := clientAmong(obj.Signature())
		if index < 0 {
			continue
		}
		if t, signs := joined(m.clientResult(fn, index)), m.signs(fn, index); t.known() || signs {
			m.pass.ExportObjectFact(obj, &ClientFact{Version: clientFactVersion, Index: index, Traits: t, Signs: signs})
		}
	}
	scope := m.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		switch obj := scope.Lookup(name).(type) {
		case *types.Var:
			m.exportVariable(obj)
		case *types.TypeName:
			if !obj.Exported() || obj.IsAlias() || !isStruct(obj.Type()) {
				continue
			}
			if t := m.transportType(obj); t != nil {
				headers, _ := m.transportHeaders(obj)
				m.pass.ExportObjectFact(obj, &TransportFact{Version: clientFactVersion, Traits: t.Traits, Fields: t.fields, Headers: headers})
			}
		}
	}
}

func (m *Model) exportVariable(v *types.Var) {
	g := m.SSA().SSA.Var(v.Name())
	if !v.Exported() || g == nil || !sends(v.Type()) {
		return
	}
	var value ssa.Value = g
	e := m.clientEval(nil)
	var list []clientOrigin
	if isStruct(v.Type()) {
		list = e.value(value)
	} else {
		list = e.variable(g)
	}
	// That others may set it is said for this package: importers see the value
	// that it starts with, and their own assignments.
	known := list[:0]
	for _, o := range list {
		if o.known() {
			known = append(known, o)
		}
	}
	if len(known) > 0 {
		m.pass.ExportObjectFact(v, &ClientFact{Version: clientFactVersion, Traits: joined(known)})
	}
}

// known reports whether there is anything to tell.
func (t Traits) known() bool {
	for _, a := range t.Says {
		if a != 0 && a&saysUnknown == 0 {
			return true
		}
	}
	return false
}

// clientAmong returns the first result that is a client or transport, or -1.
func clientAmong(sig *types.Signature) int {
	for i := range sig.Results().Len() {
		if t := sig.Results().At(i).Type(); !isErrorType(t) && (sends(t) || holdsSendMethod(t)) {
			return i
		}
	}
	return -1
}

// holdsSendMethod reports whether a struct, or a pointer to one, has RoundTrip.
func holdsSendMethod(t types.Type) bool {
	n := namedOf(t)
	if n == nil || n.Pkg() == nil || !isStruct(n.Type()) {
		return false
	}
	fn := sendMethod(n.Type(), n.Pkg())
	return fn != nil && fn.Name() == "RoundTrip"
}

// importFacts fetches the facts of what the package refers to, since
// facts may only be read while the analyzer runs.
func (m *Model) importFacts() {
	m.clients.foreign = map[types.Object]*ClientFact{}
	m.clients.foreignRT = map[*types.TypeName]*TransportFact{}
	m.foreignURLs = map[*types.Func]*URLFact{}
	for _, obj := range m.pass.TypesInfo.Uses {
		if obj.Pkg() == nil || obj.Pkg() == m.pass.Pkg {
			continue
		}
		switch obj := obj.(type) {
		case *types.Func:
			index := clientAmong(obj.Signature())
			m.importClient(obj.Origin(), index >= 0)
			if index >= 0 {
				m.importTransport(namedOf(obj.Signature().Results().At(index).Type()))
			}
			m.importLend(obj.Origin())
			m.importRepeat(obj.Origin())
			m.importCreate(obj.Origin())
			m.importPage(obj.Origin())
			m.importUnverified(obj.Origin())
			f := new(URLFact)
			if returnsText(obj.Signature()) && m.pass.ImportObjectFact(obj.Origin(), f) && f.Version == urlFactVersion {
				m.foreignURLs[obj.Origin()] = f
			}
		case *types.Var:
			m.importClient(obj, !obj.IsField() && sends(obj.Type()))
		case *types.TypeName:
			m.importTransport(obj)
		}
	}
}

// importTransport fetches what is known of another package's struct.
func (m *Model) importTransport(n *types.TypeName) {
	if n == nil || n.Pkg() == nil || n.Pkg() == m.pass.Pkg || !isStruct(n.Type()) {
		return
	}
	f := new(TransportFact)
	if m.pass.ImportObjectFact(n, f) && f.Version == clientFactVersion {
		m.clients.foreignRT[n] = f
	}
}

func (m *Model) importClient(obj types.Object, matters bool) {
	f := new(ClientFact)
	if matters && m.pass.ImportObjectFact(obj, f) && f.Version == clientFactVersion {
		m.clients.foreign[obj] = f
	}
}

func (m *Model) foreignClient(obj types.Object) *ClientFact {
	if fn, ok := obj.(*types.Func); ok {
		obj = fn.Origin()
	}
	return m.clients.foreign[obj]
}

func (m *Model) foreignTransport(n *types.TypeName) *TransportFact { return m.clients.foreignRT[n] }

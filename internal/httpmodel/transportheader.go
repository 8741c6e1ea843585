package httpmodel

import (
	"go/token"
	"go/types"
	"net/http"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// headerWays says whether the ways that a request can take set a header.
type headerWays struct {
	sets, plain bool
	given       bool // a plain client that other packages pass in
	unknown     bool
}

// leavesOut reports whether a request goes out through a client that does not
// set a header, at least when the package's own default is used. byHand says
// that the request's own code sets headers of that kind, which speaks against a
// client that is passed in and does.
func (m *Model) leavesOut(s *Send, name string, byHand bool) bool {
	if s == nil {
		return false
	}
	name = http.CanonicalHeaderKey(name)
	w := &headerWalk{m: m, name: name, seen: map[walkKey]bool{}}
	common := s.Call.Common()
	switch {
	case s.Lib != nil && s.Lib.Send != nil && s.Lib.Send.Client == "default":
		return !w.defaultSets()
	case receiver(common) != nil:
		w.client(receiver(common), nil)
	case !common.IsInvoke() && staticCallee(common) == nil:
		w.client(common.Value, nil) // a function value with the form of Client.Do
	default:
		w.unknown = true
	}
	switch {
	case w.sets && !w.plain:
		return false
	case w.plain:
		return true
	}
	return byHand && w.given && !w.unknown
}

type headerWalk struct {
	headerWays
	m    *Model
	name string
	seen map[walkKey]bool
}

// defaultSets reports whether the package puts a transport of its own into
// net/http's defaults.
func (w *headerWalk) defaultSets() bool {
	for _, s := range w.m.Settings() {
		if fa, ok := s.Base.(*ssa.UnOp); ok {
			if g, ok := fa.X.(*ssa.Global); ok && g.Pkg.Pkg.Path() == "net/http" {
				return true
			}
		}
	}
	for st := range lazyssa.Each[*ssa.Store](w.m.flow().funcs...) {
		if g, ok := st.Addr.(*ssa.Global); ok && g.Pkg.Pkg.Path() == "net/http" {
			return true
		}
	}
	return false
}

// client follows a client or transport to where it is made. Functions of the
// package are entered with the call that they are entered by.
func (w *headerWalk) client(v ssa.Value, fr *callFrame) {
	v = structBehind(v)
	key := walkKey{v: v}
	if fr != nil {
		key.call = fr.call
	}
	if v == nil || w.seen[key] {
		return
	}
	if w.seen[key] = true; len(w.seen) > 80 {
		w.unknown = true
		return
	}
	switch x := v.(type) {
	case *ssa.Alloc:
		if isStruct(x.Type().Underlying().(*types.Pointer).Elem()) {
			w.object(x, fr)
			return
		}
	case *ssa.Phi:
		for _, e := range x.Edges {
			w.client(e, fr)
		}
		return
	case *ssa.Parameter:
		w.param(x, fr)
		return
	case *ssa.Extract:
		if call, ok := x.Tuple.(*ssa.Call); ok && w.entered(call, x.Index, fr) {
			return
		}
	case *ssa.Call:
		if w.entered(x, 0, fr) {
			return
		}
	case *ssa.UnOp:
		if w.loaded(x, fr) {
			return
		}
	}
	for _, o := range w.m.Origins(v) {
		w.origin(o, fr)
	}
}

// param goes on at the call that the walk came through, or at every caller.
func (w *headerWalk) param(p *ssa.Parameter, fr *callFrame) {
	i := paramIndex(p)
	if fr != nil && fr.fn == genericOrigin(p.Parent()) {
		w.client(argument(fr.call, i), fr.up)
		return
	}
	calls, complete := w.m.flow().callers(p.Parent())
	for _, call := range calls {
		w.client(argument(call, i), nil)
	}
	if !complete {
		w.passedIn(p.Type())
	}
}

// passedIn notes a client or transport that other packages decide on.
func (w *headerWalk) passedIn(t types.Type) {
	if sends(t) && !isOwnInterface(t) {
		w.given = true
	} else {
		w.unknown = true
	}
}

// entered goes on at what a function of the package returns.
func (w *headerWalk) entered(call *ssa.Call, index int, fr *callFrame) bool {
	fn := staticCallee(call.Common())
	if fn == nil || fn.Blocks == nil || fr.holds(fn) || library.FuncOf(CalleeObject(call)) != nil {
		return false
	}
	in := &callFrame{call: call, fn: fn, up: fr}
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
			w.client(ret.Results[index], in)
		}
	}
	return true
}

// loaded goes on at what the package stores to a field.
func (w *headerWalk) loaded(load *ssa.UnOp, fr *callFrame) bool {
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	if role, base := roleOf(fa); role == "client.transport" || role == "client.client" {
		w.client(base, fr) // what is inside it
		return true
	}
	f := structField(fa.X.Type(), fa.Field)
	if f == nil || f.Pkg() != w.m.pass.Pkg {
		return false
	}
	if a, local := fa.X.(*ssa.Alloc); local && len(storesOf(a, fa.Field)) > 0 {
		for _, v := range storesOf(a, fa.Field) {
			w.client(v, fr)
		}
		return true
	}
	stores, complete := w.m.FieldStores(f)
	for _, st := range stores {
		w.client(st.Val, nil)
	}
	if !complete {
		w.passedIn(f.Type())
	} else if len(stores) == 0 {
		w.unknown = true
	}
	return true
}

// structBehind is the local struct that an interface or a copy is made of.
func structBehind(v ssa.Value) ssa.Value {
	v = unwrapped(v)
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL && isStruct(load.Type()) {
		if a, ok := load.X.(*ssa.Alloc); ok {
			return a
		}
	}
	return v
}

func (w *headerWalk) origin(o Origin, fr *callFrame) {
	switch o.Kind {
	case OriginConst: // nil, or a client's zero value
		if typ := library.TypeOf(o.Value.Type()); typ != nil && typ.Kind == "client" && isStruct(o.Value.Type()) {
			w.plain = true
		}
	case OriginGlobal:
		g, ok := o.Value.(*ssa.Global)
		if v, isVar := globalVar(g); ok && isVar && library.GlobalOf(v) != nil {
			if w.defaultSets() {
				w.unknown = true
			} else {
				w.plain = true
			}
			return
		}
		if ok && g.Pkg == w.m.SSA().SSA {
			return // exported: others may set it, but here is what it starts as
		}
		w.unknown = true
	case OriginObject:
		if a, ok := o.Value.(*ssa.Alloc); ok {
			w.object(a, fr)
			return
		}
		w.unknown = true
	case OriginCall:
		w.call(o, fr)
	case OriginParam, OriginField:
		w.passedIn(o.Value.Type())
	case OriginFunc:
		w.function(o.Value)
	default:
		w.unknown = true
	}
}

func globalVar(g *ssa.Global) (*types.Var, bool) {
	if g == nil {
		return nil, false
	}
	v, ok := g.Object().(*types.Var)
	return v, ok
}

// isOwnInterface reports whether a type is an interface other than
// http.RoundTripper: what is behind it may do more than send.
func isOwnInterface(t types.Type) bool {
	return types.IsInterface(t) && !isNamed(t, "net/http", "RoundTripper")
}

// call follows a constructor: a library's, or another package's whose result
// is of a type that is known.
func (w *headerWalk) call(o Origin, fr *callFrame) {
	common := o.Call.Common()
	callee := CalleeObject(o.Call)
	lib := library.FuncOf(callee)
	if lib != nil && lib.Client != nil {
		if w.name == "Authorization" && (lib.Client.Auth || lib.Client.Source != nil) {
			w.sets = true
			return
		}
		if w.changed(o.Call) {
			return // it is sent through that instead
		}
		next := false
		for _, arg := range []*library.Arg{lib.Client.Transport, lib.Client.From} {
			if v := argAt(common, arg); v != nil {
				next = true
				w.client(v, frameOf(v, fr))
			}
		}
		if !next {
			w.plain = true
		}
		return
	}
	if callee == nil || o.Value == nil || lib != nil {
		w.unknown = true
		return
	}
	if f := w.m.foreignClient(callee); f != nil && f.Signs && f.Index == o.Index && w.name == "Authorization" {
		w.sets = true
		return
	}
	res := callee.Signature().Results()
	if o.Index >= res.Len() {
		w.unknown = true
		return
	}
	t := res.At(o.Index).Type()
	if typ := library.TypeOf(t); typ != nil && typ.Kind == "transport" {
		w.plain = true
		return
	}
	n := namedOf(t)
	if n == nil || types.IsInterface(t) {
		w.unknown = true
		return
	}
	headers, known := w.m.transportHeaders(n)
	if !known {
		w.unknown = true
		return
	}
	for _, h := range headers {
		if h.Name == "" || h.Name == w.name {
			w.sets, w.unknown = h.Name != "", h.Name == ""
			return
		}
	}
	next := false
	for _, arg := range common.Args {
		if sends(arg.Type()) {
			next = true
			w.client(arg, frameOf(arg, fr))
		}
	}
	if !next {
		w.unknown = true // it sends through something of its own
	}
}

// changed goes on at the transports that the package puts into what a call
// returns, and reports whether there are any.
func (w *headerWalk) changed(call ssa.CallInstruction) bool {
	found := false
	for _, s := range w.m.Settings() {
		if s.Role != "client.transport" && s.Role != "client.client" {
			continue
		}
		for _, o := range w.m.Origins(s.Base) {
			if o.Kind == OriginCall && o.Call == call {
				found = true
				w.client(s.Store.Val, nil)
			}
		}
	}
	return found
}

// function looks at a function that is used as a transport.
func (w *headerWalk) function(v ssa.Value) {
	fn, ok := v.(*ssa.Function)
	if mc, isClosure := v.(*ssa.MakeClosure); isClosure {
		fn, ok = mc.Fn.(*ssa.Function)
	}
	if !ok || fn.Blocks == nil {
		w.unknown = true
		return
	}
	for _, h := range w.m.headersSetIn(fn) {
		w.sets = w.sets || h.Name == w.name
		w.unknown = w.unknown || h.Name == ""
	}
	w.unknown = w.unknown || !w.sets
}

// signs reports whether the client that a function returns sets an
// Authorization header.
func (m *Model) signs(fn *ssa.Function, index int) bool {
	w := &headerWalk{m: m, name: "Authorization", seen: map[walkKey]bool{}}
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
			w.client(ret.Results[index], nil)
		}
	}
	return w.sets && !w.plain
}

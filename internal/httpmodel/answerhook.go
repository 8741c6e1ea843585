package httpmodel

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// HooksAnswers reports whether something that is set on the client may turn
// an answer with an error status into an error before the code around the
// request sees it. No is proven: the client is made in sight, goes nowhere
// else, and nothing of the kind is set on it.
func (s *Send) HooksAnswers() Answer {
	if s.model.checkingTransport() {
		return Unknown
	}
	if !s.ownResponse() || s.Lib.Send.ErrorOnStatus {
		return No // net/http's own client leaves the status to the program
	}
	w := &hookWalk{m: s.model, ix: s.model.flow(), back: map[ssa.Value]bool{}, ahead: map[ssa.Value]bool{}}
	w.from(receiver(s.Call.Common()))
	return w.answer()
}

// A hookWalk goes back from a request or client of a library to the calls
// that made the client, and forward from those to everything that is set on
// it.
type hookWalk struct {
	m     *Model
	ix    *flowIndex
	back  map[ssa.Value]bool
	ahead map[ssa.Value]bool
	made  int // constructors met
	// unseen says that the client may be changed where the walk does not see.
	unseen bool
	hooked bool
}

func (w *hookWalk) answer() Answer {
	switch {
	case w.hooked:
		return Yes
	case w.unseen || w.made == 0 || len(w.back)+len(w.ahead) > maxWalkSteps:
		return Unknown
	}
	return No
}

func (w *hookWalk) from(v ssa.Value) {
	if v == nil {
		w.unseen = true
		return
	}
	if w.back[v] {
		return
	}
	w.back[v] = true
	for _, o := range w.m.Origins(v) {
		switch o.Kind {
		case OriginCall:
			w.fromCall(o)
		case OriginConst: // nil sends nothing
		default:
			w.unseen = true
		}
	}
}

func (w *hookWalk) fromCall(o Origin) {
	common := o.Call.Common()
	callee := CalleeObject(o.Call)
	lib := w.m.lib.FuncOf(callee)
	recv := receiver(common)
	switch {
	case lib != nil && lib.Client != nil && lib.Client.From == nil,
		lib != nil && lib.Client != nil && recv == nil, // over a client of net/http
		lib == nil && callee != nil && w.m.plain[callee.Origin()]:
		w.root(o)
	case lib != nil && lib.Client != nil:
		w.root(o) // a copy is a client of its own
		w.set(o.Call)
		w.from(argAt(common, lib.Client.From))
	case lib != nil && lib.NewRequest != nil && lib.NewRequest.From != nil:
		w.from(argAt(common, lib.NewRequest.From))
	case ofLibrary(recv):
		w.from(recv) // a method of a builder
	default:
		w.unseen = true
	}
}

// ofLibrary reports whether a value is a client or request of a library.
func ofLibrary(v ssa.Value) bool {
	if v == nil {
		return false
	}
	t := library.TypeOf(v.Type())
	return t != nil && (t.Kind == "client" || t.Kind == "request")
}

func (w *hookWalk) root(o Origin) {
	w.made++
	w.forward(resultOf(o.Call, o.Index), false)
}

// resultOf returns the value of one result of a call, or nil: go and defer give
// none.
func resultOf(call ssa.CallInstruction, i int) ssa.Value {
	v := call.Value()
	if v == nil {
		return nil
	}
	if call.Common().Signature().Results().Len() == 1 {
		return v
	}
	for _, ref := range *v.Referrers() {
		if x, ok := ref.(*ssa.Extract); ok && x.Index == i {
			return x
		}
	}
	return nil
}

// set notes what a call sets on a client.
func (w *hookWalk) set(call ssa.CallInstruction) {
	lib := w.m.lib.FuncOf(CalleeObject(call))
	if lib == nil || lib.Client == nil || lib.Client.OnAnswer == nil {
		return
	}
	if !w.m.neverFails(argAt(call.Common(), lib.Client.OnAnswer)) {
		w.hooked = true
	}
}

// forward looks at what becomes of a client. Kept says that it was read from a
// field or variable, so that who gets it may change it for all.
func (w *hookWalk) forward(v ssa.Value, kept bool) {
	if v == nil || w.ahead[v] || v.Referrers() == nil {
		return
	}
	w.ahead[v] = true
	for _, ref := range *v.Referrers() {
		w.use(v, ref, kept)
	}
}

func (w *hookWalk) use(v ssa.Value, ref ssa.Instruction, kept bool) {
	switch ref := ref.(type) {
	case *ssa.DebugRef, *ssa.BinOp, *ssa.If:
	case *ssa.Phi, *ssa.ChangeType, *ssa.Extract:
		w.forward(ref.(ssa.Value), kept)
	case *ssa.FieldAddr:
		w.setField(ref)
	case *ssa.Store:
		if ref.Val == v {
			w.store(ref, kept)
		}
	case *ssa.MakeClosure:
		fn := ref.Fn.(*ssa.Function)
		for i, b := range ref.Bindings {
			if b == v && i < len(fn.FreeVars) {
				w.forward(fn.FreeVars[i], kept)
			}
		}
	case *ssa.Return:
		w.returned(v, ref, kept)
	case ssa.CallInstruction:
		w.call(v, ref, kept)
	default:
		w.unseen = true
	}
}

// setField notes a function that is stored to a field of the client itself.
func (w *hookWalk) setField(fa *ssa.FieldAddr) {
	for _, ref := range *fa.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && isFunc(st.Val.Type()) && !w.m.neverFails(st.Val) {
			w.hooked = true
		}
	}
}

func (w *hookWalk) store(st *ssa.Store, kept bool) {
	switch addr := st.Addr.(type) {
	case *ssa.Alloc:
		uses := w.ix.cellUses(addr)
		w.unseen = w.unseen || uses.leaks || len(uses.fills) > 0
		for _, load := range uses.loads {
			w.forward(load, kept)
		}
	case *ssa.FieldAddr:
		f := structField(addr.X.Type(), addr.Field)
		if f == nil || f.Pkg() != w.m.pass.Pkg || f.Exported() && !w.ix.main || w.ix.leaks[f] {
			w.unseen = true
			return
		}
		for _, load := range w.ix.loads[f] {
			w.forward(load, true)
		}
	case *ssa.Global:
		use := w.ix.globals[addr]
		if use == nil || use.leaks || token.IsExported(addr.Name()) && !w.ix.main {
			w.unseen = true
			return
		}
		for _, load := range use.loads {
			w.forward(load, true)
		}
	default:
		w.unseen = true
	}
}

func (w *hookWalk) returned(v ssa.Value, ret *ssa.Return, kept bool) {
	calls, complete := w.ix.callers(ret.Parent())
	if !complete && kept {
		w.unseen = true // a getter: its users may set what they like
	}
	for i, r := range ret.Results {
		if r != v {
			continue
		}
		for _, call := range calls {
			w.forward(resultOf(call, i), kept)
		}
	}
}

func (w *hookWalk) call(v ssa.Value, call ssa.CallInstruction, kept bool) {
	if recv := receiver(call.Common()); recv == v && ofLibrary(recv) {
		w.set(call)
		if res := call.Value(); res != nil && library.TypeOf(res.Type()) == library.TypeOf(v.Type()) {
			w.forward(res, kept)
		}
		return
	}
	fn := staticCallee(call.Common())
	if fn == nil || fn.Blocks == nil {
		w.unseen = true
		return
	}
	for i, p := range fn.Params {
		if argument(call, i) == v {
			w.forward(p, kept)
		}
	}
}

// neverFails reports whether a function is seen to return no error but nil.
func (m *Model) neverFails(v ssa.Value) bool {
	fn, ok := v.(*ssa.Function)
	if mc, closure := v.(*ssa.MakeClosure); closure {
		fn, ok = mc.Fn.(*ssa.Function)
	}
	if ct, named := v.(*ssa.ChangeType); named {
		return m.neverFails(ct.X)
	}
	if !ok || len(fn.Blocks) == 0 {
		return false
	}
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || len(ret.Results) == 0 {
			continue
		}
		err := ret.Results[len(ret.Results)-1]
		if !isErrorType(err.Type()) {
			continue
		}
		for _, o := range m.Origins(err) {
			if c, ok := o.Value.(*ssa.Const); o.Kind != OriginConst || !ok || !c.IsNil() {
				return false
			}
		}
	}
	return true
}

// checkingTransport reports whether the package puts a RoundTripper of its
// own, or one of a package that it imports, where clients send through, and
// that is known to make an error of an error status.
func (m *Model) checkingTransport() bool {
	m.checkingOnce.Do(func() {
		for n := range m.flow().inInterface {
			obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(n.Type()), true, n.Pkg(), "RoundTrip")
			if fn, ok := obj.(*types.Func); ok && failsOnStatus(m.facts.Wrapper(fn)) {
				m.checking = true
			}
		}
	})
	return m.checking
}

// failsOnStatus reports whether a function gives an error for the common error
// statuses, and only for those.
func failsOnStatus(t *play.Table) bool {
	if t == nil {
		return false
	}
	var failed play.Outcomes
	for _, row := range t.Rows {
		if n := len(row.Res); n > 0 && row.Res[n-1].K == play.NonNil && !row.Out.Has(play.Success) {
			failed |= row.Out
		}
	}
	return failed&refused == refused && failed.Has(play.ServerError)
}

const hookFactVersion = 1

// A HookFact says that a function of another package makes a new client of a
// library on which nothing is set that turns an answer into an error.
type HookFact struct{ Version int }

// AFact marks the type as a fact.
func (*HookFact) AFact() {}

// String describes the fact for tests and debugging.
func (*HookFact) String() string { return "plain client" }

// exportHookFacts tells importing packages which functions make plain clients.
func (m *Model) exportHookFacts() {
	if m.Empty() {
		return
	}
	m.importHookFacts()
	if m.pass.Pkg.Name() == "main" {
		return
	}
	for _, fn := range m.SSA().Funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || fn.Parent() != nil || !obj.Exported() || !makesClient(obj.Signature()) || m.checkingTransport() {
			continue
		}
		w := &hookWalk{m: m, ix: m.flow(), back: map[ssa.Value]bool{}, ahead: map[ssa.Value]bool{}}
		for _, b := range fn.Blocks {
			if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
				w.from(ret.Results[0])
			}
		}
		if w.answer() == No {
			m.pass.ExportObjectFact(obj, &HookFact{Version: hookFactVersion})
		}
	}
}

// makesClient reports whether the first result is a library's own client.
func makesClient(sig *types.Signature) bool {
	if sig.Results().Len() == 0 {
		return false
	}
	res := sig.Results().At(0).Type()
	t := library.TypeOf(res)
	return t != nil && t.Kind == "client" && !isNamed(res, "net/http", "Client")
}

// importHookFacts fetches the facts of the functions that the package refers
// to, since facts may only be read while the analyzer runs.
func (m *Model) importHookFacts() {
	m.plain = map[*types.Func]bool{}
	for _, obj := range m.pass.TypesInfo.Uses {
		fn, ok := obj.(*types.Func)
		if !ok || fn.Pkg() == nil || fn.Pkg() == m.pass.Pkg || !makesClient(fn.Signature()) {
			continue
		}
		f := new(HookFact)
		if m.pass.ImportObjectFact(fn.Origin(), f) && f.Version == hookFactVersion {
			m.plain[fn.Origin()] = true
		}
	}
}

package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// A SinkKind says where a value ends up.
type SinkKind int

const (
	SinkUnknown  SinkKind = iota // given to code that is not seen
	SinkField                    // stored to Field
	SinkGlobal                   // stored to Global
	SinkCaptured                 // a local variable that a closure keeps; Instr is the *ssa.MakeClosure
	SinkElement                  // stored to an element of a map or slice
	SinkHeader                   // set as a header (Name, when constant) or as authentication
	SinkQuery                    // made part of a request's URL
	SinkSecret                   // given to a library as a credential
	SinkLog                      // logged or printed
	SinkError                    // made part of an error's text
	SinkReturn                   // returned to code outside the package
)

// A Sink is a place that a value reaches.
type Sink struct {
	Kind   SinkKind
	Instr  ssa.Instruction
	Value  ssa.Value // the value as it gets there
	Field  *types.Var
	Global *ssa.Global
	Name   string
}

// Sinks returns where a value goes: forward through phis, conversions, text
// made of it, locals, closures, in-package calls and returns, up to fields and
// variables. It is not followed through those (see [Model.DeepSinks]).
// SinkUnknown stands for whatever the package does not show.
func (m *Model) Sinks(v ssa.Value) []Sink { return m.walkForward(v, false) }

// DeepSinks is like [Model.Sinks] but goes on at every read of the fields and
// variables that the value is stored to.
func (m *Model) DeepSinks(v ssa.Value) []Sink { return m.walkForward(v, true) }

type forwardWalk struct {
	m     *Model
	ix    *flowIndex
	deep  bool
	steps int
	seen  map[any]bool
	found []Sink
}

func (m *Model) walkForward(v ssa.Value, deep bool) []Sink {
	w := &forwardWalk{m: m, ix: m.flow(), deep: deep, seen: map[any]bool{}}
	w.value(v)
	return w.found
}

func (w *forwardWalk) emit(s Sink) { w.found = append(w.found, s) }

func (w *forwardWalk) value(v ssa.Value) {
	if v == nil || w.seen[v] || v.Referrers() == nil {
		return
	}
	w.seen[v] = true
	if w.steps++; w.steps > maxWalkSteps {
		if w.steps == maxWalkSteps+1 {
			w.emit(Sink{Kind: SinkUnknown, Value: v})
		}
		return
	}
	for _, ref := range *v.Referrers() {
		w.use(v, ref)
	}
}

func (w *forwardWalk) use(v ssa.Value, ref ssa.Instruction) {
	switch ref := ref.(type) {
	case *ssa.DebugRef, *ssa.If, *ssa.Field, *ssa.FieldAddr:
	case *ssa.Phi, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.MakeInterface, *ssa.Convert, *ssa.MultiConvert, *ssa.TypeAssert, *ssa.Slice, *ssa.Extract:
		w.value(ref.(ssa.Value))
	case *ssa.BinOp:
		if ref.Op == token.ADD {
			w.value(ref)
		}
	case *ssa.Store:
		if ref.Val == v {
			w.store(ref)
		}
	case *ssa.MapUpdate:
		if ref.Value == v {
			w.mapUpdate(ref)
		}
	case *ssa.Return:
		w.returned(v, ref)
	case *ssa.MakeClosure:
		fn := ref.Fn.(*ssa.Function)
		for i, b := range ref.Bindings {
			if b == v && i < len(fn.FreeVars) {
				w.emit(Sink{Kind: SinkCaptured, Instr: ref, Value: v})
				w.value(fn.FreeVars[i])
			}
		}
	case ssa.CallInstruction:
		w.call(v, ref)
	case *ssa.UnOp:
		if ref.Op == token.MUL { // a captured variable read in its closure
			w.value(ref)
		}
	case *ssa.Index, *ssa.IndexAddr, *ssa.Lookup, *ssa.Range:
		// A part of it.
	default:
		w.emit(Sink{Kind: SinkUnknown, Instr: ref, Value: v})
	}
}

func (w *forwardWalk) store(st *ssa.Store) {
	switch addr := st.Addr.(type) {
	case *ssa.Alloc:
		w.cell(addr)
	case *ssa.FreeVar:
		for _, b := range w.ix.bindings(addr) {
			if a, ok := b.(*ssa.Alloc); ok {
				w.cell(a)
			}
		}
	case *ssa.Global:
		w.emit(Sink{Kind: SinkGlobal, Instr: st, Value: st.Val, Global: addr})
		if use := w.ix.globals[addr]; use != nil && w.deep {
			for _, load := range use.loads {
				w.value(load)
			}
		}
	case *ssa.FieldAddr:
		f := structField(addr.X.Type(), addr.Field)
		if f == nil {
			return
		}
		w.emit(Sink{Kind: SinkField, Instr: st, Value: st.Val, Field: f})
		if !w.deep || w.seen[f] {
			return
		}
		w.seen[f] = true
		for _, load := range w.ix.loads[f] {
			w.value(load)
		}
	case *ssa.IndexAddr:
		if a, ok := addr.X.(*ssa.Alloc); ok && isArray(a) {
			w.value(a) // the arguments of a variadic call
			return
		}
		w.emit(Sink{Kind: SinkElement, Instr: st, Value: st.Val})
	default:
		w.emit(Sink{Kind: SinkUnknown, Instr: st, Value: st.Val})
	}
}

// cell goes on at every read of a local variable.
func (w *forwardWalk) cell(a *ssa.Alloc) {
	if w.seen[a] {
		return
	}
	w.seen[a] = true
	uses := w.ix.cellUses(a)
	for _, load := range uses.loads {
		w.value(load)
	}
	for _, ref := range *a.Referrers() {
		if mc, ok := ref.(*ssa.MakeClosure); ok {
			w.emit(Sink{Kind: SinkCaptured, Instr: mc, Value: a})
		}
	}
	if uses.leaks {
		w.emit(Sink{Kind: SinkUnknown, Value: a})
	}
}

func (w *forwardWalk) mapUpdate(up *ssa.MapUpdate) {
	if c, ok := up.Key.(*ssa.Const); ok && isHeaderMap(up.Map.Type()) {
		if name := constText(c); IsAuthHeader(name) {
			w.emit(Sink{Kind: SinkHeader, Instr: up, Value: up.Value, Name: name})
			return
		}
	}
	w.emit(Sink{Kind: SinkElement, Instr: up, Value: up.Value})
}

// isHeaderMap reports whether a map holds headers: net/http's, or a lambda's.
func isHeaderMap(t types.Type) bool {
	mt, ok := types.Unalias(t).Underlying().(*types.Map)
	return ok && isString(mt.Key())
}

func (w *forwardWalk) returned(v ssa.Value, ret *ssa.Return) {
	fn := ret.Parent()
	calls, complete := w.ix.callers(fn)
	if !complete {
		w.emit(Sink{Kind: SinkReturn, Instr: ret, Value: v})
	}
	for i, r := range ret.Results {
		if r != v {
			continue
		}
		for _, call := range calls {
			res := call.Value()
			if res == nil {
				continue
			}
			if len(ret.Results) == 1 {
				w.value(res)
				continue
			}
			for _, ref := range *res.Referrers() {
				if ex, ok := ref.(*ssa.Extract); ok && ex.Index == i {
					w.value(ex)
				}
			}
		}
	}
}

func (w *forwardWalk) call(v ssa.Value, call ssa.CallInstruction) {
	common := call.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" {
			w.value(call.Value())
		}
		return
	}
	fn := CalleeObject(call)
	if s, ok := w.librarySink(v, call, w.m.lib.FuncOf(fn)); ok {
		w.emit(s)
		return
	}
	if fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "fmt" && call.Value() != nil && isErrorType(call.Value().Type()) {
		w.emit(Sink{Kind: SinkError, Instr: call, Value: v})
		return
	}
	if isTextFunc(fn) {
		w.value(call.Value())
		return
	}
	if fn != nil && fn.Pkg() != nil && textPackage(fn.Pkg().Path()) {
		return // a question about the text, or its length
	}
	callee := staticCallee(common)
	if callee == nil || callee.Blocks == nil {
		w.emit(Sink{Kind: SinkUnknown, Instr: call, Value: v})
		return
	}
	for i, p := range callee.Params {
		if argument(call, i) == v {
			w.value(p)
		}
	}
}

func (w *forwardWalk) librarySink(v ssa.Value, call ssa.CallInstruction, f *library.Func) (Sink, bool) {
	if f == nil {
		return Sink{}, false
	}
	at := func(a *library.Arg) ssa.Value {
		if a == nil {
			return nil
		}
		i := int(*a)
		if CalleeObject(call).Signature().Recv() != nil {
			i++
		}
		return argument(call, i)
	}
	switch {
	case f.SetHeader != nil:
		if at(f.SetHeader.Name) == v {
			return Sink{}, false
		}
		s := Sink{Kind: SinkHeader, Instr: call, Value: v, Name: f.SetHeader.Fixed}
		if c, ok := at(f.SetHeader.Name).(*ssa.Const); ok {
			s.Name = constText(c)
		}
		return s, true
	case f.SetQuery != nil,
		f.NewRequest != nil && at(f.NewRequest.URL) == v && v != nil,
		f.Send != nil && at(f.Send.URL) == v && v != nil:
		return Sink{Kind: SinkQuery, Instr: call, Value: v}, true
	case f.Secret != nil:
		return Sink{Kind: SinkSecret, Instr: call, Value: v}, true
	case f.Log:
		return Sink{Kind: SinkLog, Instr: call, Value: v}, true
	case f.Error != nil:
		return Sink{Kind: SinkError, Instr: call, Value: v}, true
	}
	return Sink{}, false
}

func constText(c *ssa.Const) string {
	if c.Value == nil || c.Value.Kind() != constant.String {
		return ""
	}
	return constant.StringVal(c.Value)
}

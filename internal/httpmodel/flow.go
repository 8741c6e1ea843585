package httpmodel

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// An OriginKind says why a walk back from a value ended.
type OriginKind int

const (
	// OriginUnknown: the walk could not go on; anything is possible.
	OriginUnknown OriginKind = iota
	// OriginConst: a constant; Value is an *ssa.Const.
	OriginConst
	// OriginCall: result Index of Call, whose callee has no body here.
	OriginCall
	// OriginFilled: written by Call, which was given the address (json.Unmarshal,
	// flag.StringVar); Field is the part of it that was read, if any.
	OriginFilled
	// OriginParam: a parameter that code outside the package can pass.
	OriginParam
	// OriginField: Field, of a struct that another package declares or can
	// fill; Base is the struct or its address.
	OriginField
	// OriginGlobal: a variable that another package declares or can set.
	OriginGlobal
	// OriginObject: an object made here: &T{}, make, a local variable's address.
	OriginObject
	// OriginFunc: a function or closure.
	OriginFunc
	// OriginElement: an element of a map, slice, channel or array; Base is the container.
	OriginElement
)

// An Origin is a place that a value comes from.
type Origin struct {
	Kind  OriginKind
	Value ssa.Value           // where the walk ended
	Call  ssa.CallInstruction // OriginCall, OriginFilled
	Index int                 // OriginCall: which result
	Field *types.Var          // OriginField, OriginFilled
	Base  ssa.Value           // OriginField, OriginElement
}

// Pos returns a position to show.
func (o Origin) Pos() token.Pos {
	if o.Call != nil {
		return o.Call.Pos()
	}
	if o.Value != nil {
		return ValuePos(o.Value)
	}
	return token.NoPos
}

// Known reports whether an origin says all that there is to say: nothing
// beyond the package's sight adds to it.
func (o Origin) Known() bool {
	switch o.Kind {
	case OriginConst, OriginCall, OriginObject, OriginFunc, OriginFilled:
		return true
	}
	return false
}

// Origins returns every place that a value can come from, going back through
// phis, conversions, locals, closures' captures, results of the package's own
// functions, their parameters (to the callers), fields and variables (to
// every store to them in the package). Values are not followed through
// operations: "Bearer "+token is where the walk ends (OriginUnknown); see
// [Model.Sources].
//
// The list is complete: what the package does not show is in it as an origin
// that is not [Origin.Known]. A nil or zero value that a field has before its
// first store is not in it.
func (m *Model) Origins(v ssa.Value) []Origin { return m.walkBack(v, false) }

// Sources is like [Model.Origins] but also goes back through operations that
// keep a text: concatenation, fmt.Sprint, strings and bytes functions, string
// conversions, encodings, appended and sliced bytes.
func (m *Model) Sources(v ssa.Value) []Origin { return m.walkBack(v, true) }

// AllKnown reports whether nothing is missing from a list of origins.
func AllKnown(list []Origin) bool {
	for _, o := range list {
		if !o.Known() {
			return false
		}
	}
	return len(list) > 0
}

// FieldStores returns the values that the package stores to a field, of any
// object of the struct. Complete is true when no other code can set it: the
// field is unexported and declared here, its address goes nowhere and no
// decoder fills it.
func (m *Model) FieldStores(f *types.Var) (stores []*ssa.Store, complete bool) {
	ix := m.flow()
	f = f.Origin()
	complete = !f.Exported() && f.Pkg() == ix.pkg.SSA.Pkg && !ix.leaks[f] && len(ix.fieldFills[f]) == 0
	return ix.stores[f], complete
}

// FieldLoads returns the values that are read from a field in the package.
func (m *Model) FieldLoads(f *types.Var) []ssa.Value { return m.flow().loads[f.Origin()] }

const (
	maxWalkSteps = 4000
	maxWalkDepth = 8
)

// A callFrame is a call that the walk went into from its result.
type callFrame struct {
	call  ssa.CallInstruction
	fn    *ssa.Function
	up    *callFrame
	depth int
}

func (fr *callFrame) holds(fn *ssa.Function) bool {
	for ; fr != nil; fr = fr.up {
		if fr.fn == fn {
			return true
		}
	}
	return false
}

type walkKey struct {
	v    any
	call ssa.CallInstruction
	part *types.Var
}

type backWalk struct {
	ix    *flowIndex
	text  bool
	steps int
	seen  map[walkKey]bool
	found []Origin
	had   map[Origin]bool
	// stop is told of every value; true says that the walk ends there, and
	// that the value is no origin.
	stop func(ssa.Value, *callFrame) bool
}

func (m *Model) walkBack(v ssa.Value, text bool) []Origin {
	if v == nil {
		return []Origin{{}}
	}
	w := &backWalk{ix: m.flow(), text: text, seen: map[walkKey]bool{}, had: map[Origin]bool{}}
	w.value(v, nil)
	return w.found
}

func (w *backWalk) emit(o Origin) {
	if !w.had[o] {
		w.had[o] = true
		w.found = append(w.found, o)
	}
}

// enter reports whether a place is new and the walk still within its bound.
func (w *backWalk) enter(v any, part *types.Var, fr *callFrame) bool {
	key := walkKey{v: v, part: part}
	if fr != nil {
		key.call = fr.call
	}
	if w.seen[key] {
		return false
	}
	w.seen[key] = true
	w.steps++
	if w.steps == maxWalkSteps {
		w.emit(Origin{})
	}
	return w.steps < maxWalkSteps
}

func (w *backWalk) value(v ssa.Value, fr *callFrame) {
	if !w.enter(v, nil, fr) || w.stop != nil && w.stop(v, fr) {
		return
	}
	switch v := v.(type) {
	case *ssa.Const:
		w.emit(Origin{Kind: OriginConst, Value: v})
	case *ssa.Phi:
		for _, e := range v.Edges {
			w.value(e, fr)
		}
	case *ssa.ChangeType:
		w.value(v.X, fr)
	case *ssa.ChangeInterface:
		w.value(v.X, fr)
	case *ssa.MakeInterface:
		w.value(v.X, fr)
	case *ssa.Convert:
		w.value(v.X, fr)
	case *ssa.MultiConvert:
		w.value(v.X, fr)
	case *ssa.SliceToArrayPointer:
		w.value(v.X, fr)
	case *ssa.TypeAssert:
		w.value(v.X, fr)
	case *ssa.Slice:
		w.value(v.X, fr)
	case *ssa.Parameter:
		w.param(v, fr)
	case *ssa.FreeVar:
		w.freeVar(v, func(bound ssa.Value) { w.value(bound, nil) })
	case *ssa.Call:
		w.result(v, 0, fr)
	case *ssa.Extract:
		w.extract(v, fr)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			w.load(v.X, v, fr)
			return
		}
		if v.Op == token.ARROW {
			w.emit(Origin{Kind: OriginElement, Value: v, Base: v.X})
			return
		}
		w.emit(Origin{Value: v})
	case *ssa.Field:
		w.part(v.X, structField(v.X.Type(), v.Field), v, fr)
	case *ssa.Index:
		w.emit(Origin{Kind: OriginElement, Value: v, Base: v.X})
	case *ssa.Lookup:
		w.emit(Origin{Kind: OriginElement, Value: v, Base: v.X})
	case *ssa.BinOp:
		if w.text && v.Op == token.ADD && isText(v.Type()) {
			w.value(v.X, fr)
			w.value(v.Y, fr)
			return
		}
		w.emit(Origin{Value: v})
	case *ssa.Function, *ssa.MakeClosure:
		w.emit(Origin{Kind: OriginFunc, Value: v})
	case *ssa.Alloc:
		if w.text && isArray(v) {
			w.elements(v, fr)
			return
		}
		w.emit(Origin{Kind: OriginObject, Value: v})
	case *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeChan:
		w.emit(Origin{Kind: OriginObject, Value: v})
	case *ssa.Global:
		w.emit(Origin{Kind: OriginObject, Value: v}) // the address of a variable
	default:
		w.emit(Origin{Value: v})
	}
}

func (w *backWalk) extract(v *ssa.Extract, fr *callFrame) {
	switch t := v.Tuple.(type) {
	case *ssa.Call:
		w.result(t, v.Index, fr)
	case *ssa.TypeAssert:
		if v.Index == 0 {
			w.value(t.X, fr)
		}
	case *ssa.Lookup:
		w.emit(Origin{Kind: OriginElement, Value: v, Base: t.X})
	case *ssa.UnOp:
		w.emit(Origin{Kind: OriginElement, Value: v, Base: t.X})
	default:
		w.emit(Origin{Value: v})
	}
}

// param goes on at the call that the walk came through, or at every caller.
func (w *backWalk) param(p *ssa.Parameter, fr *callFrame) {
	fn := p.Parent()
	i := paramIndex(p)
	if fr != nil && fr.fn == genericOrigin(fn) {
		if arg := argument(fr.call, i); arg != nil {
			w.value(arg, fr.up)
			return
		}
	}
	w.callers(p, fn, i, func(arg ssa.Value) { w.value(arg, nil) })
}

func (w *backWalk) callers(p *ssa.Parameter, fn *ssa.Function, i int, next func(ssa.Value)) {
	calls, complete := w.ix.callers(fn)
	if !complete {
		w.emit(Origin{Kind: OriginParam, Value: p})
	}
	for _, call := range calls {
		if arg := argument(call, i); arg != nil {
			next(arg)
		} else {
			w.emit(Origin{Kind: OriginParam, Value: p})
		}
	}
}

func paramIndex(p *ssa.Parameter) int {
	for i, q := range p.Parent().Params {
		if p == q {
			return i
		}
	}
	return -1
}

// freeVar goes on at what each closure of the function captured.
func (w *backWalk) freeVar(v *ssa.FreeVar, next func(ssa.Value)) {
	bound := w.ix.bindings(v)
	if len(bound) == 0 {
		w.emit(Origin{Value: v})
	}
	for _, b := range bound {
		next(b)
	}
}

func (ix *flowIndex) bindings(v *ssa.FreeVar) []ssa.Value {
	fn := v.Parent()
	var list []ssa.Value
	for i, fv := range fn.FreeVars {
		if fv != v {
			continue
		}
		for _, mc := range ix.closures[genericOrigin(fn)] {
			if i < len(mc.Bindings) {
				list = append(list, mc.Bindings[i])
			}
		}
	}
	return list
}

// result goes on at result i of a call.
func (w *backWalk) result(call *ssa.Call, i int, fr *callFrame) {
	w.returns(call, i, fr, func(v ssa.Value, in *callFrame) { w.value(v, in) })
}

func (w *backWalk) returns(call *ssa.Call, i int, fr *callFrame, next func(ssa.Value, *callFrame)) {
	common := call.Common()
	fn := staticCallee(common)
	if fn == nil || fn.Blocks == nil {
		if w.text && w.throughText(call, i, fr) {
			return
		}
		w.emit(Origin{Kind: OriginCall, Value: call, Call: call, Index: i})
		return
	}
	in := &callFrame{call: call, fn: fn, up: fr}
	if fr != nil {
		in.depth = fr.depth + 1
	}
	if in.depth > maxWalkDepth || fr.holds(fn) {
		in = nil // parameters are every caller's from here on
	}
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && i < len(ret.Results) {
			next(ret.Results[i], in)
		}
	}
}

// throughText goes back through a function that makes text of text. It
// reports false when the call is something else.
func (w *backWalk) throughText(call *ssa.Call, i int, fr *callFrame) bool {
	common := call.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		if b.Name() != "append" && b.Name() != "min" && b.Name() != "max" {
			return false
		}
	} else if i != 0 || !isTextFunc(CalleeObject(call)) {
		return false
	}
	for _, arg := range common.Args {
		w.value(arg, fr)
	}
	return true
}

// elements goes on at everything that is stored into a small array: the
// arguments of a variadic call, a literal slice.
func (w *backWalk) elements(a *ssa.Alloc, fr *callFrame) {
	for _, ref := range *a.Referrers() {
		ia, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, r := range *ia.Referrers() {
			if st, ok := r.(*ssa.Store); ok && st.Addr == ia {
				w.value(st.Val, fr)
			}
		}
	}
}

func isStruct(t types.Type) bool {
	_, ok := types.Unalias(t).Underlying().(*types.Struct)
	return ok
}

func isArray(a *ssa.Alloc) bool {
	p, ok := a.Type().Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	_, ok = p.Elem().Underlying().(*types.Array)
	return ok
}

// isText reports whether a type is a string or bytes.
func isText(t types.Type) bool {
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && (b.Kind() == types.Byte || b.Kind() == types.Rune)
	}
	return false
}

// isTextFunc reports whether a function of the standard library makes text of
// its arguments.
func isTextFunc(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil || fn.Signature().Results().Len() == 0 {
		return false
	}
	res := fn.Signature().Results().At(0).Type()
	if s, ok := res.Underlying().(*types.Slice); ok && isText(s.Elem()) {
		res = s.Elem()
	}
	if !isText(res) {
		return false
	}
	return textPackage(fn.Pkg().Path()) && fn.Name() != "Get" // a form's field is no text made of its name
}

func textPackage(path string) bool {
	switch path {
	case "fmt", "strings", "bytes", "strconv", "net/url", "path":
		return true
	}
	return strings.HasPrefix(path, "encoding/")
}

// ValuePos returns a position for a value, also where SSA has none: that of
// what it is made from.
func ValuePos(v ssa.Value) token.Pos {
	for range 6 {
		if v == nil {
			return token.NoPos
		}
		if p := v.Pos(); p.IsValid() {
			return p
		}
		switch x := v.(type) {
		case *ssa.UnOp:
			v = x.X
		case *ssa.Extract:
			v = x.Tuple
		case *ssa.Convert:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		default:
			return token.NoPos
		}
	}
	return token.NoPos
}

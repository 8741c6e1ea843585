package httpfacts

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

func namedOf(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, _ := types.Unalias(t).(*types.Named)
	return n
}

func isInterfaceMethod(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}

// implicit adds the methods that become callable where a value turns into an
// interface.
func (r *reach) implicit(n ast.Node, own *owner) {
	info := r.pass.TypesInfo
	switch n := n.(type) {
	case *ast.CallExpr:
		r.implicitCall(n, own)
	case *ast.ReturnStmt:
		if own.results == nil || own.results.Len() != len(n.Results) {
			return
		}
		for i, e := range n.Results {
			r.convert(info.TypeOf(e), own.results.At(i).Type(), e.Pos(), own)
		}
	case *ast.AssignStmt:
		if len(n.Lhs) != len(n.Rhs) {
			return
		}
		for i, e := range n.Rhs {
			r.convert(info.TypeOf(e), info.TypeOf(n.Lhs[i]), e.Pos(), own)
		}
	case *ast.ValueSpec:
		if n.Type == nil {
			return
		}
		for _, e := range n.Values {
			r.convert(info.TypeOf(e), info.TypeOf(n.Type), e.Pos(), own)
		}
	case *ast.SendStmt:
		if ch, ok := coreOf(info.TypeOf(n.Chan)).(*types.Chan); ok {
			r.convert(info.TypeOf(n.Value), ch.Elem(), n.Value.Pos(), own)
		}
	case *ast.CompositeLit:
		r.implicitElements(n, own)
	case *ast.TypeAssertExpr:
		if n.Type != nil {
			r.asserted(info.TypeOf(n.Type))
		}
	case *ast.CaseClause:
		for _, e := range n.List {
			if info.Types[e].IsType() {
				r.asserted(info.TypeOf(e))
			}
		}
	}
}

func (r *reach) implicitCall(n *ast.CallExpr, own *owner) {
	info := r.pass.TypesInfo
	fun := info.Types[n.Fun]
	if fun.IsType() {
		for _, e := range n.Args {
			r.convert(info.TypeOf(e), fun.Type, e.Pos(), own)
		}
		return
	}
	sig, ok := coreOf(fun.Type).(*types.Signature)
	if !ok {
		return
	}
	for i, e := range n.Args {
		if p := paramAt(sig, i, n.Ellipsis.IsValid()); p != nil {
			r.convert(info.TypeOf(e), p, e.Pos(), own)
		}
	}
}

// paramAt returns the type that argument i is assigned to.
func paramAt(sig *types.Signature, i int, spread bool) types.Type {
	params := sig.Params()
	if sig.Variadic() && i >= params.Len()-1 && !spread {
		if s, ok := params.At(params.Len() - 1).Type().Underlying().(*types.Slice); ok {
			return s.Elem()
		}
		return nil
	}
	if i >= params.Len() {
		return nil
	}
	return params.At(i).Type()
}

func (r *reach) implicitElements(n *ast.CompositeLit, own *owner) {
	info := r.pass.TypesInfo
	t := coreOf(info.TypeOf(n))
	if p, ok := t.(*types.Pointer); ok {
		t = coreOf(p.Elem())
	}
	for i, e := range n.Elts {
		value := e
		kv, _ := e.(*ast.KeyValueExpr)
		if kv != nil {
			value = kv.Value
		}
		var to types.Type
		switch t := t.(type) {
		case *types.Slice:
			to = t.Elem()
		case *types.Array:
			to = t.Elem()
		case *types.Map:
			to = t.Elem()
		case *types.Struct:
			if f := fieldOf(info, t, kv, i); f != nil {
				to = f.Type()
			}
		}
		r.convert(info.TypeOf(value), to, value.Pos(), own)
	}
}

// fieldOf returns the field that an element of a struct literal sets.
func fieldOf(info *types.Info, t *types.Struct, kv *ast.KeyValueExpr, i int) *types.Var {
	if kv == nil {
		if i < t.NumFields() {
			return t.Field(i)
		}
		return nil
	}
	id, ok := kv.Key.(*ast.Ident)
	if !ok {
		return nil
	}
	f, _ := info.Uses[id].(*types.Var)
	return f
}

func coreOf(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

// asserted notes that some value is asked whether it has an interface's methods.
func (r *reach) asserted(t types.Type) {
	it, ok := coreOf(t).(*types.Interface)
	if !ok {
		return
	}
	for m := range it.Methods() {
		r.assert[m.Name()] = true
	}
}

// instance adds the methods that a type argument brings.
func (r *reach) instance(id *ast.Ident, own *owner) {
	inst, ok := r.pass.TypesInfo.Instances[id]
	if !ok || inst.TypeArgs == nil {
		return
	}
	var params *types.TypeParamList
	switch o := r.pass.TypesInfo.Uses[id].(type) {
	case *types.Func:
		params = o.Origin().Signature().TypeParams()
	case *types.TypeName:
		if n, ok := types.Unalias(o.Type()).(*types.Named); ok {
			params = n.Origin().TypeParams()
		}
	}
	for i := range inst.TypeArgs.Len() {
		if params != nil && i < params.Len() {
			r.convert(inst.TypeArgs.At(i), params.At(i).Constraint(), id.Pos(), own)
		}
	}
}

// A conversion turns a value into an interface.
type conversion struct {
	from, to types.Type
	own      *owner
}

// A conversionAt is the first place of a conversion.
type conversionAt struct {
	conversion
	pos token.Pos
}

// convert notes a type whose values turn into an interface.
func (r *reach) convert(from, to types.Type, pos token.Pos, own *owner) {
	if from == nil || to == nil || types.IsInterface(from) {
		return
	}
	it, ok := to.Underlying().(*types.Interface)
	if !ok || namedOf(from) == nil && !isStruct(from) {
		return
	}
	if _, ok := types.Unalias(from).(*types.TypeParam); ok {
		return
	}
	c := conversion{from, to, own}
	if r.converted[c] {
		return
	}
	r.converted[c] = true
	r.conversions = append(r.conversions, conversionAt{c, pos})
	for m := range it.Methods() {
		if m.Pkg() == nil || !holdsText(m.Signature().Results()) {
			continue
		}
		obj, _, _ := types.LookupFieldOrMethod(from, true, m.Pkg(), m.Name())
		if impl, ok := obj.(*types.Func); ok && impl.Pkg() != nil && !isInterfaceMethod(impl) {
			r.flow.turns = append(r.flow.turns, turn{m.Origin(), impl.Origin(), own})
		}
	}
}

// addConversions adds the methods that become callable by conversions, as far
// as they lead to a secret: those of the interface itself, and the others for
// the case that some code asks for them later.
func (r *reach) addConversions() {
	methods := map[types.Type][]*types.Func{}
	for _, c := range r.conversions {
		if _, ok := methods[c.from]; ok {
			continue
		}
		methods[c.from] = nil
		for _, sel := range typeutil.IntuitiveMethodSet(c.from, nil) {
			fn, ok := sel.Obj().(*types.Func)
			if ok && fn.Pkg() != nil && !isInterfaceMethod(fn) && (fn.Pkg() == r.pass.Pkg || r.known[r.key(fn)] != nil) {
				methods[c.from] = append(methods[c.from], fn.Origin())
			}
		}
	}
	// A method that leads to a secret makes code lead there that converts a
	// value of its type, and so on.
	for range 10 {
		all := maps.Clone(r.known)
		maps.Copy(all, r.nodes)
		leads := r.leadsToSecret(all)
		added := false
		for _, c := range r.conversions {
			for _, fn := range methods[c.from] {
				if leads[r.key(fn)] && r.addConversion(c, fn) {
					added = true
				}
			}
		}
		if !added {
			return
		}
	}
}

// addConversion adds one method of a converted type and reports whether that
// was new.
func (r *reach) addConversion(c conversionAt, fn *types.Func) bool {
	e := ReachEdge{To: r.key(fn), At: r.at(c.pos), pos: c.pos}
	it, ok := c.to.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	if obj, _, _ := types.LookupFieldOrMethod(it, false, fn.Pkg(), fn.Name()); obj == nil && !r.calledByStandard(c.from, fn) {
		e.Method = fn.Name()
	}
	added := false
	for _, key := range c.own.keys {
		n := r.node(key)
		before := len(n.Edges)
		n.add(e)
		added = added || len(n.Edges) > before
	}
	return added
}

func isStruct(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// calledByStandard reports whether a type has a method because an interface of
// an imported standard package wants it, such as fmt.Stringer.
func (r *reach) calledByStandard(t types.Type, fn *types.Func) bool {
	if !fn.Exported() {
		return false
	}
	for _, imp := range r.pass.Pkg.Imports() {
		if first, _, _ := strings.Cut(imp.Path(), "/"); strings.Contains(first, ".") {
			continue
		}
		scope := imp.Scope()
		for _, name := range scope.Names() {
			tn, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || !tn.Exported() {
				continue
			}
			it, ok := tn.Type().Underlying().(*types.Interface)
			if !ok || it.NumMethods() == 0 || !it.IsMethodSet() {
				continue
			}
			if obj, _, _ := types.LookupFieldOrMethod(it, false, fn.Pkg(), fn.Name()); obj == nil {
				continue
			}
			if types.Implements(t, it) || types.Implements(types.NewPointer(t), it) {
				return true
			}
		}
	}
	return false
}

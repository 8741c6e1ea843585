package httpfacts

import (
	"go/ast"
	"go/constant"
	"go/types"
	"reflect"
	"strings"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// statement notes what statements assign.
func (f *flow) statement(n ast.Node, own *owner) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for i, lhs := range n.Lhs {
			switch {
			case len(n.Lhs) == len(n.Rhs):
				f.assign(lhs, source{expr: n.Rhs[i], own: own})
			case len(n.Rhs) == 1:
				f.assign(lhs, source{expr: n.Rhs[0], idx: i, own: own})
			}
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			switch {
			case len(n.Names) == len(n.Values):
				f.assign(name, source{expr: n.Values[i], own: own})
			case len(n.Values) == 1:
				f.assign(name, source{expr: n.Values[0], idx: i, own: own})
			}
		}
	case *ast.ReturnStmt:
		f.returns(n, own)
	case *ast.RangeStmt:
		if n.Value != nil {
			f.assign(n.Value, source{expr: n.X, own: own, keys: f.keysOf(n.X, nil)})
		}
	case *ast.SendStmt:
		f.assign(n.Chan, source{expr: n.Value, own: own})
	}
}

func (f *flow) returns(n *ast.ReturnStmt, own *owner) {
	if own.fn == nil {
		return
	}
	m := f.results[own.fn]
	if m == nil {
		m = map[int][]source{}
		f.results[own.fn] = m
	}
	if len(n.Results) == 1 && own.results.Len() > 1 {
		for i := range own.results.Len() {
			m[i] = append(m[i], source{expr: n.Results[0], idx: i, own: own})
		}
		return
	}
	for i, e := range n.Results {
		m[i] = append(m[i], source{expr: e, own: own})
	}
}

func (f *flow) assign(lhs ast.Expr, s source) {
	switch lhs := ast.Unparen(lhs).(type) {
	case *ast.Ident:
		obj := f.info().ObjectOf(lhs)
		if obj == nil || lhs.Name == "_" {
			return
		}
		f.store(obj, s)
	case *ast.SelectorExpr:
		obj := f.info().Uses[lhs.Sel]
		if v, ok := obj.(*types.Var); ok {
			f.storeField(v, s)
		}
	case *ast.IndexExpr:
		f.storeElement(lhs, s)
	case *ast.StarExpr:
		if obj := f.objectOf(lhs.X); obj != nil {
			f.store(obj, s)
		}
	}
}

// objectOf returns the variable or field that an expression denotes.
func (f *flow) objectOf(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, _ := f.info().ObjectOf(e).(*types.Var)
		if v == nil {
			return nil
		}
		return v
	case *ast.SelectorExpr:
		v, _ := f.info().Uses[e.Sel].(*types.Var)
		if v == nil {
			return nil
		}
		return v.Origin()
	}
	return nil
}

func (f *flow) store(obj types.Object, s source) {
	f.assigns[obj] = append(f.assigns[obj], s)
	if lit, ok := ast.Unparen(s.expr).(*ast.FuncLit); ok {
		f.literals[obj] = append(f.literals[obj], lit)
	}
	if f.names[s.expr] == "" {
		f.names[s.expr] = obj.Name()
	}
	if obj.Pkg() == f.r.pass.Pkg || obj.Pkg() == nil {
		return
	}
	var fact SinkFact
	if f.r.pass.ImportObjectFact(obj, &fact) && fact.Version == reachVersion && fact.Use != "" {
		f.sink(s.element(fact.Keys), fact.Use, sinkField)
	}
}

// storeField notes what a field is set to. Fields of a request's body and
// settings that libraries describe are credentials by themselves.
func (f *flow) storeField(v *types.Var, s source) {
	v = v.Origin()
	f.store(v, s)
}

// structField handles one element of a struct literal or an assignment to a
// field whose struct is known.
func (f *flow) structField(t types.Type, st *types.Struct, v *types.Var, s source) {
	f.storeField(v, s)
	if lib := library.TypeOf(t); lib != nil {
		switch lib.Fields[v.Name()] {
		case "secret", "access-token", "refresh-token":
			f.sink(s, "field "+v.Name(), sinkKey)
			return
		}
	}
	for i := range st.NumFields() {
		if st.Field(i).Name() != v.Name() {
			continue
		}
		name, _, _ := strings.Cut(reflect.StructTag(st.Tag(i)).Get("json"), ",")
		if provider.IsCredentialField(name) {
			f.sink(s, "member "+name, sinkField)
		}
	}
}

// named handles a value that goes into a map under a constant key.
func (f *flow) named(key string, s source) {
	if f.names[s.expr] == "" {
		f.names[s.expr] = key[strings.LastIndexAny(key, "./:")+1:] // of stripe.secret, or of a host
	}
	switch {
	case provider.IsCredentialHeader(key):
		kind := sinkHeader
		if !strings.Contains(key, "-") && !strings.EqualFold(key, "authorization") {
			kind = sinkField // it may be a form's field as well
		}
		f.sink(s, "header "+key, kind)
	case provider.IsCredentialField(key):
		f.sink(s, "member "+key, sinkField)
	}
}

// composite notes what a composite literal sets.
func (f *flow) composite(lit *ast.CompositeLit, own *owner) {
	t := f.info().TypeOf(lit)
	u := coreOf(t)
	if p, ok := u.(*types.Pointer); ok {
		t, u = p.Elem(), coreOf(p.Elem())
	}
	switch u := u.(type) {
	case *types.Struct:
		for i, e := range lit.Elts {
			kv, _ := e.(*ast.KeyValueExpr)
			v := fieldOf(f.info(), u, kv, i)
			if v == nil {
				continue
			}
			if kv != nil {
				e = kv.Value
			}
			f.structField(t, u, v, source{expr: e, own: own})
		}
	case *types.Map:
		for _, e := range lit.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			if key, ok := f.stringOf(kv.Key); ok {
				f.named(key, source{expr: kv.Value, own: own})
			}
		}
	}
}

func (f *flow) stringOf(e ast.Expr) (string, bool) {
	tv := f.info().Types[e]
	if tv.Value == nil || tv.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(tv.Value), true
}

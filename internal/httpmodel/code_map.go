package httpmodel

import (
	"go/ast"
	"go/types"

	"github.com/apivet/apivet/internal/provider"
)

// ofMap looks at a table of codes: what is the same for codes that ask for
// different things, and what is not in it.
func (w *codeWalk) ofMap(lit *ast.CompositeLit) {
	t := w.m.pass.TypesInfo.TypeOf(lit)
	if t == nil {
		return
	}
	var keys, values []ast.Expr
	switch t.Underlying().(type) {
	case *types.Map:
		for _, e := range lit.Elts {
			kv := e.(*ast.KeyValueExpr)
			keys, values = append(keys, kv.Key), append(values, kv.Value)
		}
	case *types.Slice, *types.Array:
		for _, e := range lit.Elts {
			if _, keyed := e.(*ast.KeyValueExpr); keyed {
				return
			}
			keys, values = append(keys, e), append(values, nil)
		}
	default:
		return
	}
	p := w.vendorOfKeys(keys)
	if p == nil {
		return
	}
	variable := w.heldBy(lit)
	name := nameTreats(tableName(variable))
	treated := map[CodeTreatment][]treatedCode{}
	same := map[any][]treatedCode{}
	var texts []any
	for i, key := range keys {
		k := w.m.constantOf(key)
		asks := provider.Remedy("")
		if k != nil {
			asks = p.Remedy(codeText(k))
		}
		if asks == "" {
			continue
		}
		c := treatedCode{codeText(k), asks, key.Pos()}
		as, one := w.inTable(values[i], name)
		if as != CodeUnknown {
			treated[as] = append(treated[as], c)
		} else if one != nil {
			if same[one] == nil {
				texts = append(texts, one)
			}
			same[one] = append(same[one], c)
		}
	}
	for _, as := range []CodeTreatment{CodeAgain, CodeUser, CodeFixed} {
		if w.mistreated(p, treated[as], as) {
			return
		}
	}
	for _, one := range texts {
		if w.mistreated(p, same[one], CodeSame) {
			return
		}
	}
	w.notInTable(p, variable, t, values)
}

// inTable returns what an entry says is done about its code: its value or,
// where that is only yes, the table's name.
func (w *codeWalk) inTable(value ast.Expr, name CodeTreatment) (CodeTreatment, any) {
	if value == nil {
		return name, nil
	}
	if yes, ok := w.constantBool(value); ok {
		if yes {
			return name, nil
		}
		return CodeUnknown, nil
	}
	if lit, ok := value.(*ast.CompositeLit); ok && len(lit.Elts) == 0 {
		return name, nil // struct{}{}
	}
	if id, ok := value.(*ast.Ident); ok {
		if fn, ok := w.m.pass.TypesInfo.ObjectOf(id).(*types.Func); ok {
			return nameTreats(fn.Name()), nil
		}
	}
	return w.value(value)
}

// vendorOfKeys returns the vendor of which several keys are codes.
func (w *codeWalk) vendorOfKeys(keys []ast.Expr) *provider.Profile {
	for _, p := range w.vendors {
		n := 0
		for _, key := range keys {
			if k := w.m.constantOf(key); k != nil && p.Remedy(codeText(k)) != "" {
				n++
			}
		}
		if n >= 2 {
			return p
		}
	}
	return nil
}

// heldBy returns the variable or field that a literal is the value of, or nil.
func (w *codeWalk) heldBy(lit *ast.CompositeLit) *types.Var {
	if len(w.stack) == 0 {
		return nil
	}
	var id *ast.Ident
	switch of := w.stack[len(w.stack)-1].(type) {
	case *ast.ValueSpec:
		for i, v := range of.Values {
			if v == ast.Expr(lit) && i < len(of.Names) {
				id = of.Names[i]
			}
		}
	case *ast.AssignStmt:
		if len(of.Lhs) == 1 {
			return w.tableIn(of.Lhs[0])
		}
	case *ast.KeyValueExpr: // of a struct
		id, _ = of.Key.(*ast.Ident)
	}
	if id == nil {
		return nil
	}
	return w.tableIn(id)
}

// tableIn returns the variable or field that an expression names, or nil.
func (w *codeWalk) tableIn(e ast.Expr) *types.Var {
	v, _ := w.objectNamed(ast.Unparen(e)).(*types.Var)
	return v
}

func tableName(v *types.Var) string {
	if v == nil {
		return ""
	}
	return v.Name()
}

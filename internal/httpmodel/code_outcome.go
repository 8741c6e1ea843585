package httpmodel

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/apivet/apivet/internal/library"
)

// A codeOutcome is what a branch of a decision does.
type codeOutcome struct {
	as CodeTreatment
	// same is the one thing that the branch returns or says, the code not
	// being a part of it; nil where it may be.
	same any
}

// outcome returns what statements do about the codes that lead to them.
func (w *codeWalk) outcome(body []ast.Stmt, d *codeDecision) codeOutcome {
	s := d.subject
	treats := map[CodeTreatment]bool{}
	var same any
	plain := true // nothing of the error or the code is used
	for _, stmt := range body {
		if w.usesError(stmt, s) {
			plain = false
		}
		switch x := stmt.(type) {
		case *ast.ReturnStmt:
			t, one := w.returned(x)
			treats[t] = true
			same = one
		case *ast.ExprStmt:
			treats[w.callTreats(x.X, s)] = true
		case *ast.AssignStmt:
			t, one := w.assigned(x, s)
			treats[t] = true
			if one != nil {
				same = one
			}
		}
	}
	if w.goesRound(body, d) && !w.mends(body) {
		treats[CodeAgain] = true
	}
	o := codeOutcome{as: only(treats)}
	if plain && len(treats) <= 1 {
		o.same = same
	}
	return o
}

// returned returns what a return does about a code, and the one thing that it
// returns.
func (w *codeWalk) returned(r *ast.ReturnStmt) (CodeTreatment, any) {
	treats := CodeUnknown
	var same any
	values := 0
	for i, e := range r.Results {
		if tv := w.m.pass.TypesInfo.Types[e]; tv.IsNil() {
			continue
		}
		values++
		if b, ok := w.constantBool(e); ok {
			if i == 0 && b {
				treats = w.asked()
			}
			continue
		}
		if w.isDelay(e) || w.callsItself(e) || w.isRepeated(e) {
			return CodeAgain, nil
		}
		if t, one := w.value(e); one != nil || t != CodeUnknown {
			treats, same = t, one
		}
	}
	if values > 1 {
		same = nil
	}
	return treats, same
}

func (w *codeWalk) constantBool(e ast.Expr) (value, ok bool) {
	tv := w.m.pass.TypesInfo.Types[e]
	if tv.Value == nil || tv.Value.Kind() != constant.Bool {
		return false, false
	}
	return constant.BoolVal(tv.Value), true
}

// asked returns what the function that the walk is in is asked by yes or no:
// it, its result, or what it is given to is called after it.
func (w *codeWalk) asked() CodeTreatment {
	for i := len(w.stack) - 1; i >= 0; i-- {
		switch fn := w.stack[i].(type) {
		case *ast.FuncDecl:
			if t := nameTreats(fn.Name.Name); t != CodeUnknown {
				return t
			}
			if results := fn.Type.Results; results != nil && len(results.List[0].Names) > 0 {
				return nameTreats(results.List[0].Names[0].Name)
			}
			return CodeUnknown
		case *ast.FuncLit:
			if i == 0 {
				return CodeUnknown
			}
			if results := fn.Type.Results; results != nil && len(results.List) > 0 && len(results.List[0].Names) > 0 {
				return nameTreats(results.List[0].Names[0].Name)
			}
			switch of := w.stack[i-1].(type) {
			case *ast.CallExpr:
				if callee := typeutil.Callee(w.m.pass.TypesInfo, of); callee != nil {
					if t := nameTreats(callee.Name()); t != CodeUnknown {
						return t
					}
					return nameTreats(resultName(callee, slices.Index(of.Args, ast.Expr(fn))))
				}
			case *ast.KeyValueExpr:
				return nameTreats(lastName(of.Key))
			case *ast.AssignStmt:
				return nameTreats(lastName(of.Lhs[0]))
			case *ast.ValueSpec:
				return nameTreats(of.Names[0].Name)
			}
			return CodeUnknown
		}
	}
	return CodeUnknown
}

// resultName returns the name of the first result of the function that a
// parameter of another is, or "".
func resultName(callee types.Object, i int) string {
	sig, ok := callee.Type().Underlying().(*types.Signature)
	if !ok || i < 0 || i >= sig.Params().Len() {
		return ""
	}
	given, ok := sig.Params().At(i).Type().Underlying().(*types.Signature)
	if !ok || given.Results().Len() == 0 {
		return ""
	}
	return given.Results().At(0).Name()
}

// lastName returns the last name of an expression.
func lastName(e ast.Expr) string {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}

// value returns what a result does about a code, and what it is if the code
// has no part in it.
func (w *codeWalk) value(e ast.Expr) (CodeTreatment, any) {
	e = ast.Unparen(e)
	if k := w.m.constantOf(e); k != nil {
		return w.constantTreats(e, k)
	}
	switch x := e.(type) {
	case *ast.Ident, *ast.SelectorExpr:
		v, ok := w.objectNamed(x).(*types.Var)
		if !ok || v.Pkg() == nil || v.Parent() != v.Pkg().Scope() || !isErrorType(v.Type()) {
			return CodeUnknown, nil
		}
		return nameTreats(v.Name()), v
	case *ast.UnaryExpr:
		return w.value(x.X)
	case *ast.CompositeLit:
		return w.literal(x), nil
	case *ast.CallExpr:
		return w.made(x)
	}
	return CodeUnknown, nil
}

// literal returns what a struct says that is done about a code: by its name, or
// by the only field that is true.
func (w *codeWalk) literal(lit *ast.CompositeLit) CodeTreatment {
	says := map[CodeTreatment]bool{}
	if n := namedOf(w.m.pass.TypesInfo.TypeOf(lit)); n != nil {
		says[nameTreats(n.Name())] = true
	}
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if yes, ok := w.constantBool(kv.Value); ok && yes {
			says[nameTreats(lastName(kv.Key))] = true
		}
	}
	return only(says)
}

// only returns the one treatment of a set, or CodeUnknown.
func only(treats map[CodeTreatment]bool) CodeTreatment {
	delete(treats, CodeUnknown)
	if len(treats) != 1 {
		return CodeUnknown
	}
	for t := range treats {
		return t
	}
	return CodeUnknown
}

func (w *codeWalk) objectNamed(e ast.Expr) types.Object {
	switch x := e.(type) {
	case *ast.Ident:
		return w.m.pass.TypesInfo.ObjectOf(x)
	case *ast.SelectorExpr:
		return w.m.pass.TypesInfo.ObjectOf(x.Sel)
	}
	return nil
}

// constantTreats is value of a constant. What has a name goes by it, a text
// of one word is one.
func (w *codeWalk) constantTreats(e ast.Expr, k constant.Value) (CodeTreatment, any) {
	if c, ok := w.objectNamed(e).(*types.Const); ok && namedOf(c.Type()) != nil {
		t := nameTreats(c.Name())
		if t == CodeUnknown {
			return t, nil // it may be called after what the codes have in common
		}
		return t, c.Name()
	}
	if k.Kind() != constant.String {
		return CodeUnknown, nil
	}
	text := constant.StringVal(k)
	words := len(strings.Fields(text))
	if words == 1 {
		return nameTreats(text), nil
	}
	if words < 3 && !saysAgain.MatchString(text) {
		return CodeUnknown, nil // it may be what they have in common
	}
	return CodeUnknown, text
}

// made is value of what a call returns: an error or text made of constants, or
// what the function is called after.
func (w *codeWalk) made(call *ast.CallExpr) (CodeTreatment, any) {
	fn, ok := typeutil.Callee(w.m.pass.TypesInfo, call).(*types.Func)
	if !ok {
		return CodeUnknown, nil
	}
	if fn.Pkg() != nil && (fn.Pkg().Path() == "errors" && fn.Name() == "New" || fn.Pkg().Path() == "fmt" && (fn.Name() == "Errorf" || fn.Name() == "Sprintf")) {
		if k := w.m.constantOf(call.Args[0]); k != nil && len(call.Args) == 1 {
			return CodeUnknown, constant.StringVal(k)
		}
		says := map[CodeTreatment]bool{}
		for _, a := range call.Args { // fmt.Errorf("%w: %w", errTransient, err)
			if v, ok := w.objectNamed(ast.Unparen(a)).(*types.Var); ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() && isErrorType(v.Type()) {
				says[nameTreats(v.Name())] = true
			}
		}
		return only(says), nil
	}
	return w.callTreats(call, nil), nil
}

// callTreats returns what a call does about a code, by the name of a function
// that is not the standard library's. Who tells the user what the error says
// treats it as what it is.
func (w *codeWalk) callTreats(e ast.Expr, s *codeSubject) CodeTreatment {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return CodeUnknown
	}
	obj := typeutil.Callee(w.m.pass.TypesInfo, call)
	if obj == nil || obj.Pkg() == nil || isStd(obj.Pkg().Path(), w.m.pass.Pkg.Path()) {
		return CodeUnknown
	}
	if fn, ok := obj.(*types.Func); ok {
		if lib := library.FuncOf(fn); lib != nil && lib.Log {
			return CodeUnknown
		}
	}
	t := nameTreats(obj.Name())
	if t == CodeUser && s != nil && w.usesError(call, s) {
		return CodeUnknown
	}
	return t
}

// assigned returns what an assignment does about a code, and the text that it
// assigns.
func (w *codeWalk) assigned(a *ast.AssignStmt, s *codeSubject) (CodeTreatment, any) {
	if len(a.Lhs) != 1 || len(a.Rhs) != 1 {
		return CodeUnknown, nil
	}
	if b, ok := w.constantBool(a.Rhs[0]); ok {
		if b {
			return nameTreats(lastName(a.Lhs[0])), nil
		}
		return CodeUnknown, nil
	}
	if _, call := ast.Unparen(a.Rhs[0]).(*ast.CallExpr); call {
		return w.callTreats(a.Rhs[0], s), nil
	}
	return w.value(a.Rhs[0])
}

// usesError reports whether a statement uses an error, or what the code is read
// from.
func (w *codeWalk) usesError(n ast.Node, s *codeSubject) bool {
	root := w.m.objectOf(s.expr)
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return !found
		}
		v, ok := w.m.pass.TypesInfo.Uses[id].(*types.Var)
		if !ok || v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
			return true // a sentinel is always the same
		}
		found = found || v == root || isErrorType(v.Type())
		return !found
	})
	return found
}

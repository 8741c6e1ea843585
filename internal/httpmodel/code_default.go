package httpmodel

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// lacksDefault notes a decision that has no default where what comes of the
// other codes is seen: they are taken for a success, or nobody hears of them.
func (w *codeWalk) lacksDefault(d *codeDecision) {
	named := map[string]bool{}
	for _, b := range d.branches {
		if b.holds(otherCode) != triNo {
			return // there is one, in other words
		}
		for _, c := range w.codesIn(d.vendor, d.subject, b, map[string]bool{}) {
			named[c.code] = true
		}
	}
	if len(named) < 2 {
		return // no list of codes, but one that is looked for
	}
	fn := w.function()
	if fn == nil {
		return
	}
	fall := FallsNowhere
	switch after := stmtAfter(w.stack, d.last).(type) {
	case *ast.ReturnStmt:
		switch {
		case len(after.Results) == 0:
		case w.saysNothing(d, fn, after):
			fall = FallsEmpty
		case w.losesError(d, fn, after):
			fall = FallsNil
		}
	case nil:
		if fn.sig.Results == nil && w.stack[len(w.stack)-1] == fn.body && w.own(d, fn) && w.allAct(d) {
			fall = FallsSilent
		}
	}
	if loop := w.retryLoop(); fall == FallsNowhere && loop != nil && w.endsRound(loop, d.last) && w.leavesOut(d, named) {
		fall = FallsAgain
	}
	if fall != FallsNowhere {
		w.found = append(w.found, CodeFault{Pos: d.stmt.Pos(), Vendor: d.vendor.Name, Falls: fall})
	}
}

// leavesOut reports whether a code that no further attempt mends is not named.
func (w *codeWalk) leavesOut(d *codeDecision, named map[string]bool) bool {
	return slices.ContainsFunc(codesOf(d.vendor, d.subject), func(k constant.Value) bool {
		return !named[codeText(k)] && slices.Contains(stays, d.vendor.Remedy(codeText(k)))
	})
}

// A codeFunc is the function or literal that the walk is in.
type codeFunc struct {
	decl *ast.FuncDecl // nil for a literal
	sig  *ast.FuncType
	body *ast.BlockStmt
}

func (w *codeWalk) function() *codeFunc {
	for _, n := range slices.Backward(w.stack) {
		switch f := n.(type) {
		case *ast.FuncDecl:
			return &codeFunc{f, f.Type, f.Body}
		case *ast.FuncLit:
			return &codeFunc{nil, f.Type, f.Body}
		}
	}
	return nil
}

// saysNothing reports whether a text for people that a function returns is
// empty where no branch makes one.
func (w *codeWalk) saysNothing(d *codeDecision, fn *codeFunc, r *ast.ReturnStmt) bool {
	if !isText(w.m.pass.TypesInfo.TypeOf(r.Results[0])) || fn.decl == nil {
		return false
	}
	for _, e := range r.Results[1:] {
		if !w.isZero(e) {
			return false
		}
	}
	var from types.Object // the variable that is returned
	if k := w.m.constantOf(r.Results[0]); k == nil {
		id, ok := ast.Unparen(r.Results[0]).(*ast.Ident)
		if !ok {
			return false
		}
		from = w.m.pass.TypesInfo.ObjectOf(id)
		if !w.emptyBefore(from, fn, d) {
			return false
		}
	} else if constant.StringVal(k) != "" {
		return false
	}
	sentences := 0
	for _, b := range d.branches {
		text, ok := w.textOf(b.body, from)
		if !ok || text == "" {
			return false
		}
		if strings.Contains(text, " ") {
			sentences++
		}
	}
	return sentences > 0 && !w.comparedToEmpty(fn.decl)
}

// textOf returns the text that a branch returns or, if from is not nil, assigns
// to it.
func (w *codeWalk) textOf(body []ast.Stmt, from types.Object) (string, bool) {
	for _, stmt := range slices.Backward(body) {
		var e ast.Expr
		switch s := stmt.(type) {
		case *ast.ReturnStmt:
			if len(s.Results) > 0 {
				e = s.Results[0]
			}
		case *ast.AssignStmt:
			if from != nil && len(s.Lhs) == 1 && w.m.objectOf(s.Lhs[0]) == from {
				e = s.Rhs[0]
			}
		}
		if e == nil {
			continue
		}
		if k := w.m.constantOf(e); k != nil && k.Kind() == constant.String {
			return constant.StringVal(k), true
		}
		if call, ok := ast.Unparen(e).(*ast.CallExpr); ok && len(call.Args) > 0 {
			if k := w.m.constantOf(call.Args[0]); k != nil && k.Kind() == constant.String {
				return constant.StringVal(k), true // fmt.Sprintf
			}
		}
		return "", false
	}
	return "", false
}

// emptyBefore reports whether a variable of the function holds nothing when
// the decision is come to.
func (w *codeWalk) emptyBefore(v types.Object, fn *codeFunc, d *codeDecision) bool {
	if v == nil || v.Pos() < fn.body.Pos() || v.Pos() > d.stmt.Pos() {
		return false
	}
	empty := true
	ast.Inspect(fn.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if w.m.pass.TypesInfo.Defs[name] == v && i < len(n.Values) {
					empty = empty && w.isZero(n.Values[i])
				}
			}
		case *ast.AssignStmt:
			inside := n.Pos() >= d.stmt.Pos() && n.End() <= d.last.End()
			for i, lhs := range n.Lhs {
				if !inside && w.m.objectOf(lhs) == v {
					empty = empty && i < len(n.Rhs) && w.isZero(n.Rhs[i])
				}
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND && w.m.objectOf(n.X) == v {
				empty = false
			}
		}
		return empty
	})
	return empty
}

// isZero reports whether an expression is nil or the zero of a basic type.
func (w *codeWalk) isZero(e ast.Expr) bool {
	tv := w.m.pass.TypesInfo.Types[e]
	if tv.IsNil() {
		return true
	}
	if tv.Value == nil {
		return false
	}
	switch tv.Value.Kind() {
	case constant.Bool:
		return !constant.BoolVal(tv.Value)
	case constant.String:
		return constant.StringVal(tv.Value) == ""
	default:
		return constant.Sign(tv.Value) == 0
	}
}

// comparedToEmpty reports whether a caller in the package knows that the text
// may be empty.
func (w *codeWalk) comparedToEmpty(decl *ast.FuncDecl) bool {
	fn := w.m.pass.TypesInfo.Defs[decl.Name]
	holds := map[types.Object]bool{}
	isCall := func(e ast.Expr) bool {
		call, ok := ast.Unparen(e).(*ast.CallExpr)
		return ok && typeutil.Callee(w.m.pass.TypesInfo, call) == fn
	}
	compared := false
	for _, file := range w.m.pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if len(n.Rhs) == 1 && isCall(n.Rhs[0]) {
					holds[w.m.objectOf(n.Lhs[0])] = true
				}
			case *ast.BinaryExpr:
				if (n.Op == token.EQL || n.Op == token.NEQ) && w.isZero(n.Y) {
					compared = compared || isCall(n.X) || holds[w.m.objectOf(n.X)]
				}
			case *ast.CallExpr: // cmp.Or(advice(code), "something else"), len(text)
				for _, a := range n.Args {
					compared = compared || lastName(n.Fun) == "Or" && isCall(a) || lastName(n.Fun) == "len" && (isCall(a) || holds[w.m.objectOf(a)])
				}
			}
			return !compared
		})
	}
	return compared
}

// losesError reports whether a function returns a nil error for the codes of an
// error that no branch is for: one of its own, or one that it was given to
// return it.
func (w *codeWalk) losesError(d *codeDecision, fn *codeFunc, r *ast.ReturnStmt) bool {
	if fn.sig.Results == nil || !isErrorType(w.m.pass.TypesInfo.TypeOf(fn.sig.Results.List[len(fn.sig.Results.List)-1].Type)) {
		return false
	}
	for _, e := range r.Results {
		if !w.isZero(e) {
			return false
		}
	}
	if w.own(d, fn) {
		return true
	}
	return fn.decl != nil && w.givenError(fn) && !isErrorMethod(fn.decl) && !w.handed(d, fn) && w.isReturned(fn.decl)
}

// isErrorMethod reports whether a method is one that package errors calls.
func isErrorMethod(decl *ast.FuncDecl) bool {
	return decl.Recv != nil && slices.Contains([]string{"Unwrap", "Is", "As"}, decl.Name.Name)
}

// own reports whether the error whose code is looked at is the function's own:
// it got it from a call, and gives it to nobody.
func (w *codeWalk) own(d *codeDecision, fn *codeFunc) bool {
	root, ok := w.m.objectOf(d.subject.expr).(*types.Var)
	if !ok || !isErrorType(root.Type()) || root.Pos() < fn.body.Pos() || root.Pos() > fn.body.End() {
		return false
	}
	return !w.givenError(fn) && !w.handed(d, fn)
}

// givenError reports whether a function has an error among its parameters.
func (w *codeWalk) givenError(fn *codeFunc) bool {
	for _, f := range fn.sig.Params.List {
		if isErrorType(w.m.pass.TypesInfo.TypeOf(f.Type)) {
			return true
		}
	}
	return fn.decl != nil && fn.decl.Recv != nil && isErrorType(w.m.pass.TypesInfo.TypeOf(fn.decl.Recv.List[0].Type))
}

// handed reports whether an error goes anywhere else in the function: a log, a
// list, another function than those that look at what it is.
func (w *codeWalk) handed(d *codeDecision, fn *codeFunc) bool {
	isError := func(e ast.Expr) bool {
		tv := w.m.pass.TypesInfo.Types[e]
		return tv.Type != nil && !tv.IsNil() && isErrorType(tv.Type)
	}
	found := false
	ast.Inspect(fn.body, func(n ast.Node) bool {
		if n == nil || n.Pos() >= d.stmt.Pos() && n.End() <= d.last.End() && n != ast.Node(fn.body) {
			return false
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			if !slices.ContainsFunc(n.Args, isError) || w.looksAtError(n) {
				break
			}
			found = true
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				_, local := ast.Unparen(lhs).(*ast.Ident)
				found = found || !local && i < len(n.Rhs) && isError(n.Rhs[i])
			}
		case *ast.CompositeLit:
			found = found || slices.ContainsFunc(n.Elts, isError)
		case *ast.KeyValueExpr:
			found = found || isError(n.Value)
		case *ast.SendStmt:
			found = found || isError(n.Value)
		case *ast.DeferStmt:
			found = true
		}
		return !found
	})
	return found
}

// looksAtError reports whether a call only tells what an error is.
func (w *codeWalk) looksAtError(call *ast.CallExpr) bool {
	if obj := typeutil.Callee(w.m.pass.TypesInfo, call); obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == "errors" {
		return true
	}
	t := w.m.pass.TypesInfo.TypeOf(call)
	if t == nil {
		return false
	}
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
		return true
	}
	return isErrorType(t) && namedOf(t) != nil && namedOf(t).Name() != "error" // As(err) *Error
}

// isReturned reports whether callers of a function in the package are seen, and
// all of them return what it returns.
func (w *codeWalk) isReturned(decl *ast.FuncDecl) bool {
	fn := w.m.pass.TypesInfo.Defs[decl.Name]
	returned, other := 0, 0
	for _, file := range w.m.pass.Files {
		ast.PreorderStack(file, nil, func(n ast.Node, stack []ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok || w.m.pass.TypesInfo.Uses[id] != fn {
				return true
			}
			i := len(stack) - 1
			if i >= 0 {
				if sel, ok := stack[i].(*ast.SelectorExpr); ok && sel.Sel == id {
					i--
				}
			}
			if i > 0 {
				if _, call := stack[i].(*ast.CallExpr); call {
					if _, ret := stack[i-1].(*ast.ReturnStmt); ret {
						returned++
						return true
					}
				}
			}
			other++
			return true
		})
	}
	return returned > 0 && other == 0
}

// allAct reports whether every branch of a decision does something.
func (w *codeWalk) allAct(d *codeDecision) bool {
	return !slices.ContainsFunc(d.branches, func(b codeBranch) bool { return len(b.body) == 0 })
}

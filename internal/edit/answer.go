package edit

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// An Answer is a call whose answer is kept in a variable, and whose error is
// checked in the next statement:
//
//	resp, err := call()
//	if err != nil {
//		return err
//	}
type Answer struct {
	*Place
	name  *ast.Ident
	obj   types.Object
	list  []ast.Stmt  // the block that the call stands in
	check *ast.IfStmt // of the error
	next  int         // index in list of the statement after check
}

// AnswerOf returns the answer of the call at the place.
func AnswerOf(pass *analysis.Pass, pos token.Pos) (*Answer, bool) {
	p, assign, list, i, ok := answered(pass, pos)
	if !ok || i+1 >= len(list) {
		return nil, false
	}
	name := assign.Lhs[0].(*ast.Ident)
	obj, err := pass.TypesInfo.Defs[name], pass.TypesInfo.ObjectOf(assign.Lhs[1].(*ast.Ident))
	check, ok := list[i+1].(*ast.IfStmt)
	if obj == nil || err == nil || !ok || !p.leavesOnError(check, err) {
		return nil, false
	}
	a := &Answer{p, name, obj, list, check, i + 2}
	return a, !a.mayBeNil()
}

// answered finds the statement `answer, err := call()` in its block.
func answered(pass *analysis.Pass, pos token.Pos) (p *Place, assign *ast.AssignStmt, list []ast.Stmt, i int, ok bool) {
	if p, ok = At(pass, pos); !ok {
		return
	}
	if list, i, ok = p.statement(); !ok {
		return
	}
	if assign, ok = list[i].(*ast.AssignStmt); !ok || assign.Tok != token.DEFINE || len(assign.Lhs) != 2 || len(assign.Rhs) != 1 {
		return nil, nil, nil, 0, false
	}
	call, isCall := ast.Unparen(assign.Rhs[0]).(*ast.CallExpr)
	_, ok1 := assign.Lhs[0].(*ast.Ident)
	_, ok2 := assign.Lhs[1].(*ast.Ident)
	return p, assign, list, i, isCall && call.Lparen == pos && ok1 && ok2
}

// CloseDiscarded returns the edits that close the answer of a call which keeps
// nothing but its error: `_, err := call()`.
func CloseDiscarded(pass *analysis.Pass, pos token.Pos) ([]analysis.TextEdit, bool) {
	p, assign, _, _, ok := answered(pass, pos)
	if !ok || assign.Lhs[0].(*ast.Ident).Name != "_" {
		return nil, false
	}
	results, ok := pass.TypesInfo.TypeOf(assign.Rhs[0]).(*types.Tuple)
	if !ok {
		return nil, false
	}
	name, closer := "resp", closerOf(results.At(0).Type())
	if closer == ".Close" {
		name = "body"
	}
	if closer == "" || p.names(name) {
		return nil, false
	}
	text := fmt.Sprintf("if %[1]s != nil {\n\t%[1]s%[2]s()\n}", name, closer)
	return []analysis.TextEdit{replace(assign.Lhs[0], name), p.insertAfter(assign, text)}, true
}

// names reports whether a name is used in the function, or means something there.
func (p *Place) names(name string) bool {
	found := !p.sees(name, nil)
	_, body := p.function()
	ast.Inspect(body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == name
		return !found
	})
	return found
}

// leavesOnError reports whether a statement is `if err != nil { … }` and
// nothing after it is reached with an error.
func (p *Place) leavesOnError(check *ast.IfStmt, err types.Object) bool {
	cond, ok := check.Cond.(*ast.BinaryExpr)
	if !ok || check.Init != nil || check.Else != nil || cond.Op != token.NEQ || len(check.Body.List) == 0 {
		return false
	}
	id, ok := cond.X.(*ast.Ident)
	if !ok || p.pass.TypesInfo.Uses[id] != err || !p.pass.TypesInfo.Types[cond.Y].IsNil() {
		return false
	}
	switch last := check.Body.List[len(check.Body.List)-1].(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.ExprStmt:
		call, ok := last.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		fn, ok := call.Fun.(*ast.Ident)
		return ok && p.pass.TypesInfo.Uses[fn] == types.Universe.Lookup("panic")
	}
	return false
}

// mayBeNil reports whether the function compares the answer with nil: an
// answer without an error may not be there.
func (a *Answer) mayBeNil() bool {
	found := false
	_, body := a.function()
	ast.Inspect(body, func(n ast.Node) bool {
		if b, ok := n.(*ast.BinaryExpr); ok && (b.Op == token.EQL || b.Op == token.NEQ) {
			id, ok := ast.Unparen(b.X).(*ast.Ident)
			found = found || ok && a.pass.TypesInfo.Uses[id] == a.obj && a.pass.TypesInfo.Types[b.Y].IsNil()
		}
		return !found
	})
	return found
}

// isResponse reports whether the answer is an *http.Response.
func (a *Answer) isResponse() bool { return closerOf(a.obj.Type()) == ".Body.Close" }

// closerOf returns what a variable of an answer's type is closed with: a
// response by its body, a body itself, others not ("").
func closerOf(t types.Type) string {
	if ptr, ok := t.(*types.Pointer); ok {
		named, ok := types.Unalias(ptr.Elem()).(*types.Named)
		if ok && named.Obj().Name() == "Response" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "net/http" {
			return ".Body.Close"
		}
		return ""
	}
	if iface, ok := t.Underlying().(*types.Interface); ok {
		for m := range iface.Methods() {
			if m.Name() == "Close" && m.Signature().Params().Len() == 0 {
				return ".Close"
			}
		}
	}
	return ""
}

// mentions reports whether the function refers to a field of the answer.
func (a *Answer) mentions(field string) bool { return len(a.selections(field)) > 0 }

func (a *Answer) selections(field string) []*ast.SelectorExpr {
	var list []*ast.SelectorExpr
	_, body := a.function()
	ast.Inspect(body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == field {
			if id, ok := ast.Unparen(sel.X).(*ast.Ident); ok && a.pass.TypesInfo.Uses[id] == a.obj {
				list = append(list, sel)
			}
		}
		return true
	})
	return list
}

// DeferClose returns the edits that defer closing the answer's body right after
// the error check. closed says that some path closes it already: then a later
// `defer resp.Body.Close()` of the same block, and no other, is moved up.
func (a *Answer) DeferClose(closed bool) ([]analysis.TextEdit, bool) {
	closer := closerOf(a.obj.Type())
	if closer == "" || a.reassigned() {
		return nil, false
	}
	edits := []analysis.TextEdit{a.insertAfter(a.check, "defer "+a.name.Name+closer+"()")}
	closes := a.selections("Close")
	for _, body := range a.selections("Body") {
		if sel := a.parentSelector(body); sel != nil && sel.Sel.Name == "Close" {
			closes = append(closes, sel)
		}
	}
	if len(closes) == 0 {
		return edits, !closed
	}
	if len(closes) != 1 || a.passedToOwn() {
		return nil, false
	}
	for _, stmt := range a.list[a.next:] {
		d, ok := stmt.(*ast.DeferStmt)
		if !ok || d.Call.Fun != ast.Expr(closes[0]) || a.commented(d.Pos(), d.End()) {
			continue
		}
		return append(edits, a.deleteLines(d)), true
	}
	return nil, false
}

// reassigned reports whether the variable gets another answer later.
func (a *Answer) reassigned() bool {
	found := false
	_, body := a.function()
	ast.Inspect(body, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok {
			return !found
		}
		for _, lhs := range assign.Lhs {
			id, ok := lhs.(*ast.Ident)
			found = found || ok && a.pass.TypesInfo.Uses[id] == a.obj
		}
		return !found
	})
	return found
}

// passedToOwn reports whether a function of the package is given the answer or
// its body: it may close it.
func (a *Answer) passedToOwn() bool {
	found := false
	_, body := a.function()
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return !found
		}
		for _, arg := range call.Args {
			arg = ast.Unparen(arg)
			if sel, ok := arg.(*ast.SelectorExpr); ok && sel.Sel.Name == "Body" {
				arg = ast.Unparen(sel.X)
			}
			if id, ok := arg.(*ast.Ident); ok && a.pass.TypesInfo.Uses[id] == a.obj && a.isOwn(call.Fun) {
				found = true
			}
		}
		return !found
	})
	return found
}

// isOwn reports whether a called function is not one of another package. It
// errs on the side of yes.
func (a *Answer) isOwn(fun ast.Expr) bool {
	switch fun := ast.Unparen(fun).(type) {
	case *ast.Ident:
		obj := a.pass.TypesInfo.Uses[fun]
		return obj == nil || obj.Pkg() == a.pass.Pkg
	case *ast.SelectorExpr:
		obj := a.pass.TypesInfo.Uses[fun.Sel]
		_, isFunc := obj.(*types.Func)
		return !isFunc || obj.Pkg() == a.pass.Pkg
	}
	return true
}

// parentSelector returns the selector that an expression is the operand of.
func (a *Answer) parentSelector(of ast.Expr) *ast.SelectorExpr {
	var parent *ast.SelectorExpr
	_, body := a.function()
	ast.Inspect(body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && ast.Unparen(sel.X) == of {
			parent = sel
		}
		return parent == nil
	})
	return parent
}

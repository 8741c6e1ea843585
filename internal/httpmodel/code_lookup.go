package httpmodel

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"github.com/apivet/apivet/internal/provider"
)

// A codeLookup is a look-up of a code in a table.
type codeLookup struct {
	ix    *ast.IndexExpr
	stack []ast.Node
	fn    *codeFunc
	// d is the decision that the look-up makes: it has one branch, for the codes
	// that are in the table.
	d *codeDecision
}

// notInTable notes a look-up in a table that knows nothing of the codes which
// are not in it: the function that is called is nil, the text that is shown is
// empty, the error that is returned is nil, or nothing is done.
func (w *codeWalk) notInTable(p *provider.Profile, table *types.Var, t types.Type, values []ast.Expr) {
	m, ok := t.Underlying().(*types.Map)
	if !ok || table == nil || w.changes(table) {
		return
	}
	for _, file := range w.m.pass.Files {
		ast.PreorderStack(file, nil, func(n ast.Node, stack []ast.Node) bool {
			ix, ok := n.(*ast.IndexExpr)
			if !ok || len(stack) < 2 || w.tableIn(ix.X) != table || w.m.constantOf(ix.Index) != nil || guarded(stack, table.Name()) {
				return true
			}
			at := &codeWalk{m: w.m, vendors: w.vendors, stack: stack}
			l := &codeLookup{ix: ix, stack: stack, fn: at.function()}
			if l.fn == nil {
				return true
			}
			if fall := at.lookup(l, m.Elem(), values); fall != FallsNowhere {
				w.found = append(w.found, CodeFault{Pos: ix.Pos(), Vendor: p.Name, Falls: fall, Table: true})
			}
			return true
		})
	}
}

// changes reports whether entries are put into a table where it is not made.
func (w *codeWalk) changes(table *types.Var) bool {
	found := false
	for _, file := range w.m.pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			if a, ok := n.(*ast.AssignStmt); ok {
				for _, lhs := range a.Lhs {
					ix, ok := ast.Unparen(lhs).(*ast.IndexExpr)
					found = found || ok && w.tableIn(ix.X) == table
				}
			}
			return !found
		})
	}
	return found
}

// lookup says what comes of the codes that are not in a table at one look-up.
func (w *codeWalk) lookup(l *codeLookup, elem types.Type, values []ast.Expr) CodeFall {
	subject := w.m.subjectOf(l.ix.Index)
	stmt := w.stmtAround()
	if subject == nil || stmt == nil {
		return FallsNowhere
	}
	l.d = &codeDecision{subject: subject, stmt: stmt, last: stmt}
	sentences := isText(elem) && w.hasSentence(values)
	switch of := l.stack[len(l.stack)-1].(type) {
	case *ast.CallExpr:
		if of.Fun == ast.Expr(l.ix) {
			return FallsNilFunc
		}
		if sentences && w.shows(of) {
			return FallsEmpty
		}
	case *ast.ReturnStmt:
		switch {
		case sentences && len(of.Results) == 1 && l.fn.decl != nil && !w.comparedToEmpty(l.fn.decl):
			return FallsEmpty
		case isErrorType(elem) && w.losesLookup(l):
			return FallsNil
		}
	case *ast.SwitchStmt:
		if w.own(l.d, l.fn) && w.leavesZero(of) && w.endsQuietly(l.stack[:len(l.stack)-1], of) {
			return FallsSilent
		}
	case *ast.AssignStmt:
		return w.kept(l, of, elem, sentences)
	}
	return FallsNowhere
}

// stmtAround returns the statement of a function that the walk is in.
func (w *codeWalk) stmtAround() ast.Stmt {
	for _, n := range slices.Backward(w.stack) {
		if s, ok := n.(ast.Stmt); ok {
			return s
		}
	}
	return nil
}

// losesLookup reports whether a nil error of a table is the function's: it got
// the code itself, or its callers return what it returns.
func (w *codeWalk) losesLookup(l *codeLookup) bool {
	return w.own(l.d, l.fn) || l.fn.decl != nil && w.given(l.d, l.fn) && !isErrorMethod(l.fn.decl) && w.isReturned(l.fn.decl)
}

// kept says what comes of a look-up's result that a variable holds.
func (w *codeWalk) kept(l *codeLookup, a *ast.AssignStmt, elem types.Type, sentences bool) CodeFall {
	v := w.m.objectOf(a.Lhs[0])
	around := l.stack[:len(l.stack)-1]
	if v == nil || len(around) == 0 {
		return FallsNowhere
	}
	if len(a.Lhs) == 2 && !isBlank(a.Lhs[1]) {
		return w.foundOrNot(l, a, around, elem)
	}
	body := bodyAround(l.stack)
	switch {
	case isErrorType(elem):
		r, ok := stmtAfter(around, a).(*ast.ReturnStmt)
		if ok && len(r.Results) > 0 && w.m.objectOf(r.Results[len(r.Results)-1]) == v && w.losesLookup(l) {
			return FallsNil
		}
	case sentences:
		if w.onlyShown(body, v) {
			return FallsEmpty
		}
	case w.ownBut(l.d, l.fn, v) && w.nothingForZero(body, v):
		return FallsSilent
	}
	return FallsNowhere
}

// foundOrNot says what comes of the codes that a look-up with ok does not find: the
// if that asks for ok leaves, and a success is behind it.
func (w *codeWalk) foundOrNot(l *codeLookup, a *ast.AssignStmt, around []ast.Node, elem types.Type) CodeFall {
	s, ok := around[len(around)-1].(*ast.IfStmt)
	if ok && s.Init == ast.Stmt(a) {
		around = around[:len(around)-1]
	} else if s, ok = stmtAfter(around, a).(*ast.IfStmt); !ok || s.Init != nil {
		return FallsNowhere
	}
	if s.Else != nil || !leaves(s.Body.List) || w.m.objectOf(s.Cond) != w.m.objectOf(a.Lhs[1]) {
		return FallsNowhere
	}
	r, ok := comesNextReturn(around, s)
	if !ok || !isErrorType(elem) && !isFunc(elem) || len(r.Results) == 0 || slices.ContainsFunc(r.Results, func(e ast.Expr) bool { return !w.isZero(e) }) || !w.losesLookup(l) {
		return FallsNowhere
	}
	return FallsNil
}

// comesNextReturn returns the return that is come to after a statement, if
// nothing else is.
func comesNextReturn(stack []ast.Node, s ast.Stmt) (*ast.ReturnStmt, bool) {
	next, in := comesNext(stack, s)
	r, ok := next.(*ast.ReturnStmt)
	return r, ok && in == nil
}

func isBlank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// shows reports whether a call is given a text to show it, as it is: nothing
// comes back but an error.
func (w *codeWalk) shows(call *ast.CallExpr) bool {
	tv := w.m.pass.TypesInfo.Types[call]
	tuple, ok := tv.Type.(*types.Tuple)
	return tv.IsVoid() || ok && tuple.Len() == 0 || tv.Type != nil && isErrorType(tv.Type)
}

// onlyShown reports whether a variable is given to functions that show it, and
// nobody looks at what it holds.
func (w *codeWalk) onlyShown(body *ast.BlockStmt, v types.Object) bool {
	shown, other := 0, 0
	ast.PreorderStack(body, nil, func(n ast.Node, stack []ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || w.m.pass.TypesInfo.Uses[id] != v {
			return true
		}
		call, ok := stack[len(stack)-1].(*ast.CallExpr)
		if ok && w.shows(call) {
			shown++
		} else {
			other++
		}
		return true
	})
	return shown > 0 && other == 0
}

func declAround(stack []ast.Node) *ast.FuncDecl {
	for _, n := range stack {
		if d, ok := n.(*ast.FuncDecl); ok {
			return d
		}
	}
	return nil
}

// guarded reports whether the function looks into the table more than once: it
// may ask first whether the code is there.
func guarded(stack []ast.Node, table string) bool {
	decl := declAround(stack)
	if decl == nil {
		return true
	}
	n := 0
	ast.Inspect(decl, func(node ast.Node) bool {
		if id, ok := node.(*ast.Ident); ok && id.Name == table {
			n++
		}
		return true
	})
	return n > 1
}

// hasSentence reports whether a text of a table is for people.
func (w *codeWalk) hasSentence(values []ast.Expr) bool {
	return slices.ContainsFunc(values, func(e ast.Expr) bool {
		k := w.m.constantOf(e)
		return k != nil && k.Kind() == constant.String && strings.Contains(constant.StringVal(k), " ")
	})
}

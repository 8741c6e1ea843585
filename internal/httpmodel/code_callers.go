package httpmodel

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/types/typeutil"
)

// A codeUse is a call in the package of a function that decides on a code.
type codeUse struct {
	call  *ast.CallExpr // nil where the function is used as a value
	stack []ast.Node    // around the call
}

// usesOf returns the uses of a function in the package.
func (w *codeWalk) usesOf(decl *ast.FuncDecl) []codeUse {
	fn := w.m.pass.TypesInfo.Defs[decl.Name]
	var list []codeUse
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
			u := codeUse{}
			if i >= 0 {
				if call, ok := stack[i].(*ast.CallExpr); ok && typeutil.Callee(w.m.pass.TypesInfo, call) == fn {
					u = codeUse{call, slices.Clone(stack[:i])}
				}
			}
			list = append(list, u)
			return true
		})
	}
	return list
}

// allUses reports whether a function is used in the package, and each use is of
// a kind.
func (w *codeWalk) allUses(decl *ast.FuncDecl, kind func(codeUse) bool) bool {
	uses := w.usesOf(decl)
	return len(uses) > 0 && !slices.ContainsFunc(uses, func(u codeUse) bool { return u.call == nil || len(u.stack) == 0 || !kind(u) })
}

// isReturned reports whether callers of a function in the package are seen, and
// all of them return the error that it returns: where it is nil, they have none.
func (w *codeWalk) isReturned(decl *ast.FuncDecl) bool {
	return w.allUses(decl, func(u codeUse) bool {
		switch of := u.stack[len(u.stack)-1].(type) {
		case *ast.ReturnStmt:
			return true
		case *ast.AssignStmt:
			if len(of.Lhs) != 1 {
				return false
			}
			v := w.m.objectOf(of.Lhs[0])
			around := u.stack[:len(u.stack)-1]
			if s, ok := around[len(around)-1].(*ast.IfStmt); ok && s.Init == ast.Stmt(of) {
				return w.ifFailed(s, around[:len(around)-1], v)
			}
			switch next := stmtAfter(around, of).(type) {
			case *ast.ReturnStmt:
				return len(next.Results) > 0 && w.m.objectOf(next.Results[len(next.Results)-1]) == v
			case *ast.IfStmt:
				return next.Init == nil && w.ifFailed(next, around, v)
			}
		}
		return false
	})
}

// ifFailed reports whether an if returns an error where there is one, and what
// comes after it says that all is well.
func (w *codeWalk) ifFailed(s *ast.IfStmt, stack []ast.Node, v types.Object) bool {
	cond, ok := ast.Unparen(s.Cond).(*ast.BinaryExpr)
	if !ok || cond.Op != token.NEQ || !w.isZero(cond.Y) || w.m.objectOf(cond.X) != v || s.Else != nil {
		return false
	}
	next, in := comesNext(stack, s)
	if _, items := in.(*ast.RangeStmt); items { // and after the last one
		if i := slices.Index(stack, ast.Node(in)); i > 0 {
			next, in = comesNext(stack[:i], in)
		}
	}
	r, ok := next.(*ast.ReturnStmt)
	return in == nil && ok && leaves(s.Body.List) && len(r.Results) > 0 && w.isZero(r.Results[len(r.Results)-1])
}

// callersDrop reports whether callers of a function in the package are seen, and
// none of them does anything, or tells anybody, where it returns a zero.
func (w *codeWalk) callersDrop(decl *ast.FuncDecl) bool {
	return w.allUses(decl, func(u codeUse) bool {
		root := w.m.objectOf(u.call) // of a method
		if len(u.call.Args) > 0 {
			root = w.m.objectOf(u.call.Args[0])
		}
		body := bodyAround(u.stack)
		if body == nil || w.handsOn(body, root, u.call.Pos(), u.call.End()) {
			return false
		}
		switch of := u.stack[len(u.stack)-1].(type) {
		case *ast.ExprStmt:
			return w.endsQuietly(u.stack[:len(u.stack)-1], of)
		case *ast.SwitchStmt:
			return w.leavesZero(of) && w.endsQuietly(u.stack[:len(u.stack)-1], of)
		case *ast.AssignStmt:
			return len(of.Lhs) == 1 && w.nothingForZero(body, w.m.objectOf(of.Lhs[0]))
		}
		return false
	})
}

// decidesOnRound reports whether callers of the function that the walk is in are
// seen, and each makes another attempt where it returns true, and none where it
// returns false.
func (w *codeWalk) decidesOnRound() bool {
	fn := w.function()
	return fn != nil && fn.decl != nil && w.allUses(fn.decl, func(u codeUse) bool {
		stack, negated, joined := u.stack, false, token.ILLEGAL
		for len(stack) > 0 {
			switch of := stack[len(stack)-1].(type) {
			case *ast.ParenExpr:
			case *ast.UnaryExpr:
				negated = of.Op == token.NOT
			case *ast.BinaryExpr:
				joined = of.Op
			case *ast.IfStmt:
				at := &codeWalk{m: w.m, vendors: w.vendors, stack: stack[:len(stack)-1]}
				if negated { // if !again(err) { return err }
					return joined != token.LAND && of.Else == nil && leaves(of.Body.List) && at.pausesNext(of)
				}
				in := &codeWalk{m: w.m, vendors: w.vendors, stack: append(slices.Clone(stack), of.Body)}
				return joined != token.LOR && len(of.Body.List) > 0 && in.goesRound(of.Body.List, &codeDecision{stmt: of, last: of.Body.List[len(of.Body.List)-1]})
			default:
				return false
			}
			stack = stack[:len(stack)-1]
		}
		return false
	})
}

// pausesNext reports whether what comes after a statement of a loop that makes one
// attempt after the other pauses and goes round.
func (w *codeWalk) pausesNext(s ast.Stmt) bool {
	loop := w.retryLoop()
	if loop == nil {
		return false
	}
	i := slices.Index(loop.List, s)
	if i < 0 {
		return false
	}
	rest := loop.List[i+1:]
	return w.pauses(rest) && !slices.ContainsFunc(rest, func(s ast.Stmt) bool { return leaves([]ast.Stmt{s}) })
}

func bodyAround(stack []ast.Node) *ast.BlockStmt {
	for _, n := range slices.Backward(stack) {
		switch f := n.(type) {
		case *ast.FuncDecl:
			return f.Body
		case *ast.FuncLit:
			return f.Body
		}
	}
	return nil
}

// leavesZero reports whether a switch on a value has no branch for its zero.
func (w *codeWalk) leavesZero(s *ast.SwitchStmt) bool {
	for _, clause := range s.Body.List {
		c := clause.(*ast.CaseClause)
		if c.List == nil || slices.ContainsFunc(c.List, w.isZero) || slices.ContainsFunc(c.List, func(e ast.Expr) bool { return w.m.pass.TypesInfo.Types[e].Value == nil }) {
			return false
		}
	}
	return true
}

// nothingForZero reports whether a variable is only compared with other
// constants than zero in a function, and nothing is done where it is none of
// them.
func (w *codeWalk) nothingForZero(body *ast.BlockStmt, v types.Object) bool {
	if v == nil {
		return false
	}
	uses, dropped := 0, 0
	ast.PreorderStack(body, nil, func(n ast.Node, stack []ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || w.m.pass.TypesInfo.Uses[id] != v {
			return true
		}
		uses++
		for i := len(stack) - 1; i >= 0; i-- {
			switch of := stack[i].(type) {
			case *ast.BinaryExpr:
				if of.Op == token.LOR || of.Op == token.EQL && !w.isZero(of.Y) {
					continue
				}
			case *ast.SwitchStmt:
				if w.leavesZero(of) && w.endsQuietly(stack[:i], of) {
					dropped++
				}
			case *ast.IfStmt:
				if of.Else == nil && w.endsQuietly(stack[:i], of) || isElseIf(of.Else) {
					dropped++
				}
			}
			break
		}
		return true
	})
	return uses > 0 && uses == dropped
}

func isElseIf(s ast.Stmt) bool {
	_, ok := s.(*ast.IfStmt)
	return ok
}

// endsQuietly reports whether nothing is done after a statement until the
// function returns no error, or the next item comes.
func (w *codeWalk) endsQuietly(stack []ast.Node, s ast.Stmt) bool {
	next, _ := comesNext(stack, s)
	switch r := next.(type) {
	case nil: // the next item, or the function's end
		return true
	case *ast.ReturnStmt:
		return !slices.ContainsFunc(r.Results, func(e ast.Expr) bool { return !w.isZero(e) })
	case *ast.BranchStmt:
		return r.Tok == token.CONTINUE
	case *ast.IfStmt: // the next of several on the same
		return true
	}
	return false
}

// isAction reports whether a result may say what is to be done: a word, or a
// constant of a type of its own.
func (w *codeWalk) isAction(e ast.Expr) bool {
	t := w.m.pass.TypesInfo.TypeOf(e)
	b, ok := t.Underlying().(*types.Basic)
	if !ok || isNamed(t, "time", "Duration") {
		return false
	}
	return b.Info()&types.IsString != 0 || b.Info()&types.IsInteger != 0 && namedOf(t) != nil
}

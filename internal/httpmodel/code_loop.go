package httpmodel

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/apivet/apivet/internal/library"
)

// retryLoop returns the body of the loop around the walk that makes one attempt
// after the other, or nil: a loop over items or pages is none.
func (w *codeWalk) retryLoop() *ast.BlockStmt {
	for _, n := range slices.Backward(w.stack) {
		switch l := n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			return nil
		case *ast.RangeStmt:
			b, ok := w.m.pass.TypesInfo.TypeOf(l.X).Underlying().(*types.Basic)
			if ok && b.Info()&types.IsInteger != 0 && (w.pauses(l.Body.List) || namesAttempt(l.Key)) {
				return l.Body
			}
			return nil
		case *ast.ForStmt:
			if countsItems(l) || !w.pauses(l.Body.List) && !namesAttempt(l.Init) && !namesAttempt(l.Cond) {
				return nil
			}
			return l.Body
		}
	}
	return nil
}

// countsItems reports whether a loop ends with a list.
func countsItems(l *ast.ForStmt) bool {
	found := false
	if l.Cond != nil {
		ast.Inspect(l.Cond, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && lastName(call.Fun) == "len" {
				found = true
			}
			return !found
		})
	}
	return found
}

// namesAttempt reports whether a name below n counts attempts.
func namesAttempt(n ast.Node) bool {
	if n == nil {
		return false
	}
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			found = found || nameHas(id.Name, "attempt", "attempts", "try", "tries", "retry", "retries")
		}
		return !found
	})
	return found
}

// pauses reports whether statements wait for some time, or for something.
func (w *codeWalk) pauses(body []ast.Stmt) bool {
	found := false
	for _, stmt := range body {
		ast.Inspect(stmt, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.UnaryExpr:
				found = found || n.Op == token.ARROW
			case *ast.CallExpr:
				obj := typeutil.Callee(w.m.pass.TypesInfo, n)
				if obj == nil || obj.Pkg() == nil {
					break
				}
				if obj.Pkg().Path() == "time" {
					found = found || obj.Name() == "Sleep" || obj.Name() == "After"
					break
				}
				found = found || nameHas(obj.Name(), "sleep", "pause", "backoff", "delay", "wait")
			}
			return !found
		})
	}
	return found
}

// endsRound reports whether nothing but a pause comes after a statement that
// the walk is at until the next round of a loop.
func (w *codeWalk) endsRound(loop *ast.BlockStmt, last ast.Stmt) bool {
	for _, n := range slices.Backward(w.stack) {
		switch b := n.(type) {
		case *ast.BlockStmt:
			i := slices.Index(b.List, last)
			if i < 0 {
				return false
			}
			for _, after := range b.List[i+1:] {
				if leaves([]ast.Stmt{after}) || !w.pauses([]ast.Stmt{after}) {
					return false
				}
			}
			if b == loop {
				return true
			}
		case *ast.IfStmt:
			last = b
		default:
			return false
		}
	}
	return false
}

// goesRound reports whether a branch of a decision leads to the next attempt: it
// says so, or it comes to the end of the loop, which pauses.
func (w *codeWalk) goesRound(body []ast.Stmt, d *codeDecision) bool {
	if len(body) > 0 {
		switch last := body[len(body)-1].(type) {
		case *ast.BranchStmt:
			switch last.Tok {
			case token.CONTINUE:
				return w.retryLoop() != nil
			case token.GOTO:
				return w.jumpsBack(last)
			case token.BREAK: // out of the switch, not out of the loop
				if _, ok := d.stmt.(*ast.SwitchStmt); !ok || last.Label != nil {
					return false
				}
			default:
				return false
			}
		case *ast.ReturnStmt:
			return false
		case *ast.SelectStmt: // the clock, or the context's end
			for _, clause := range last.Body.List {
				c := clause.(*ast.CommClause)
				if n := len(c.Body); n > 0 && leaves(c.Body) && w.goesRound(c.Body[n-1:], d) {
					return true
				}
			}
		}
	}
	loop := w.retryLoop()
	return loop != nil && w.endsRound(loop, d.last)
}

// jumpsBack reports whether a goto leads to what stands before it.
func (w *codeWalk) jumpsBack(s *ast.BranchStmt) bool {
	label := w.m.pass.TypesInfo.Uses[s.Label]
	return label != nil && label.Pos() < s.Pos()
}

// mends reports whether statements set something by what they call: the next
// attempt is not the same as the last. A longer pause is no such thing.
func (w *codeWalk) mends(body []ast.Stmt) bool {
	return slices.ContainsFunc(body, func(stmt ast.Stmt) bool {
		a, ok := stmt.(*ast.AssignStmt)
		return ok && slices.ContainsFunc(a.Rhs, func(e ast.Expr) bool {
			call, ok := ast.Unparen(e).(*ast.CallExpr)
			if !ok || w.m.pass.TypesInfo.Types[call.Fun].IsType() || isNamed(w.m.pass.TypesInfo.TypeOf(e), "time", "Duration") {
				return false
			}
			obj := typeutil.Callee(w.m.pass.TypesInfo, call)
			return obj == nil || obj.Pkg() != nil && !isStd(obj.Pkg().Path(), w.m.pass.Pkg.Path())
		})
	})
}

// isDelay reports whether a result is a time, and the function is called after
// waiting for the next attempt.
func (w *codeWalk) isDelay(e ast.Expr) bool {
	if !isNamed(w.m.pass.TypesInfo.TypeOf(e), "time", "Duration") || w.isZero(e) {
		return false
	}
	fn := w.function()
	return fn != nil && fn.decl != nil && nameHas(fn.decl.Name.Name, "delay", "wait", "pause", "backoff", "retry", "sleep") && !nameHas(fn.decl.Name.Name, "max", "limit")
}

// callsItself reports whether a result is that of the function's own call: it
// tries once more.
func (w *codeWalk) callsItself(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	fn := w.function()
	return ok && fn != nil && fn.decl != nil && typeutil.Callee(w.m.pass.TypesInfo, call) == w.m.pass.TypesInfo.Defs[fn.decl.Name]
}

// isRepeated reports whether a result is an error that makes a library try once
// more: the function is the operation that it is given, and calls other errors
// permanent.
func (w *codeWalk) isRepeated(e ast.Expr) bool {
	fn := w.function()
	if fn == nil || fn.decl != nil || !isErrorType(w.m.pass.TypesInfo.TypeOf(e)) || !w.isOperation() {
		return false
	}
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok && w.callTreats(call, nil) == CodeFixed {
		return false
	}
	fixed := false
	ast.Inspect(fn.body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			fixed = fixed || nameHas(lastName(call.Fun), "permanent", "unrecoverable")
		}
		return !fixed
	})
	return fixed
}

// isOperation reports whether the literal that the walk is in is given to a
// function that is called after repeating, by itself or by its name.
func (w *codeWalk) isOperation() bool {
	for i, n := range slices.Backward(w.stack) {
		lit, ok := n.(*ast.FuncLit)
		if !ok || i == 0 {
			continue
		}
		var name types.Object
		switch of := w.stack[i-1].(type) {
		case *ast.CallExpr:
			return w.repeats(of)
		case *ast.AssignStmt:
			if len(of.Lhs) == 1 && of.Rhs[0] == ast.Expr(lit) {
				name = w.m.objectOf(of.Lhs[0])
			}
		}
		given := false
		if body := bodyAround(w.stack[:i]); name != nil && body != nil {
			ast.Inspect(body, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && w.repeats(call) {
					given = given || slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return w.m.objectOf(a) == name })
				}
				return !given
			})
		}
		return given
	}
	return false
}

// repeats reports whether a call is one of a function that repeats what it is
// given.
func (w *codeWalk) repeats(call *ast.CallExpr) bool {
	fn, ok := typeutil.Callee(w.m.pass.TypesInfo, call).(*types.Func)
	if !ok {
		return false
	}
	lib := library.FuncOf(fn)
	return lib != nil && lib.Retry != nil || lib == nil && isRepeaterName(fn)
}

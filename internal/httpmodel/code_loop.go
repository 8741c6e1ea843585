package httpmodel

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/types/typeutil"
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

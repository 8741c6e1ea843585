package contenttype

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// insertAfterMade returns an edit that sets the Content-Type behind the
// statement that makes a request and the look at its error.
func insertAfterMade(pass *check.Pass, pos token.Pos, content httpmodel.Content) (analysis.TextEdit, bool) {
	for _, f := range pass.Files {
		if pos < f.FileStart || pos > f.FileEnd {
			continue
		}
		var edit analysis.TextEdit
		ast.Inspect(f, func(n ast.Node) bool {
			block, ok := n.(*ast.BlockStmt)
			if !ok || edit.Pos.IsValid() || pos < block.Pos() || pos > block.End() {
				return !edit.Pos.IsValid()
			}
			for i, s := range block.List[:max(0, len(block.List)-1)] {
				req, ok := madeBy(s, pos)
				if !ok || !looksAtError(block.List[i+1]) {
					continue
				}
				end := block.List[i+1].End()
				indent := strings.Repeat("\t", pass.Fset.Position(s.Pos()).Column-1)
				edit = analysis.TextEdit{Pos: end, End: end, NewText: fmt.Appendf(nil, "\n%s%s.Header.Set(%q, %q)", indent, req, "Content-Type", content)}
			}
			return true
		})
		return edit, edit.Pos.IsValid()
	}
	return analysis.TextEdit{}, false
}

// madeBy returns the variable that a statement assigns the request at pos to.
func madeBy(s ast.Stmt, pos token.Pos) (string, bool) {
	assign, ok := s.(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 2 || len(assign.Rhs) != 1 {
		return "", false
	}
	call, ok := assign.Rhs[0].(*ast.CallExpr)
	id, isName := assign.Lhs[0].(*ast.Ident)
	if !ok || !isName || id.Name == "_" || call.Lparen != pos && call.Pos() != pos {
		return "", false
	}
	return id.Name, true
}

// looksAtError reports whether a statement leaves the function or loop where
// an error is not nil.
func looksAtError(s ast.Stmt) bool {
	look, ok := s.(*ast.IfStmt)
	if !ok || look.Init != nil || look.Else != nil || len(look.Body.List) == 0 {
		return false
	}
	cond, ok := look.Cond.(*ast.BinaryExpr)
	if !ok || cond.Op != token.NEQ {
		return false
	}
	switch last := look.Body.List[len(look.Body.List)-1].(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.ExprStmt:
		_, isCall := last.X.(*ast.CallExpr)
		return isCall // log.Fatal, t.Fatal, panic
	}
	return false
}

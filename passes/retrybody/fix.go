package retrybody

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// fixes sets the body from GetBody before a request is sent again. It offers
// nothing where the request is no plain variable, or where the call does not
// stand in a statement of its own.
func fixes(pass *check.Pass, r *httpmodel.Retry, body httpmodel.BodyAgain) []check.Fix {
	if body.Request == nil || r.Form == httpmodel.Recursive || len(r.Path) > 1 {
		return nil
	}
	path := enclosing(pass, r.Again.Pos())
	var name string
	var stmt ast.Stmt
	for i, n := range path {
		switch n := n.(type) {
		case *ast.CallExpr:
			if name == "" {
				name = requestName(pass, n)
			}
		case *ast.FuncLit:
			return nil
		case ast.Stmt:
			if stmt == nil && i+1 < len(path) && isList(path[i+1]) {
				stmt = n
			}
		}
		if stmt != nil {
			break
		}
	}
	if stmt == nil || name == "" {
		return nil
	}
	indent := "\n" + strings.Repeat("\t", max(0, pass.Fset.Position(stmt.Pos()).Column-1))
	text := "if " + name + ".GetBody != nil {" + indent + "\t" + name + ".Body, _ = " + name + ".GetBody()" + indent + "}" + indent
	return []check.Fix{{
		Safety:  check.Suggested, // a body without GetBody stays as it is
		Message: "set the body anew before the request is sent",
		Edits:   []analysis.TextEdit{{Pos: stmt.Pos(), End: stmt.Pos(), NewText: []byte(text)}},
	}}
}

// enclosing returns the nodes around a position, the innermost first.
func enclosing(pass *check.Pass, pos token.Pos) []ast.Node {
	for _, f := range pass.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			path, _ := astutil.PathEnclosingInterval(f, pos, pos)
			return path
		}
	}
	return nil
}

// requestName is the variable that a call is given as its request, or "".
func requestName(pass *check.Pass, call *ast.CallExpr) string {
	for _, arg := range call.Args {
		id, ok := arg.(*ast.Ident)
		if ok && httpmodel.IsRequest(pass.TypesInfo.TypeOf(id)) {
			return id.Name
		}
	}
	return ""
}

// isList reports whether a node holds statements one after the other.
func isList(n ast.Node) bool {
	switch n.(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

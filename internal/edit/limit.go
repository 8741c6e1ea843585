package edit

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
)

// maxPayload is what the largest deliveries need: GitHub sends 25 MB at most,
// other vendors a thousandth of that.
const maxPayload = "25<<20"

// LimitBody returns the edits that put http.MaxBytesReader around the body
// that is taken from a request at a position. writer names the answer's
// writer; without one the connection is not closed, and all else is the same.
func LimitBody(pass *analysis.Pass, pos token.Pos, writer string) ([]analysis.TextEdit, bool) {
	p, ok := At(pass, pos)
	if !ok {
		return nil, false
	}
	sel, ok := innermost[*ast.SelectorExpr](p)
	if !ok || sel.Sel.Name != "Body" || sel.Sel.Pos() != pos && sel.Pos() != pos {
		return nil, false
	}
	if call, ok := innermost[*ast.CallExpr](p); !ok || !argumentOf(call, sel) {
		return nil, false
	}
	names, edits, ok := p.imports("net/http")
	if !ok {
		return nil, false
	}
	if writer == "" || !p.isVariable(writer, "net/http", "ResponseWriter") {
		writer = "nil"
	}
	return append(edits, replace(sel, names["net/http"]+".MaxBytesReader("+writer+", "+p.source(sel)+", "+maxPayload+")")), true
}

func argumentOf(call *ast.CallExpr, e ast.Expr) bool {
	for _, arg := range call.Args {
		if arg == e {
			return true
		}
	}
	return false
}

// isVariable reports whether a name at the place is a variable of a named type.
func (p *Place) isVariable(name, path, typeName string) bool {
	_, obj := p.pass.Pkg.Scope().Innermost(p.path[0].Pos()).LookupParent(name, p.path[0].Pos())
	return obj != nil && obj.Type() != nil && obj.Type().String() == path+"."+typeName
}

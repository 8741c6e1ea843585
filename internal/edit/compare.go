package edit

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// ConstantTime returns the edits that compare the two texts of a comparison at
// a position in constant time: hmac.Equal in the place of ==, != or bytes.Equal.
func ConstantTime(pass *analysis.Pass, pos token.Pos) ([]analysis.TextEdit, bool) {
	p, ok := At(pass, pos)
	if !ok {
		return nil, false
	}
	x, y, whole, not := p.comparison(pos)
	if whole == nil {
		return nil, false
	}
	a, okA := p.bytes(x)
	b, okB := p.bytes(y)
	names, edits, ok := p.imports("crypto/hmac")
	if !ok || !okA || !okB {
		return nil, false
	}
	text := names["crypto/hmac"] + ".Equal(" + a + ", " + b + ")"
	if not {
		text = "!" + text
	}
	return append(edits, replace(whole, text)), true
}

// comparison returns the operands of the comparison at a position, the whole
// of it, and whether it asks for a difference.
func (p *Place) comparison(pos token.Pos) (x, y ast.Expr, whole ast.Node, not bool) {
	for _, n := range p.path {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.OpPos == pos && (n.Op == token.EQL || n.Op == token.NEQ) {
				return n.X, n.Y, n, n.Op == token.NEQ
			}
		case *ast.CallExpr:
			if n.Lparen != pos || len(n.Args) != 2 || !p.otherUses(n.Fun, "bytes") {
				return nil, nil, nil, false
			}
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Equal" {
				return n.Args[0], n.Args[1], n, false
			}
			return nil, nil, nil, false
		}
	}
	return nil, nil, nil, false
}

// otherUses reports whether fun is of the package at a path, and the file uses
// that package elsewhere as well, so that its import is still wanted without.
func (p *Place) otherUses(fun ast.Expr, path string) bool {
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return false
	}
	pkg, ok := p.pass.TypesInfo.Uses[id].(*types.PkgName)
	return ok && pkg.Imported().Path() == path && len(p.uses(p.file, pkg)) > 1
}

// bytes returns the source of a text as bytes.
func (p *Place) bytes(e ast.Expr) (string, bool) {
	switch t := p.pass.TypesInfo.TypeOf(e).Underlying().(type) {
	case *types.Basic:
		return "[]byte(" + p.source(e) + ")", t.Info()&types.IsString != 0
	case *types.Slice:
		return p.source(e), true
	}
	return "", false
}

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
	drop, ok := p.dropBytes(whole)
	if !ok || len(drop) > 0 && len(edits) > 0 {
		return nil, false // another fix of the file would want the same import
	}
	edits = append(edits, drop...)
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
			if n.Lparen == pos && len(n.Args) == 2 && p.bytesEqual(n.Fun) != nil {
				return n.Args[0], n.Args[1], n, false
			}
			return nil, nil, nil, false
		}
	}
	return nil, nil, nil, false
}

// bytesEqual returns the package of a function that is bytes.Equal, or nil.
func (p *Place) bytesEqual(fun ast.Node) *types.PkgName {
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Equal" {
		return nil
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return nil
	}
	pkg, ok := p.pass.TypesInfo.Uses[id].(*types.PkgName)
	if !ok || pkg.Imported().Path() != "bytes" {
		return nil
	}
	return pkg
}

// dropBytes returns the edit that takes the import of package bytes away where
// a call of bytes.Equal was its only use. Not ok means that the import may be
// left without a use: other calls of bytes.Equal may be fixed with this one.
func (p *Place) dropBytes(compared ast.Node) (edits []analysis.TextEdit, ok bool) {
	call, ok := compared.(*ast.CallExpr)
	if !ok {
		return nil, true
	}
	pkg := p.bytesEqual(call.Fun)
	equal := 0
	ast.Inspect(p.file, func(n ast.Node) bool {
		if n != nil && p.bytesEqual(n) != nil {
			equal++
		}
		return true
	})
	switch n := len(p.uses(p.file, pkg)); {
	case n > equal:
		return nil, true
	case n > 1:
		return nil, false
	}
	edit, ok := p.removeImport(pkg)
	return []analysis.TextEdit{edit}, ok
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

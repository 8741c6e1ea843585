package edit

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// WithContext returns the edits that turn the constructor of a request, the
// call at a position, into the one of the same package that takes a context,
// and pass it the variable ctx.
func WithContext(pass *analysis.Pass, pos token.Pos, ctx types.Object) ([]analysis.TextEdit, bool) {
	p, ok := At(pass, pos)
	if !ok || !p.sees(ctx.Name(), ctx) {
		return nil, false
	}
	call, ok := innermost[*ast.CallExpr](p)
	if !ok || call.Lparen != pos {
		return nil, false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil, false
	}
	fn, ok := pass.TypesInfo.Uses[sel.Sel].(*types.Func)
	if !ok {
		return nil, false
	}
	to, ok := fn.Pkg().Scope().Lookup(fn.Name() + "WithContext").(*types.Func)
	if !ok || to.Signature().Params().Len() != fn.Signature().Params().Len()+1 || !isContext(to.Signature().Params().At(0).Type()) {
		return nil, false
	}
	at := call.Lparen + 1
	return []analysis.TextEdit{
		replace(sel.Sel, to.Name()),
		{Pos: at, End: at, NewText: []byte(ctx.Name() + ", ")},
	}, true
}

// Timeout returns the edits that set the field Timeout of a struct literal, at
// a position, to half a minute.
func Timeout(pass *analysis.Pass, pos token.Pos) ([]analysis.TextEdit, bool) {
	p, ok := At(pass, pos)
	if !ok {
		return nil, false
	}
	lit, ok := innermost[*ast.CompositeLit](p)
	if !ok || lit.Lbrace != pos && lit.Pos() != pos {
		return nil, false
	}
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return nil, false
		}
		if key, ok := kv.Key.(*ast.Ident); !ok || key.Name == "Timeout" {
			return nil, false
		}
	}
	names, edits, ok := p.imports("time")
	if !ok {
		return nil, false
	}
	text := "Timeout: 30 * " + names["time"] + ".Second"
	at := lit.Lbrace + 1
	switch {
	case len(lit.Elts) == 0:
	case p.line(lit.Elts[0].Pos()) == p.line(lit.Lbrace):
		text += ", "
	default:
		return nil, false // one field a line: where it belongs is a matter of taste and of gofmt
	}
	return append(edits, analysis.TextEdit{Pos: at, End: at, NewText: []byte(text)}), true
}

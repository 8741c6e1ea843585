package edit

import (
	"bytes"
	"go/ast"
	"go/printer"
	"go/token"
	"go/types"
	"go/version"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// DetachContext returns the edits that give the goroutine at a position a
// context which does not end with the one it has: context.WithoutCancel around
// the one context that it is given, or in front of its uses in a closure.
func DetachContext(pass *analysis.Pass, pos token.Pos) ([]analysis.TextEdit, bool) {
	p, ok := At(pass, pos)
	if !ok || !p.has("go1.21") {
		return nil, false
	}
	stmt, ok := innermost[*ast.GoStmt](p)
	if !ok || stmt.Go != pos && stmt.Call.Lparen != pos {
		return nil, false
	}
	names, edits, ok := p.imports("context")
	if !ok {
		return nil, false
	}
	without := names["context"] + ".WithoutCancel("
	var given []ast.Expr
	for _, arg := range stmt.Call.Args {
		if isContext(pass.TypesInfo.TypeOf(arg)) {
			given = append(given, arg)
		}
	}
	lit, closure := ast.Unparen(stmt.Call.Fun).(*ast.FuncLit)
	if closure {
		given = append(given, p.contextsIn(lit)...)
	}
	if len(given) == 1 {
		return append(edits, replace(given[0], without+p.source(given[0])+")")), true
	}
	obj := p.sameVariable(given)
	if !closure || obj == nil || len(stmt.Call.Args) > 0 {
		return nil, false
	}
	text := obj.Name() + " := " + without + obj.Name() + ")"
	first := lit.Body.List[0]
	indent := "\n" + strings.Repeat("\t", pass.Fset.PositionFor(first.Pos(), false).Column-1)
	if p.line(first.Pos()) == p.line(lit.Body.Lbrace) {
		indent = "; "
	}
	return append(edits, analysis.TextEdit{Pos: first.Pos(), End: first.Pos(), NewText: []byte(text + indent)}), true
}

// contextsIn returns the contexts that a closure takes from outside: variables,
// and calls such as r.Context().
func (p *Place) contextsIn(lit *ast.FuncLit) []ast.Expr {
	var list []ast.Expr
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok || !isContext(p.pass.TypesInfo.TypeOf(e)) {
			return true
		}
		switch e := e.(type) {
		case *ast.Ident:
			if v, ok := p.pass.TypesInfo.Uses[e].(*types.Var); ok && !inside(v.Pos(), lit) {
				list = append(list, e)
			}
		case *ast.CallExpr:
			sel, ok := e.Fun.(*ast.SelectorExpr)
			if !ok || len(e.Args) > 0 {
				return true // a context made of another: that one counts
			}
			if id, ok := ast.Unparen(sel.X).(*ast.Ident); ok {
				if v, ok := p.pass.TypesInfo.Uses[id].(*types.Var); ok && !inside(v.Pos(), lit) {
					list = append(list, e)
				}
			}
		}
		return true
	})
	return list
}

func inside(pos token.Pos, n ast.Node) bool { return n.Pos() <= pos && pos < n.End() }

// sameVariable returns the variable that all expressions are, or nil.
func (p *Place) sameVariable(list []ast.Expr) types.Object {
	var obj types.Object
	for _, e := range list {
		id, ok := e.(*ast.Ident)
		if !ok || obj != nil && p.pass.TypesInfo.Uses[id] != obj {
			return nil
		}
		obj = p.pass.TypesInfo.Uses[id]
	}
	return obj
}

func isContext(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context" && named.Obj().Name() == "Context"
}

// has reports whether the file is written in a version of Go or a later one.
func (p *Place) has(v string) bool {
	have := p.pass.TypesInfo.FileVersions[p.file]
	return have == "" || version.Compare(have, v) >= 0
}

// source prints an expression.
func (p *Place) source(e ast.Expr) string {
	var b bytes.Buffer
	if err := printer.Fprint(&b, p.pass.Fset, e); err != nil {
		return ""
	}
	return b.String()
}

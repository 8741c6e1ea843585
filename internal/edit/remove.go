package edit

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// Remove returns the edit that takes away what sets something at a position: an
// element of a literal, or a whole statement (an assignment to one place, or a
// call). A comment on its line goes with it.
func Remove(pass *analysis.Pass, pos token.Pos) ([]analysis.TextEdit, bool) {
	p, ok := At(pass, pos)
	if !ok {
		return nil, false
	}
	for k, n := range p.path {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			lit, ok := p.path[k+1].(*ast.CompositeLit)
			if !ok || !p.replaceable(n) {
				return nil, false
			}
			edit, ok := p.removeElement(lit, n)
			return []analysis.TextEdit{edit}, ok
		case *ast.AssignStmt, *ast.ExprStmt:
			// An empty block would remain of one statement.
			if list, _, ok := p.statement(); !ok || len(list) < 2 || !sets(n) || !p.replaceable(n) || !p.aloneOnLines(n) {
				return nil, false
			}
			return []analysis.TextEdit{p.deleteLines(n)}, true
		case *ast.FuncLit, *ast.BlockStmt:
			return nil, false
		}
	}
	return nil, false
}

// sets reports whether a statement does no more than to set one place or to
// call one function.
func sets(stmt ast.Node) bool {
	switch s := stmt.(type) {
	case *ast.AssignStmt:
		return s.Tok == token.ASSIGN && len(s.Lhs) == 1
	case *ast.ExprStmt:
		_, ok := s.X.(*ast.CallExpr)
		return ok
	}
	return false
}

// removeElement takes an element out of a literal, with its line where it has
// one of its own.
func (p *Place) removeElement(lit *ast.CompositeLit, elem ast.Expr) (analysis.TextEdit, bool) {
	if len(lit.Elts) == 1 {
		return analysis.TextEdit{Pos: lit.Lbrace + 1, End: lit.Rbrace}, !p.otherComments(lit, elem)
	}
	for i, e := range lit.Elts {
		if e != elem {
			continue
		}
		before, after := lit.Lbrace, lit.Rbrace
		if i > 0 {
			before = lit.Elts[i-1].End()
		}
		if i+1 < len(lit.Elts) {
			after = lit.Elts[i+1].Pos()
		}
		switch {
		case p.line(before) < p.line(elem.Pos()) && p.line(elem.End()) < p.line(after):
			file := p.pass.Fset.File(elem.Pos())
			return analysis.TextEdit{Pos: file.LineStart(p.line(elem.Pos())), End: file.LineStart(p.line(elem.End()) + 1)}, true
		case i > 0:
			return analysis.TextEdit{Pos: before, End: elem.End()}, true
		}
		return analysis.TextEdit{Pos: elem.Pos(), End: after}, true
	}
	return analysis.TextEdit{}, false
}

// otherComments reports whether a literal has comments on other lines than its
// one element.
func (p *Place) otherComments(lit *ast.CompositeLit, elem ast.Expr) bool {
	for _, group := range p.file.Comments {
		if inside(group.Pos(), lit) && p.line(group.Pos()) != p.line(elem.Pos()) {
			return true
		}
	}
	return false
}

// replaceable reports whether a node can go: nothing is computed in it that has
// to happen, and every variable and import in it is used elsewhere too.
func (p *Place) replaceable(n ast.Node) bool {
	ok := true
	ast.Inspect(n, func(m ast.Node) bool {
		stmt, isStmt := n.(*ast.ExprStmt)
		if call, isCall := m.(*ast.CallExpr); isCall && !(isStmt && stmt.X == call) {
			ok = false
		}
		id, isIdent := m.(*ast.Ident)
		if !isIdent {
			return ok
		}
		switch obj := p.pass.TypesInfo.Uses[id].(type) {
		case *types.PkgName:
			ok = ok && p.usedOutside(p.file, obj, n)
		case *types.Var:
			if !obj.IsField() && obj.Parent() != p.pass.Pkg.Scope() {
				ok = ok && p.usedOutside(p.file, obj, n)
			}
		}
		return ok
	})
	return ok
}

// usedOutside reports whether something but node reads an object: the compiler
// does not count an assignment to a variable.
func (p *Place) usedOutside(in ast.Node, obj types.Object, node ast.Node) bool {
	written := make(map[*ast.Ident]bool)
	found := false
	ast.Inspect(in, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.AssignStmt:
			for _, lhs := range m.Lhs {
				if id, ok := lhs.(*ast.Ident); ok {
					written[id] = true
				}
			}
		case *ast.Ident:
			if p.pass.TypesInfo.Uses[m] == obj && !written[m] && (m.Pos() < node.Pos() || m.End() > node.End()) {
				found = true
			}
		}
		return !found
	})
	return found
}

// deleteLines takes a statement away together with its line.
func (p *Place) deleteLines(n ast.Node) analysis.TextEdit {
	file := p.pass.Fset.File(n.Pos())
	from, to := n.Pos(), n.End()
	if last := p.line(to); p.aloneOnLines(n) && last < file.LineCount() {
		from, to = file.LineStart(p.line(from)), file.LineStart(last+1)
	}
	return analysis.TextEdit{Pos: from, End: to}
}

// aloneOnLines reports whether no other statement is on the lines of a
// statement.
func (p *Place) aloneOnLines(n ast.Node) bool {
	alone := true
	ast.Inspect(p.file, func(m ast.Node) bool {
		switch m := m.(type) {
		case nil:
			return false
		case ast.Stmt:
			if m == n {
				return false
			}
			inside := m.Pos() <= n.Pos() && n.End() <= m.End()
			if !inside && p.line(m.Pos()) <= p.line(n.End()) && p.line(m.End()) >= p.line(n.Pos()) {
				alone = false
			}
			if inside && (p.line(m.Pos()) == p.line(n.Pos()) || p.line(m.End()) == p.line(n.End())) {
				alone = false
			}
		}
		return alone
	})
	return alone
}

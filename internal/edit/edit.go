// Package edit makes the edits that fixes consist of. Each function is sure of
// what it returns: where the source has another form than the one it knows, it
// says so, and the finding stays without a fix.
package edit

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
)

// A Place is a position in the package's source.
type Place struct {
	pass *analysis.Pass
	file *ast.File
	path []ast.Node // from the innermost node to the file
}

// At finds a position in the package's files.
func At(pass *analysis.Pass, pos token.Pos) (*Place, bool) {
	for _, f := range pass.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			// A token, not the gap before it: the call at its parenthesis.
			path, _ := astutil.PathEnclosingInterval(f, pos, pos+1)
			return &Place{pass, f, path}, len(path) > 0
		}
	}
	return nil, false
}

// statement returns the innermost statement of a list around the place: the
// list, and the statement's index in it.
func (p *Place) statement() (list []ast.Stmt, i int, ok bool) {
	for k, n := range p.path {
		if k == 0 {
			continue
		}
		if list := statements(n); list != nil {
			for i, stmt := range list {
				if ast.Node(stmt) == p.path[k-1] {
					return list, i, true
				}
			}
		}
	}
	return nil, 0, false
}

func statements(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// function returns the innermost function around the place.
func (p *Place) function() (*ast.FuncType, *ast.BlockStmt) {
	for _, n := range p.path {
		switch n := n.(type) {
		case *ast.FuncDecl:
			return n.Type, n.Body
		case *ast.FuncLit:
			return n.Type, n.Body
		}
	}
	return nil, nil
}

// innermost returns the innermost node of a type around the place.
func innermost[T ast.Node](p *Place) (T, bool) {
	for _, n := range p.path {
		if t, ok := n.(T); ok {
			return t, true
		}
	}
	var zero T
	return zero, false
}

// insertAfter puts text on lines of its own after a statement that begins its
// line, indented like that one.
func (p *Place) insertAfter(n ast.Node, text string) analysis.TextEdit {
	at := n.End()
	for _, group := range p.file.Comments {
		if group.Pos() > at && p.line(group.Pos()) == p.line(at) {
			at = group.End()
		}
	}
	indent := "\n" + strings.Repeat("\t", p.pass.Fset.PositionFor(n.Pos(), false).Column-1)
	return analysis.TextEdit{Pos: at, End: at, NewText: []byte(indent + strings.ReplaceAll(text, "\n", indent))}
}

func (p *Place) line(pos token.Pos) int { return p.pass.Fset.PositionFor(pos, false).Line }

// replace puts text in the place of a node.
func replace(n ast.Node, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: n.Pos(), End: n.End(), NewText: []byte(text)}
}

// uses returns the places in a node that refer to an object.
func (p *Place) uses(in ast.Node, obj types.Object) []*ast.Ident {
	var list []*ast.Ident
	ast.Inspect(in, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && p.pass.TypesInfo.Uses[id] == obj {
			list = append(list, id)
		}
		return true
	})
	return list
}

// commented reports whether a comment stands on the lines between two
// positions or ends on the line above.
func (p *Place) commented(from, to token.Pos) bool {
	for _, group := range p.file.Comments {
		if p.line(group.End()) >= p.line(from)-1 && p.line(group.Pos()) <= p.line(to) {
			return true
		}
	}
	return false
}

// sees reports whether a name means an object at the place.
func (p *Place) sees(name string, want types.Object) bool {
	_, obj := p.pass.Pkg.Scope().Innermost(p.path[0].Pos()).LookupParent(name, p.path[0].Pos())
	return obj == want
}

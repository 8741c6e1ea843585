package edit

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// imports returns the names of standard packages at the place, and the edits
// that import those which the file does not. Not ok means that a name is taken.
func (p *Place) imports(paths ...string) (names map[string]string, edits []analysis.TextEdit, ok bool) {
	names = make(map[string]string)
	var missing []string
	for _, path := range paths {
		if names[path], ok = p.imported(path); ok {
			continue
		}
		name := path[strings.LastIndex(path, "/")+1:]
		if names[path] != "" || !p.sees(name, nil) || p.file.Name.Name == name {
			return nil, nil, false
		}
		names[path] = name
		missing = append(missing, strconv.Quote(path))
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		edits = p.addImports(missing)
	}
	return names, edits, true
}

// imported returns the name that the file imports a package by, or "", and
// whether the name means the package at the place.
func (p *Place) imported(path string) (name string, ok bool) {
	for _, spec := range p.file.Imports {
		obj := p.pass.TypesInfo.PkgNameOf(spec)
		if spec.Path.Value == strconv.Quote(path) && obj != nil && obj.Name() != "_" && obj.Name() != "." {
			return obj.Name(), p.sees(obj.Name(), obj)
		}
	}
	return "", false
}

// addImports adds imports, quoted and sorted, to the file's first import
// declaration. The same imports give the same edits, so that two fixes in one
// file can both have them.
func (p *Place) addImports(paths []string) []analysis.TextEdit {
	for _, decl := range p.file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT || isC(gen) || len(gen.Specs) == 0 {
			continue
		}
		if !gen.Lparen.IsValid() {
			spec := gen.Specs[0].(*ast.ImportSpec)
			old := spec.Path.Value
			if spec.Name != nil {
				old = spec.Name.Name + " " + old
			}
			lines := append(paths, old)
			slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[strings.Index(a, `"`):], b[strings.Index(b, `"`):]) })
			return []analysis.TextEdit{replace(gen, "import (\n\t"+strings.Join(lines, "\n\t")+"\n)")}
		}
		var edits []analysis.TextEdit
		for _, path := range paths {
			edit := p.addSpec(gen, path)
			if n := len(edits); n > 0 && edits[n-1].Pos == edit.Pos {
				edits[n-1].NewText = append(edits[n-1].NewText, edit.NewText...)
				continue
			}
			edits = append(edits, edit)
		}
		return edits
	}
	at := p.file.Name.End()
	return []analysis.TextEdit{{Pos: at, End: at, NewText: []byte("\n\nimport (\n\t" + strings.Join(paths, "\n\t") + "\n)")}}
}

// addSpec adds an import to the first group of a declaration, where the order
// wants it.
func (p *Place) addSpec(gen *ast.GenDecl, quoted string) analysis.TextEdit {
	first := gen.Specs[0].(*ast.ImportSpec)
	if first.Path.Value > quoted {
		at := first.Pos()
		if first.Doc != nil {
			at = first.Doc.Pos()
		}
		return analysis.TextEdit{Pos: at, End: at, NewText: []byte(quoted + "\n\t")}
	}
	after := first
	for _, s := range gen.Specs[1:] {
		spec := s.(*ast.ImportSpec)
		if p.line(spec.Pos()) != p.line(after.End())+1 || spec.Path.Value > quoted {
			break
		}
		after = spec
	}
	return p.insertAfter(after, quoted)
}

// removeImport takes the line of an import away. Not ok means that it has none
// of its own in a group with others, or that there is a comment.
func (p *Place) removeImport(pkg *types.PkgName) (edit analysis.TextEdit, ok bool) {
	for _, decl := range p.file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			continue
		}
		for i, s := range gen.Specs {
			spec := s.(*ast.ImportSpec)
			if p.pass.TypesInfo.PkgNameOf(spec) != pkg {
				continue
			}
			line := p.line(spec.Pos())
			near := i > 0 && p.line(gen.Specs[i-1].End()) == line-1 || i+1 < len(gen.Specs) && p.line(gen.Specs[i+1].Pos()) == line+1
			alone := p.line(gen.Pos()) < line && line < p.line(gen.End())
			for j, other := range gen.Specs {
				alone = alone && (i == j || p.line(other.Pos()) != line)
			}
			if !near || !alone || spec.Doc != nil || spec.Comment != nil {
				return edit, false
			}
			file := p.pass.Fset.File(spec.Pos())
			return analysis.TextEdit{Pos: file.LineStart(line), End: file.LineStart(line + 1)}, true
		}
	}
	return edit, false
}

// isC reports whether a declaration imports "C": its comment is code.
func isC(gen *ast.GenDecl) bool {
	for _, s := range gen.Specs {
		if s.(*ast.ImportSpec).Path.Value == `"C"` {
			return true
		}
	}
	return false
}

// qualifier names packages as the file does. missing is set where it cannot.
func (p *Place) qualifier(missing *bool) types.Qualifier {
	return func(pkg *types.Package) string {
		if pkg == p.pass.Pkg {
			return ""
		}
		for _, spec := range p.file.Imports {
			obj := p.pass.TypesInfo.PkgNameOf(spec)
			if obj != nil && obj.Imported() == pkg && obj.Name() != "_" && obj.Name() != "." && p.sees(obj.Name(), obj) {
				return obj.Name()
			}
		}
		*missing = true
		return pkg.Name()
	}
}

package driver

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/report"
)

// newFinding resolves the positions of a diagnostic. sums has the files that
// fixes may edit.
func newFinding(a *analysis.Analyzer, p *packages.Package, d analysis.Diagnostic, sums map[string]string) report.Finding {
	f := report.Finding{
		Check:    a.Name,
		Severity: severityOf(d),
		Pos:      p.Fset.Position(d.Pos),
		Message:  d.Message,
		URL:      d.URL,
		Package:  p.PkgPath,
		Function: enclosing(p, d.Pos),
		Fixes:    newFixes(p, d, sums),
	}
	if d.End.IsValid() {
		f.End = p.Fset.Position(d.End)
	}
	for _, rel := range d.Related {
		f.Related = append(f.Related, report.Related{Pos: p.Fset.Position(rel.Pos), Message: rel.Message})
	}
	return f
}

// enclosing returns the name of the declaration around pos: F, T.Method, or the
// first name of a group of constants, variables or types; "" where there is none.
func enclosing(p *packages.Package, pos token.Pos) string {
	for _, f := range p.Syntax {
		if pos < f.FileStart || pos > f.FileEnd {
			continue
		}
		for _, decl := range f.Decls {
			if decl.Pos() <= pos && pos < decl.End() {
				return declared(p.TypesInfo, decl, pos)
			}
		}
	}
	return ""
}

func declared(info *types.Info, decl ast.Decl, pos token.Pos) string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		fn, _ := info.Defs[d.Name].(*types.Func)
		if fn == nil || fn.Signature().Recv() == nil {
			return d.Name.Name
		}
		t := types.Unalias(fn.Signature().Recv().Type())
		if ptr, ok := t.(*types.Pointer); ok {
			t = types.Unalias(ptr.Elem())
		}
		if named, ok := t.(*types.Named); ok {
			return named.Obj().Name() + "." + d.Name.Name
		}
		return d.Name.Name
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if pos < spec.Pos() || pos >= spec.End() {
				continue
			}
			switch s := spec.(type) {
			case *ast.ValueSpec:
				return s.Names[0].Name
			case *ast.TypeSpec:
				return s.Name.Name
			}
		}
	}
	return ""
}

// severityOf reads the severity that internal/check leaves in the category.
// Another analyzer's diagnostic is a warning.
func severityOf(d analysis.Diagnostic) check.Severity {
	switch s := check.Severity(d.Category); s {
	case check.Error, check.Note:
		return s
	}
	return check.Warning
}

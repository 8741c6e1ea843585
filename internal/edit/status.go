package edit

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// ReturnUnlessOK returns the edits that return an error for every status which
// is no success, right after the error check and the deferred Close.
func (a *Answer) ReturnUnlessOK() ([]analysis.TextEdit, bool) {
	typ, _ := a.function()
	zeros, ok := a.zeroResults(typ)
	if !ok || !a.isResponse() || a.mentions("StatusCode") || a.mentions("Status") {
		return nil, false
	}
	names, edits, ok := a.imports("fmt", "io")
	if !ok {
		return nil, false
	}
	after, closes := ast.Node(a.check), "\t"+a.name.Name+".Body.Close()\n"
	if a.next < len(a.list) {
		if d, ok := a.list[a.next].(*ast.DeferStmt); ok && len(a.uses(d, a.obj)) > 0 {
			after, closes = d, ""
		}
	}
	text := fmt.Sprintf(`if %[1]s.StatusCode < 200 || %[1]s.StatusCode > 299 {
	body, _ := %[2]s.ReadAll(%[2]s.LimitReader(%[1]s.Body, 4096))
%[5]s	return %[4]s%[3]s.Errorf("unexpected status %%s: %%s", %[1]s.Status, body)
}`, a.name.Name, names["io"], names["fmt"], zeros, closes)
	return append(edits, a.insertAfter(after, text)), true
}

// zeroResults returns the zero values of a function's results but the last,
// which is an error, each with a comma after it.
func (p *Place) zeroResults(typ *ast.FuncType) (string, bool) {
	if typ == nil || typ.Results == nil {
		return "", false
	}
	var all []types.Type
	for _, field := range typ.Results.List {
		for range max(1, len(field.Names)) {
			all = append(all, p.pass.TypesInfo.TypeOf(field.Type))
		}
	}
	last := len(all) - 1
	if !types.Identical(all[last], types.Universe.Lookup("error").Type()) {
		return "", false
	}
	var b strings.Builder
	for _, t := range all[:last] {
		zero, ok := p.zero(t)
		if !ok {
			return "", false
		}
		b.WriteString(zero + ", ")
	}
	return b.String(), true
}

// zero returns the zero value of a type as the file would write it.
func (p *Place) zero(t types.Type) (string, bool) {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return "", false
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
		return "nil", true
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return `""`, true
		case u.Info()&types.IsBoolean != 0:
			return "false", true
		case u.Info()&types.IsNumeric != 0:
			return "0", true
		}
		return "nil", u.Kind() == types.UnsafePointer
	case *types.Struct, *types.Array:
		if named, ok := types.Unalias(t).(*types.Named); ok && named.Obj().Pkg() == p.pass.Pkg && !p.sees(named.Obj().Name(), named.Obj()) {
			return "", false // a variable has its name here
		}
		missing := false
		text := types.TypeString(t, p.qualifier(&missing))
		return text + "{}", !missing
	}
	return "", false
}

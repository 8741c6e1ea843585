package badbackoff

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// fixes waits in a select that hears the context's end, where time.Sleep is a
// statement of the function that repeats and a zero value stands for each of
// its other results.
func fixes(pass *check.Pass, r *httpmodel.Retry, blind httpmodel.BlindSleep) []check.Fix {
	if blind.Call.Parent() != r.In || blind.Context.Parent() != r.In {
		return nil
	}
	stmt, ftype := sleepStatement(pass, blind)
	if stmt == nil || ftype == nil {
		return nil
	}
	call := stmt.X.(*ast.CallExpr)
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Sleep" {
		return nil
	}
	pkg, ok := sel.X.(*ast.Ident)
	if !ok {
		return nil
	}
	ctx := blind.Context.Name()
	if httpmodel.IsRequest(blind.Context.Type()) {
		ctx += ".Context()"
	}
	results, ok := zeroResults(pass, ftype, ctx)
	if !ok {
		return nil
	}
	var delay bytes.Buffer
	if format.Node(&delay, pass.Fset, call.Args[0]) != nil {
		return nil
	}
	indent := "\n" + strings.Repeat("\t", max(0, pass.Fset.Position(stmt.Pos()).Column-1))
	text := "select {" + indent + "case <-" + ctx + ".Done():" + indent + "\treturn" + results +
		indent + "case <-" + pkg.Name + ".After(" + delay.String() + "):" + indent + "}"
	return []check.Fix{{
		Safety:  check.Suggested,
		Message: "wait for the delay or the context's end",
		Edits:   []analysis.TextEdit{{Pos: stmt.Pos(), End: stmt.End(), NewText: []byte(text)}},
	}}
}

// sleepStatement returns the statement that sleeps and the type of the
// function around it.
func sleepStatement(pass *check.Pass, blind httpmodel.BlindSleep) (*ast.ExprStmt, *ast.FuncType) {
	pos := blind.Call.Pos()
	for _, f := range pass.Files {
		if pos < f.FileStart || pos >= f.FileEnd {
			continue
		}
		var stmt *ast.ExprStmt
		path, _ := astutil.PathEnclosingInterval(f, pos, pos)
		for _, n := range path {
			switch n := n.(type) {
			case *ast.ExprStmt:
				stmt = n
			case *ast.FuncLit:
				return stmt, n.Type
			case *ast.FuncDecl:
				return stmt, n.Type
			}
		}
	}
	return nil, nil
}

// zeroResults is what a return statement gives when the context has ended: zero
// values and its error. It reports false where a result has no short zero value.
func zeroResults(pass *check.Pass, ftype *ast.FuncType, ctx string) (string, bool) {
	if ftype.Results == nil {
		return "", true
	}
	var list []string
	for _, field := range ftype.Results.List {
		t := pass.TypesInfo.TypeOf(field.Type)
		zero := "nil"
		switch u := t.Underlying().(type) {
		case *types.Basic:
			switch {
			case u.Info()&types.IsString != 0:
				zero = `""`
			case u.Info()&types.IsNumeric != 0:
				zero = "0"
			case u.Info()&types.IsBoolean != 0:
				zero = "false"
			default:
				return "", false
			}
		case *types.Struct, *types.Array:
			return "", false
		case *types.Interface:
			if _, param := types.Unalias(t).(*types.TypeParam); param {
				return "", false
			}
		}
		for range max(1, len(field.Names)) {
			list = append(list, zero)
		}
		if types.Identical(t, types.Universe.Lookup("error").Type()) {
			list[len(list)-1] = ctx + ".Err()"
		}
	}
	if !strings.HasSuffix(list[len(list)-1], ".Err()") {
		return "", false
	}
	return " " + strings.Join(list, ", "), true
}

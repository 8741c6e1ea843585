package edit_test

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/edit"
)

// stubs stand for the standard packages.
var stubs = map[string]string{
	"context":  "package context; type Context interface{ Done() <-chan struct{} }",
	"net/http": `package http; import "context"; type Request struct{}; func (*Request) Context() (c context.Context) { return }; func (*Request) WithContext(context.Context) {}`,
	"bytes":    "package bytes; type Buffer struct{}",
	"io":       "package io; type Reader interface{}",
}

type stubImporter map[string]*types.Package

func (s stubImporter) Import(path string) (*types.Package, error) {
	if s[path] != nil {
		return s[path], nil
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, stubs[path], 0)
	if err != nil {
		return nil, err
	}
	conf := types.Config{Importer: s}
	s[path], err = conf.Check(path, fset, []*ast.File{file}, nil)
	return s[path], err
}

// detach applies DetachContext to the go statement of a file.
func detach(t *testing.T, source, version string) (string, bool) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
	}
	conf := types.Config{Importer: stubImporter{}, GoVersion: version, FakeImportC: true}
	pkg, err := conf.Check("p", fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	pass := &analysis.Pass{Fset: fset, Files: []*ast.File{file}, Pkg: pkg, TypesInfo: info}
	var pos token.Pos
	ast.Inspect(file, func(n ast.Node) bool {
		if g, ok := n.(*ast.GoStmt); ok {
			pos = g.Go
		}
		return true
	})
	edits, ok := edit.DetachContext(pass, pos)
	if !ok {
		return "", false
	}
	slices.SortStableFunc(edits, func(a, b analysis.TextEdit) int { return int(b.Pos - a.Pos) })
	for _, e := range edits {
		from, to := fset.Position(e.Pos).Offset, fset.Position(e.End).Offset
		source = source[:from] + string(e.NewText) + source[to:]
	}
	formatted, err := format.Source([]byte(source))
	if err != nil || string(formatted) != source {
		t.Errorf("not formatted: %v\n%s", err, source)
	}
	return source, true
}

// The import goes where gofmt would have it.
func TestImports(t *testing.T) {
	for _, test := range []struct{ name, imports, want string }{
		{"one without parentheses", `import "net/http"`, "import (\n\t\"context\"\n\t\"net/http\"\n)"},
		{"one with a name", `import web "net/http"`, "import (\n\t\"context\"\n\tweb \"net/http\"\n)"},
		{"before the first", "import (\n\t\"io\"\n\t\"net/http\"\n)", "import (\n\t\"context\"\n\t\"io\"\n\t\"net/http\"\n)"},
		{"before a commented first", "import (\n\t// for the answers\n\t\"net/http\"\n)", "import (\n\t\"context\"\n\t// for the answers\n\t\"net/http\"\n)"},
		{"between", "import (\n\t\"bytes\" // kept\n\t\"net/http\"\n)", "import (\n\t\"bytes\" // kept\n\t\"context\"\n\t\"net/http\"\n)"},
		{"at the end of the first group", "import (\n\t\"bytes\"\n\n\t\"net/http\"\n)", "import (\n\t\"bytes\"\n\t\"context\"\n\n\t\"net/http\"\n)"},
		{"not to C, whose comment is code", "// int x;\nimport \"C\"\n\nimport \"net/http\"", "// int x;\nimport \"C\"\n\nimport (\n\t\"context\"\n\t\"net/http\"\n)"},
		{"there already", "import (\n\t\"context\"\n\t\"net/http\"\n)", "import (\n\t\"context\"\n\t\"net/http\"\n)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := "http"
			if strings.Contains(test.imports, "web") {
				name = "web"
			}
			body := "\n\nfunc f(r *" + name + ".Request) {\n\tgo r.WithContext(CTX)\n}\n"
			for path, use := range map[string]string{"bytes": "bytes.Buffer", "io": "io.Reader", "context": "context.Context"} {
				if strings.Contains(test.imports, `"`+path+`"`) {
					body += "\nvar _ " + use + "\n"
				}
			}
			source := "package p\n\n" + test.imports + strings.Replace(body, "CTX", "r.Context()", 1)
			want := "package p\n\n" + test.want + strings.Replace(body, "CTX", "context.WithoutCancel(r.Context())", 1)
			got, ok := detach(t, source, "go1.26")
			if !ok || got != want {
				t.Errorf("got %v\n%s\nwant\n%s", ok, got, want)
			}
		})
	}
}

// Where the edit would be wrong there is none.
func TestNoEdit(t *testing.T) {
	const source = "package p\n\nimport \"net/http\"\n\nfunc f(r *http.Request) {\n\tgo r.WithContext(r.Context())\n}\n"
	if _, ok := detach(t, source, "go1.26"); !ok {
		t.Error("the plain form has no edit")
	}
	for name, changed := range map[string]string{
		"the name of the import is taken": strings.Replace(source, "{\n", "{\n\tcontext := 1\n\t_ = context\n", 1),
		"two contexts":                    strings.Replace(source, "go r.WithContext(r.Context())", "go func(a, b any) {}(r.Context(), r.Context())", 1),
	} {
		if got, ok := detach(t, changed, "go1.26"); ok {
			t.Errorf("%s: edited to\n%s", name, got)
		}
	}
	if _, ok := detach(t, source, "go1.20"); ok {
		t.Error("go1.20 has no context.WithoutCancel")
	}
}

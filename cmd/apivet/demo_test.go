package main

import (
	"go/ast"
	"go/constant"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/driver"
)

// demo is a catalogue whose checks do next to nothing, so that the scripts
// test the doors and not the checks:
//
//	demoget    a warning for each call that ends in http.Get, through any wrapper;
//	           a safe fix makes it http.Head where it is direct
//	demonote   a note for each http.Head
//	demoerror  an error for each http.Post; a suggested fix makes it a safe
//	           http.Get, or an undefined http.Break where the URL is "break"
//	democrash  panics on a function called crash; takes as many seconds as a
//	           constant called slow says, and writes a file called started before
func demo() driver.Catalogue {
	facts := demoFacts()
	var c driver.Catalogue
	add := func(spec *check.Spec, run func(*check.Pass) error) {
		c.Specs = append(c.Specs, spec)
		c.Analyzers = append(c.Analyzers, check.New(spec, run, facts))
	}
	add(&check.Spec{
		Name: "demoget", Severity: check.Warning, Confidence: check.High, Title: "a request is sent by http.Get",
		Why: "It has no context.", Bad: "package p\n\nvar bad int\n", Good: "package p\n", Limits: "None.", Fix: "Use a request.",
		Sources: []check.Source{{Vendor: "Demo", Text: "Do not.", URL: "https://example.com/doc"}}, Since: "v0.1.0",
		References: []string{"https://example.com/ref"}, Precision: "Always right.",
		Repairs: []check.Repair{{Safety: check.Safe, Text: "Asks for the header."}, {Safety: check.Suggested, Text: "Does more."}},
	}, func(p *check.Pass) error {
		ends := p.ResultOf[facts].(endsInGet)
		each(p.Pass, func(_ *ast.FuncDecl, call *ast.CallExpr, fn *types.Func) {
			if ends(fn) {
				p.Report(check.Finding{Pos: call.Pos(), End: call.End(), Message: "request without context",
					Related: []analysis.RelatedInformation{{Pos: call.Fun.Pos(), Message: "sent here"}},
					Fixes:   headFix(call, fn)})
			}
		})
		return nil
	})
	add(&check.Spec{Name: "demonote", Severity: check.Note, Confidence: check.High, Title: "http.Head is used"},
		func(p *check.Pass) error {
			each(p.Pass, func(_ *ast.FuncDecl, call *ast.CallExpr, fn *types.Func) {
				if fn.FullName() == "net/http.Head" {
					p.Report(check.Finding{Pos: call.Pos(), Message: "head"})
				}
			})
			return nil
		})
	add(&check.Spec{Name: "demoerror", Severity: check.Error, Confidence: check.High, Title: "http.Post is used"},
		func(p *check.Pass) error {
			each(p.Pass, func(_ *ast.FuncDecl, call *ast.CallExpr, fn *types.Func) {
				if fn.FullName() == "net/http.Post" {
					p.Report(check.Finding{Pos: call.Pos(), End: call.End(), Message: "post", Fixes: []check.Fix{getFix(call)}})
				}
			})
			return nil
		})
	add(&check.Spec{Name: "democrash", Severity: check.Warning, Confidence: check.High, Title: "crashes"},
		func(p *check.Pass) error {
			if p.Pkg.Scope().Lookup("crash") != nil {
				panic("demo")
			}
			if slow, ok := p.Pkg.Scope().Lookup("slow").(*types.Const); ok {
				dir := filepath.Dir(p.Fset.Position(slow.Pos()).Filename)
				if err := os.WriteFile(filepath.Join(dir, "started"), nil, 0o666); err != nil {
					return err
				}
				seconds, _ := constant.Int64Val(slow.Val())
				time.Sleep(time.Duration(seconds) * time.Second)
			}
			return nil
		})
	return c
}

// headFix makes a direct call of http.Get one of http.Head.
func headFix(call *ast.CallExpr, fn *types.Func) []check.Fix {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || fn.FullName() != "net/http.Get" {
		return nil
	}
	edit := analysis.TextEdit{Pos: sel.Sel.Pos(), End: sel.Sel.End(), NewText: []byte("Head")}
	return []check.Fix{{Safety: check.Safe, Message: "ask for the header alone", Edits: []analysis.TextEdit{edit}}}
}

// getFix makes a call of http.Post one of http.Get.
func getFix(call *ast.CallExpr) check.Fix {
	sel := call.Fun.(*ast.SelectorExpr).Sel
	name := "Get"
	if lit, ok := call.Args[0].(*ast.BasicLit); ok && lit.Value == `"break"` {
		name = "Break"
	}
	return check.Fix{Safety: check.Suggested, Message: "send a GET", Edits: []analysis.TextEdit{
		{Pos: sel.Pos(), End: sel.End(), NewText: []byte(name)},
		{Pos: call.Args[0].End(), End: call.Rparen},
	}}
}

// endsFact says that a function calls http.Get.
type endsFact struct{ Ends bool }

func (*endsFact) AFact() {}

// An endsInGet tells whether a function is http.Get or calls it.
type endsInGet func(*types.Func) bool

func demoFacts() *analysis.Analyzer {
	return &analysis.Analyzer{
		Name: "demofacts", Doc: "demofacts finds functions that call http.Get",
		FactTypes:  []analysis.Fact{new(endsFact)},
		ResultType: reflect.TypeFor[endsInGet](),
		Run: func(pass *analysis.Pass) (any, error) {
			ends := func(fn *types.Func) bool {
				return fn.FullName() == "net/http.Get" || pass.ImportObjectFact(fn, new(endsFact))
			}
			each(pass, func(decl *ast.FuncDecl, _ *ast.CallExpr, fn *types.Func) {
				if ends(fn) {
					pass.ExportObjectFact(pass.TypesInfo.Defs[decl.Name], &endsFact{true})
				}
			})
			return endsInGet(ends), nil
		},
	}
}

// each visits the static calls of a package.
func each(pass *analysis.Pass, visit func(*ast.FuncDecl, *ast.CallExpr, *types.Func)) {
	for _, f := range pass.Files {
		for _, decl := range f.Decls {
			fd, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(fd, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if fn := typeutil.StaticCallee(pass.TypesInfo, call); fn != nil {
						visit(fd, call, fn)
					}
				}
				return true
			})
		}
	}
}

package driver

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"
)

// A loader turns nodes of a graph into packages.
type loader struct {
	graph *graph
	fset  *token.FileSet
	sizes types.Sizes
	slots chan struct{} // bounds the packages that are parsed or type-checked at a time

	exports map[string]*types.Package // read from export data, complete ones and parts of others
	loaded  map[*node]*loadedPackage  // one for each node that is read from source
}

// A loadedPackage is a package that was read from source.
type loadedPackage struct {
	*packages.Package
	problems []Problem     // why it is not analysed; empty for a package that type-checks
	done     chan struct{} // closed when the other fields are set
}

// load reads the marked packages of the graph.
func load(ctx context.Context, g *graph, goarch string) *loader {
	l := &loader{
		graph:   g,
		fset:    token.NewFileSet(),
		sizes:   types.SizesFor("gc", goarch),
		slots:   make(chan struct{}, runtime.GOMAXPROCS(0)),
		exports: make(map[string]*types.Package),
		loaded:  make(map[*node]*loadedPackage),
	}
	for _, n := range g.nodes {
		if n.source {
			l.loaded[n] = &loadedPackage{done: make(chan struct{})}
		}
	}
	l.readExports()
	var wg sync.WaitGroup
	for n, p := range l.loaded {
		wg.Go(func() {
			defer close(p.done)
			l.check(ctx, n, p)
		})
	}
	wg.Wait()
	return l
}

// readExports reads the types of every package that a marked one imports and
// that is not marked itself. Reading one adds parts of others to the shared
// map, so it goes one at a time and is over before type-checking begins.
func (l *loader) readExports() {
	for _, n := range l.graph.nodes {
		if !n.source {
			continue
		}
		for _, dep := range n.imports {
			if dep.source || dep.Export == "" {
				continue
			}
			// An importer of what cannot be read reports it.
			_, _ = readExport(l.fset, l.exports, dep.ImportPath, dep.Export)
		}
	}
}

// check parses and type-checks one package after those that it imports.
func (l *loader) check(ctx context.Context, n *node, p *loadedPackage) {
	p.Package = &packages.Package{
		ID:           n.ImportPath,
		Name:         n.Name,
		PkgPath:      n.ImportPath,
		Dir:          n.Dir,
		GoFiles:      n.sources(),
		IgnoredFiles: n.ignored(),
		Imports:      make(map[string]*packages.Package),
		Fset:         l.fset,
		TypesSizes:   l.sizes,
		Module:       n.Module,
		TypesInfo: &types.Info{
			Types:        make(map[ast.Expr]types.TypeAndValue),
			Defs:         make(map[*ast.Ident]types.Object),
			Uses:         make(map[*ast.Ident]types.Object),
			Implicits:    make(map[ast.Node]types.Object),
			Instances:    make(map[*ast.Ident]types.Instance),
			Scopes:       make(map[ast.Node]*types.Scope),
			Selections:   make(map[*ast.SelectorExpr]*types.Selection),
			FileVersions: make(map[*ast.File]string),
		},
	}
	p.CompiledGoFiles = p.GoFiles

	l.slots <- struct{}{}
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(l.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if f != nil {
			p.Syntax = append(p.Syntax, f)
		}
		p.problems = append(p.problems, parseProblems(n, err)...)
	}
	<-l.slots

	for _, dep := range n.imports {
		if d := l.loaded[dep]; d != nil {
			<-d.done
			p.Imports[dep.ImportPath] = d.Package
		}
	}
	if ctx.Err() != nil {
		p.problems = append(p.problems, Problem{Package: n.ImportPath, Text: ctx.Err().Error()})
		return
	}
	l.slots <- struct{}{}
	defer func() { <-l.slots }()
	conf := &types.Config{
		Importer: importerFunc(func(path string) (*types.Package, error) { return l.importFrom(n, path) }),
		Sizes:    l.sizes,
		Error:    func(err error) { p.problems = append(p.problems, typeProblem(n, err)) },
	}
	if n.Module != nil && n.Module.GoVersion != "" {
		conf.GoVersion = "go" + n.Module.GoVersion
	}
	p.Types = types.NewPackage(n.ImportPath, n.Name)
	// Errors come through conf.Error.
	_ = types.NewChecker(conf, l.fset, p.Types, p.TypesInfo).Files(p.Syntax)
	if len(p.problems) > 0 {
		p.hideSyntax()
	}
}

// hideSyntax makes of a package that does not type-check one without files.
// Analyzers that follow facts then still run on the packages that import it:
// what is not there has no facts, which means unknown.
func (p *loadedPackage) hideSyntax() {
	p.Syntax = nil
	p.TypesInfo = &types.Info{}
}

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// errNotLoaded is the reason of an import that go list has complained about.
var errNotLoaded = errors.New("package could not be loaded")

// importFrom resolves an import path in a source file of n.
func (l *loader) importFrom(n *node, path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if mapped := n.ImportMap[path]; mapped != "" {
		path = mapped
	}
	dep := l.graph.byPath[path]
	if dep == nil {
		return nil, errNotLoaded
	}
	if d := l.loaded[dep]; d != nil {
		<-d.done // long since, except where cgo adds an import
		if d.Types == nil || len(d.GoFiles) == 0 {
			return nil, errNotLoaded
		}
		return d.Types, nil
	}
	pkg := l.exports[path]
	if pkg == nil || !pkg.Complete() {
		return nil, fmt.Errorf("no export data for %s", path)
	}
	return pkg, nil
}

// parseProblems turns the parser's error into problems, one a line.
func parseProblems(n *node, err error) []Problem {
	var list scanner.ErrorList
	if errors.As(err, &list) {
		var problems []Problem
		list.RemoveMultiples()
		for _, e := range list {
			problems = append(problems, Problem{Package: n.ImportPath, Pos: e.Pos, Text: e.Msg})
		}
		return problems
	}
	if err != nil {
		return []Problem{{Package: n.ImportPath, Text: err.Error()}}
	}
	return nil
}

func typeProblem(n *node, err error) Problem {
	var e types.Error
	if !errors.As(err, &e) {
		return Problem{Package: n.ImportPath, Text: err.Error()}
	}
	return Problem{
		Package:  n.ImportPath,
		Pos:      e.Fset.Position(e.Pos),
		Text:     e.Msg,
		followUp: strings.Contains(e.Msg, errNotLoaded.Error()),
	}
}

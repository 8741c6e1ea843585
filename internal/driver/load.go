package driver

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"runtime"
	"sync"

	"golang.org/x/tools/go/packages"

	"github.com/apivet/apivet/internal/report"
)

// A loader turns nodes of a graph into packages.
type loader struct {
	graph *graph
	fset  *token.FileSet
	sizes types.Sizes
	slots chan struct{} // bounds the packages that are parsed or type-checked at a time

	exports map[string]*types.Package // read from export data, complete ones and parts of others
	loaded  map[*node]*loadedPackage  // one for each node that is read from source

	sumsMu sync.Mutex
	sums   map[string]string // of the files that fixes may edit, by name
}

// A loadedPackage is a package that was read from source.
type loadedPackage struct {
	*packages.Package
	problems []report.Problem // why it is not analysed; empty for a package that type-checks
	done     chan struct{}    // closed when the other fields are set
}

// load reads the marked packages of the graph.
func load(ctx context.Context, g *graph, goarch string, p *progress) *loader {
	l := &loader{
		graph:   g,
		fset:    token.NewFileSet(),
		sizes:   types.SizesFor("gc", goarch),
		slots:   make(chan struct{}, runtime.GOMAXPROCS(0)),
		exports: make(map[string]*types.Package),
		loaded:  make(map[*node]*loadedPackage),
		sums:    make(map[string]string),
	}
	for _, n := range g.nodes {
		if n.source {
			l.loaded[n] = &loadedPackage{done: make(chan struct{})}
		}
	}
	p.begin("reading packages", len(l.loaded))
	l.readExports()
	var wg sync.WaitGroup
	for n, pkg := range l.loaded {
		wg.Go(func() {
			defer close(pkg.done)
			l.check(ctx, n, pkg)
			p.step()
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
		PkgPath:      n.path(),
		Dir:          n.Dir,
		GoFiles:      n.files,
		IgnoredFiles: n.ignored(),
		Imports:      make(map[string]*packages.Package),
		Fset:         l.fset,
		TypesSizes:   l.sizes,
		Module:       n.Module,
		TypesInfo:    newInfo(n),
	}
	p.CompiledGoFiles = n.files

	l.slots <- struct{}{}
	for _, name := range n.files {
		f, err := l.parse(n, name)
		if n.typesOnly {
			dropBodies(f)
		}
		if f != nil {
			p.Syntax = append(p.Syntax, f)
		}
		p.problems = append(p.problems, parseProblems(n, err)...)
	}
	<-l.slots

	for path, dep := range n.imports {
		d := l.loaded[dep]
		if d == nil {
			continue
		}
		<-d.done
		// The analyzers follow these to facts.
		if !dep.typesOnly {
			p.Imports[path] = d.Package
		}
	}
	if ctx.Err() != nil {
		p.problems = append(p.problems, report.Problem{Package: n.path(), Text: ctx.Err().Error()})
		return
	}
	l.slots <- struct{}{}
	defer func() { <-l.slots }()
	conf := &types.Config{
		Importer: importerFunc(func(path string) (*types.Package, error) { return l.importFrom(n, path) }),
		Sizes:    l.sizes,
		// Without a C compiler the rest of the package is still worth a look.
		FakeImportC:      n.plainCgo,
		IgnoreFuncBodies: n.typesOnly,
		Error:            func(err error) { p.problems = append(p.problems, typeProblem(n, err)) },
	}
	if n.Module != nil && n.Module.GoVersion != "" {
		conf.GoVersion = "go" + n.Module.GoVersion
	}
	p.Types = types.NewPackage(n.path(), n.Name)
	// Errors come through conf.Error.
	_ = types.NewChecker(conf, l.fset, p.Types, p.TypesInfo).Files(p.Syntax)
	if len(p.problems) > 0 || n.typesOnly {
		p.hideSyntax()
	}
}

// parse reads one file. The content of the user's own is remembered, so that
// no fix is applied to another.
func (l *loader) parse(n *node, name string) (*ast.File, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if n.editable() {
		s := sum(data)
		l.sumsMu.Lock()
		l.sums[name] = s
		l.sumsMu.Unlock()
	}
	return parser.ParseFile(l.fset, name, data, parser.ParseComments|parser.SkipObjectResolution)
}

// dropBodies frees what the type checker is told to ignore.
func dropBodies(f *ast.File) {
	if f == nil {
		return
	}
	f.Comments = nil
	for _, decl := range f.Decls {
		if fd, ok := decl.(*ast.FuncDecl); ok {
			fd.Body, fd.Doc = nil, nil
		}
	}
}

// newInfo returns what the type checker is to record of a package.
func newInfo(n *node) *types.Info {
	if n.typesOnly {
		return &types.Info{}
	}
	return &types.Info{
		Types:        make(map[ast.Expr]types.TypeAndValue),
		Defs:         make(map[*ast.Ident]types.Object),
		Uses:         make(map[*ast.Ident]types.Object),
		Implicits:    make(map[ast.Node]types.Object),
		Instances:    make(map[*ast.Ident]types.Instance),
		Scopes:       make(map[ast.Node]*types.Scope),
		Selections:   make(map[*ast.SelectorExpr]*types.Selection),
		FileVersions: make(map[*ast.File]string),
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

// errSeen is the reason of an import whose own Problem says more.
var errSeen = errors.New("package could not be loaded")

// importFrom resolves an import path in a source file of n, all of whose
// dependencies are there.
func (l *loader) importFrom(n *node, path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if mapped := n.ImportMap[path]; mapped != "" {
		path = mapped
	}
	dep := n.imports[path]
	switch {
	case dep == nil && l.graph.byPath[path] != nil:
		return nil, errors.New("import cycle not allowed")
	case dep == nil:
		return nil, errors.New("go list does not know it")
	case dep.source:
		return l.loaded[dep].Types, nil
	case dep.Error != nil && dep.Error.otherPlatform():
		return nil, errors.New(dep.Error.text())
	case dep.Error != nil && len(dep.files) == 0:
		return nil, errSeen
	}
	pkg := l.exports[path]
	if pkg == nil || !pkg.Complete() {
		return nil, errors.New("no types for it in the build cache")
	}
	return pkg, nil
}

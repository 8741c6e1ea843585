// Package lazyssa builds the SSA form of one package, when first asked for.
//
// The buildssa pass requires ctrlflow, whose facts make every driver build
// the control flow of every dependency; most packages never need it.
package lazyssa

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/ssa"
)

// A Package is the SSA form of a package and its source functions.
type Package struct {
	SSA *ssa.Package
	// Funcs holds every function with a body outside tests, literals after the
	// function that encloses them, in source order.
	Funcs []*ssa.Function
	// Tests holds those of _test.go files: go vet gives the package together
	// with its tests.
	Tests []*ssa.Function
}

// WithTests returns the package with the functions of its tests among Funcs.
func (p *Package) WithTests() *Package {
	return &Package{SSA: p.SSA, Funcs: slices.Concat(p.Funcs, p.Tests)}
}

// New returns a function that builds the package once. It keeps no reference
// to the pass: golangci-lint clears passes after use. noReturn reports whether
// a function of another package never returns; it may be nil.
func New(fset *token.FileSet, files []*ast.File, pkg *types.Package, info *types.Info, noReturn func(*types.Func) bool) func() *Package {
	return sync.OnceValue(func() *Package { return build(fset, files, pkg, info, noReturn) })
}

func build(fset *token.FileSet, files []*ast.File, pkg *types.Package, info *types.Info, noReturn func(*types.Func) bool) *Package {
	// GlobalDebug gives phis and extracts a position; it costs nothing for
	// one package.
	prog := ssa.NewProgram(fset, ssa.GlobalDebug)
	if noReturn != nil {
		prog.SetNoReturn(noReturn)
	}
	for _, imp := range pkg.Imports() {
		prog.CreatePackage(imp, nil, nil, true)
	}
	p := prog.CreatePackage(pkg, files, info, false)
	p.Build()

	result := &Package{SSA: p}
	for _, f := range files {
		list := &result.Funcs
		if InTest(fset, f.FileStart) {
			list = &result.Tests
		}
		for _, d := range f.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok || fd.Body == nil {
				continue
			}
			obj, ok := info.Defs[fd.Name].(*types.Func)
			if !ok {
				continue
			}
			if fn := prog.FuncValue(obj); fn != nil && fn.Blocks != nil {
				*list = appendWithLiterals(*list, fn)
			}
		}
	}
	// Literals in package-level initialisers hang below the init function.
	if init := p.Func("init"); init != nil {
		result.Funcs = appendWithLiterals(result.Funcs, init)
	}
	return result
}

func appendWithLiterals(list []*ssa.Function, fn *ssa.Function) []*ssa.Function {
	list = append(list, fn)
	for _, anon := range fn.AnonFuncs {
		list = appendWithLiterals(list, anon)
	}
	return list
}

// InTest reports whether a place is in a _test.go file.
func InTest(fset *token.FileSet, pos token.Pos) bool {
	f := fset.File(pos)
	return f != nil && strings.HasSuffix(f.Name(), "_test.go")
}

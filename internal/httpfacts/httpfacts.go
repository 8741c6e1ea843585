// Package httpfacts is the analyzer whose facts say what functions and
// variables of a package mean to the HTTP code of the packages that import it.
// (Those on tokens and clients are in httpmodel, beside the flows that they need.)
//
// A missing fact means unknown, never no: drivers lose facts.
package httpfacts

import (
	"fmt"
	"go/ast"
	"go/types"
	"reflect"
	"runtime/debug"
	"slices"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/index"
	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// Analyzer exports the facts of a package and returns its *[Result].
var Analyzer = &analysis.Analyzer{
	Name:       "apivetfacts",
	Doc:        "apivetfacts records what functions mean to HTTP code in other packages",
	Run:        run,
	Requires:   []*analysis.Analyzer{config.Analyzer},
	ResultType: reflect.TypeFor[*Result](),
	FactTypes:  factTypes(),
}

// A Result is what the package's own checks can use without facts.
type Result struct {
	// Index holds the package's references to other packages.
	Index *index.Index
	// SSA builds the package's SSA form when first called. It must only be
	// called where Index.Modelled (or a browser build) says that it matters.
	SSA func() *lazyssa.Package
	// Work tells how long functions take and what they do with contexts; nil
	// where nothing matters.
	Work *Work

	// plain is the result without the user's own descriptions, from which
	// facts are made; nil where it is the same.
	plain *Result

	// WithTests is the result that takes in test files, for findings there; nil
	// where those are not wanted. Facts are never made from it, nor findings in
	// the program's own code: what a test does says nothing of it.
	WithTests *Result
	// Tests says that the result is such a one.
	Tests bool

	lib *library.Set
	// Vendors says whose APIs the package talks to; nil where nothing matters.
	Vendors *VendorsFact

	tables *tables   // nil where the package does not matter
	fails  *Failures // the same

	pages     []*ast.File // whose code runs in browsers
	browser   []BrowserSecret
	served    []ServedSecret
	hardcoded []HardcodedSecret
	sends     []*Send
}

// Sends returns the package's calls that send, in source order.
func (r *Result) Sends() []*Send {
	if r.tables == nil {
		return nil
	}
	return r.sends
}

// Play plays every outcome of a call that sends through the code around it.
func (r *Result) Play(s *Send) *play.Result {
	r.tables.mu.Lock()
	defer r.tables.mu.Unlock()
	return r.tables.Play(s)
}

// PlayOpen is Play for a library's own response whose body was left open.
func (r *Result) PlayOpen(s *Send) *play.Result {
	r.tables.mu.Lock()
	defer r.tables.mu.Unlock()
	return r.tables.play(s, libraryRows(s.Call.Common().Signature(), &library.Send{Response: "raw"}))
}

// Given plays a function that is given an answer through its code: a library's
// response, its body. It returns nil for any other function.
func (r *Result) Given(fn *ssa.Function) *play.Result {
	r.tables.mu.Lock()
	defer r.tables.mu.Unlock()
	r.tables.helper(fn)
	return r.tables.given[fn]
}

// Wrapper returns the outcome table of a function that hands an answer to its
// caller, or nil.
func (r *Result) Wrapper(fn *types.Func) *play.Table {
	if r.tables == nil {
		return nil
	}
	r.tables.mu.Lock()
	defer r.tables.mu.Unlock()
	return r.tables.Table(fn)
}

func factTypes() []analysis.Fact {
	return append([]analysis.Fact{
		new(FuncFact),
		new(FailFact),
		new(Cost),
		new(VendorsFact),
	}, reachFactTypes()...)
}

func run(pass *analysis.Pass) (_ any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("apivet: internal error in facts of package %s: %v\n%s", pass.Pkg.Path(), r, debug.Stack())
		}
	}()
	conf := pass.ResultOf[config.Analyzer].(*config.Config)
	res := analyse(pass, nil, nil)
	if own := conf.Libraries; own != nil && (own.Own(pass.Pkg.Path()) || res.Index.RefersAny(own.Own)) {
		plain := res
		res = analyse(Aside(pass), own, nil)
		res.plain = plain
	}
	if conf.Tests() && slices.ContainsFunc(pass.Files, func(f *ast.File) bool { return lazyssa.InTest(pass.Fset, f.FileStart) }) {
		res.WithTests = analyse(Aside(pass), res.lib, res)
	}
	return res, nil
}

// Plain returns the result without the user's own descriptions of libraries:
// what facts are made from.
func (r *Result) Plain() *Result {
	if r.plain != nil {
		return r.plain
	}
	return r
}

// Library returns what the result knows of libraries.
func (r *Result) Library() *library.Set { return r.lib }

// analyse finds what is known of a package, and exports its facts. untested is
// the result without tests of one that takes them in; otherwise nil.
func analyse(pass *analysis.Pass, lib *library.Set, untested *Result) *Result {
	res := &Result{lib: lib, Tests: untested != nil}
	res.Index = index.New(pass.Pkg, pass.TypesInfo, func(obj types.Object) bool {
		return lib.Own(obj.Pkg().Path()) || hasFact(pass, obj)
	})
	res.SSA = lazyssa.New(pass.Fset, pass.Files, pass.Pkg, pass.TypesInfo, func(fn *types.Func) bool {
		f := lib.FuncOf(fn)
		return f != nil && f.NoReturn
	})
	if untested != nil {
		res.SSA = sync.OnceValue(func() *lazyssa.Package { return untested.SSA().WithTests() })
	}
	files := res.files(pass)
	if res.Index.Modelled {
		res.Vendors = vendorsOf(pass, files)
		if len(res.Vendors.Vendors) > 0 || res.Vendors.Others {
			pass.ExportPackageFact(res.Vendors)
		}
		res.tables = newTables(pass, res)
		res.tables.export()
		for _, fn := range res.SSA().Funcs {
			res.sends = append(res.sends, res.tables.Sends(fn)...)
		}
		res.fails = failuresOf(pass, res.tables)
	}
	res.Work = workOf(pass, res)
	collectReach(pass, res, files)
	return res
}

// files returns the package's files, without its tests where they do not count.
func (r *Result) files(pass *analysis.Pass) []*ast.File {
	var list []*ast.File
	for _, f := range pass.Files {
		if r.Tests || !lazyssa.InTest(pass.Fset, f.FileStart) {
			list = append(list, f)
		}
	}
	return list
}

// Prepare lets a package that touches no HTTP code be played, too.
func (r *Result) Prepare(pass *analysis.Pass) {
	if r.tables == nil {
		r.tables = newTables(pass, r)
	}
}

// hasFact reports whether an object of another package has any fact.
func hasFact(pass *analysis.Pass, obj types.Object) bool {
	fn, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	var f FailFact
	return pass.ImportObjectFact(fn.Origin(), new(FuncFact)) || pass.ImportObjectFact(fn.Origin(), &f) && f.Calls
}

// Package libraries holds the knowledge in internal/library against the real
// libraries: every symbol that the data names exists there, every argument
// position is in range and of a fitting type, and the stubs that fixtures use
// agree with what they stand for.
package libraries

import (
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/apivet/apivet/internal/library"
)

const stubs = "../src"

// unpinned lists packages that the data describes but go.mod does not pin, by
// import path (a pattern ends in "/..."), with the reason.
var unpinned = map[string]string{
	"encoding/json/v2":              "needs GOEXPERIMENT=jsonv2",
	"github.com/syumai/workers/...": "needs GOOS=js",
	"syscall/js":                    "needs GOOS=js",

	"cloud.google.com/go/...":                       "huge",
	"github.com/Azure/...":                          "huge",
	"github.com/aws/aws-sdk-go/...":                 "huge",
	"github.com/aws/aws-sdk-go-v2/...":              "huge",
	"github.com/docker/docker/...":                  "huge",
	"github.com/hashicorp/terraform-plugin-sdk/...": "huge",
	"github.com/moby/moby/...":                      "huge",
	"github.com/DataDog/dd-trace-go/...":            "huge",
	"gopkg.in/DataDog/dd-trace-go.v1/...":           "huge",
	"k8s.io/api/...":                                "huge",
	"k8s.io/apimachinery/...":                       "huge",
	"k8s.io/client-go/...":                          "huge",
}

// former lists symbols that only releases before the pinned one have, as
// "file symbol".
var former = map[string]string{
	"failsafe.yaml Get":              "before v0.7",
	"failsafe.yaml GetWithExecution": "before v0.7",
	"failsafe.yaml Run":              "before v0.7",
	"failsafe.yaml RunWithExecution": "before v0.7",
	"otelhttp.yaml Get":              "deprecated, then removed",
	"otelhttp.yaml Head":             "deprecated, then removed",
	"otelhttp.yaml Post":             "deprecated, then removed",
	"otelhttp.yaml PostForm":         "deprecated, then removed",
}

// real loads the real packages, without function bodies.
var real = sync.OnceValues(func() (map[string]*types.Package, error) {
	files, err := library.Files()
	if err != nil {
		return nil, err
	}
	paths, err := pinned()
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		for _, p := range f.Packages {
			if isStd(p) && why(p) == "" {
				paths = append(paths, p)
			}
		}
	}
	for _, p := range stubPaths() {
		if why(p) == "" {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	cfg := &packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedDeps | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo,
		ParseFile: func(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
			f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
			if f != nil {
				for _, d := range f.Decls {
					if fn, ok := d.(*ast.FuncDecl); ok && fn.Type.TypeParams == nil {
						fn.Body = nil
					}
				}
			}
			return f, err
		},
	}
	roots, err := packages.Load(cfg, slices.Compact(paths)...)
	if err != nil {
		return nil, err
	}
	result := map[string]*types.Package{}
	for _, p := range roots {
		if p.Types != nil && p.Types.Scope().Len() > 0 {
			result[p.PkgPath] = p.Types
		}
	}
	return result, nil
})

// pinned lists the packages in imports.go.
func pinned() ([]string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), "imports.go", nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		paths = append(paths, p)
	}
	return paths, nil
}

// isStd reports whether an import path is the standard library's.
func isStd(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

var majorVersion = regexp.MustCompile(`[/.]v[0-9]+(/|$)`)

// sibling reports whether another major version of a package is loaded: one
// version stands for its neighbours.
func sibling(path string, loaded []*types.Package) bool {
	strip := func(p string) string { return strings.TrimSuffix(majorVersion.ReplaceAllString(p, "/"), "/") }
	return slices.ContainsFunc(loaded, func(pkg *types.Package) bool { return strip(pkg.Path()) == strip(path) })
}

// why returns the reason why a package is not pinned, or "".
func why(path string) string {
	for p, reason := range unpinned {
		if p == path || strings.HasSuffix(p, "/...") && strings.HasPrefix(path+"/", strings.TrimSuffix(p, "...")) {
			return reason
		}
	}
	return ""
}

func TestSymbols(t *testing.T) {
	pkgs, err := real()
	if err != nil {
		t.Fatal(err)
	}
	files, err := library.Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f := files[name]
		if len(f.Functions)+len(f.Types)+len(f.Variables) == 0 {
			continue // only says where programs run; its paths are prefixes
		}
		var loaded []*types.Package
		for _, p := range f.Packages {
			if pkg := pkgs[p]; pkg != nil {
				loaded = append(loaded, pkg)
			}
		}
		for _, p := range f.Packages {
			if pkgs[p] == nil && why(p) == "" && !sibling(p, loaded) {
				t.Errorf("%s: package %s cannot be loaded; pin it in imports.go and go.mod, or list it in unpinned", name, p)
			}
		}
		if len(loaded) == 0 {
			t.Logf("%s: not verified, no package of it is pinned", name)
			continue
		}
		for _, sym := range slices.Sorted(maps.Keys(f.Functions)) {
			found := false
			var missing string
			for _, pkg := range loaded {
				fn, err := lookupFunc(pkg, sym)
				if fn == nil {
					missing = err
					continue
				}
				found = true
				if got, want := library.Key(fn), pkg.Path()+"."+sym; got != want {
					t.Errorf("%s: %s is keyed %s", name, want, got)
				}
				checkFunc(t, name+": "+pkg.Path()+"."+sym, fn, f.Functions[sym])
			}
			if _, old := former[name+" "+sym]; !found && !old {
				t.Errorf("%s: %s: %s", name, sym, missing)
			}
		}
		for _, sym := range slices.Sorted(maps.Keys(f.Types)) {
			checkType(t, name, loaded, sym, f.Types[sym])
		}
		for _, sym := range slices.Sorted(maps.Keys(f.Variables)) {
			found := slices.ContainsFunc(loaded, func(pkg *types.Package) bool {
				_, ok := pkg.Scope().Lookup(sym).(*types.Var)
				return ok
			})
			if !found {
				t.Errorf("%s: no variable %s", name, sym)
			}
		}
	}
}

// TestPackages reports packages of a file that have none of its symbols.
func TestPackages(t *testing.T) {
	pkgs, err := real()
	if err != nil {
		t.Fatal(err)
	}
	files, err := library.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range files {
		for _, p := range f.Packages {
			pkg := pkgs[p]
			if pkg == nil {
				continue
			}
			used := false
			for sym := range f.Functions {
				fn, _ := lookupFunc(pkg, sym)
				used = used || fn != nil
			}
			for sym := range f.Types {
				used = used || pkg.Scope().Lookup(sym) != nil
			}
			if !used {
				t.Errorf("%s: package %s has none of the symbols", name, p)
			}
		}
	}
}

// lookupFunc finds "Func" or "Type.Method"; a method must be declared on the
// type itself, since that is the name that calls are looked up by.
func lookupFunc(pkg *types.Package, sym string) (*types.Func, string) {
	typ, method, ok := strings.Cut(sym, ".")
	if !ok {
		fn, ok := pkg.Scope().Lookup(sym).(*types.Func)
		if !ok {
			return nil, "no such function in " + pkg.Path()
		}
		return fn, ""
	}
	tn, ok := pkg.Scope().Lookup(typ).(*types.TypeName)
	if !ok {
		return nil, "no type " + typ + " in " + pkg.Path()
	}
	if tn.IsAlias() {
		return nil, pkg.Path() + "." + typ + " is an alias of " + types.Unalias(tn.Type()).String()
	}
	obj, _, _ := types.LookupFieldOrMethod(tn.Type(), true, pkg, method)
	fn, ok := obj.(*types.Func)
	if !ok {
		return nil, "no method " + sym + " in " + pkg.Path()
	}
	if key := library.Key(fn); key != pkg.Path()+"."+sym {
		return nil, pkg.Path() + "." + sym + " is declared as " + key
	}
	return fn, ""
}

func checkType(t *testing.T, name string, loaded []*types.Package, sym string, typ *library.Type) {
	missing := slices.Collect(maps.Keys(typ.Fields))
	found := false
	for _, pkg := range loaded {
		tn, ok := pkg.Scope().Lookup(sym).(*types.TypeName)
		if !ok {
			continue
		}
		if tn.IsAlias() {
			t.Errorf("%s: %s.%s is an alias of %s", name, pkg.Path(), sym, types.Unalias(tn.Type()))
			continue
		}
		found = true
		missing = slices.DeleteFunc(missing, func(field string) bool {
			obj, index, _ := types.LookupFieldOrMethod(tn.Type(), true, pkg, field)
			v, ok := obj.(*types.Var)
			return ok && v.IsField() && len(index) == 1
		})
	}
	if !found {
		t.Errorf("%s: no type %s", name, sym)
		return
	}
	for _, field := range missing {
		t.Errorf("%s: type %s has no field %s of its own", name, sym, field)
	}
}

// checkFunc holds every argument position of a description against the
// function's signature.
func checkFunc(t *testing.T, where string, fn *types.Func, f *library.Func) {
	if f == nil {
		return
	}
	sig := fn.Signature()
	walk(reflect.ValueOf(f).Elem(), "", func(role string, arg library.Arg) {
		if arg == library.Recv {
			if sig.Recv() == nil {
				t.Errorf("%s: %s is the receiver, but this is no method", where, role)
			}
			return
		}
		if int(arg) >= sig.Params().Len() {
			t.Errorf("%s: %s is argument %d of %d", where, role, arg, sig.Params().Len())
			return
		}
		typ := sig.Params().At(int(arg)).Type()
		if sig.Variadic() && int(arg) == sig.Params().Len()-1 {
			typ = typ.(*types.Slice).Elem()
		}
		fits, ok := fitting[role]
		if !ok {
			t.Errorf("%s: no rule for the role %s; add one to the table fitting", where, role)
			return
		}
		if !fits(typ) {
			t.Errorf("%s: %s cannot be argument %d of type %s", where, role, arg, typ)
		}
	})
	results := sig.Results()
	if f.Send != nil && (f.Send.Response == "http" || f.Send.Response == "closed") {
		if results.Len() == 0 || !is("net/http", "Response")(results.At(0).Type()) {
			t.Errorf("%s: answers http, but result 0 is no *http.Response", where)
		}
	}
	if f.Send != nil && f.Send.ErrorOnStatus || f.Error != nil || f.Permanent != nil || f.Retryable != nil {
		if results.Len() == 0 || !isError(results.At(results.Len()-1).Type()) && !isResultOf(results.At(results.Len()-1).Type(), "Error") {
			t.Errorf("%s: its last result is no error", where)
		}
	}
}

// walk calls visit for each argument position below v with its role, the path
// of yaml keys.
func walk(v reflect.Value, path string, visit func(string, library.Arg)) {
	for i := range v.NumField() {
		key := strings.TrimPrefix(path+"."+v.Type().Field(i).Tag.Get("yaml"), ".")
		field := v.Field(i)
		if args, ok := field.Interface().([]library.Arg); ok {
			for _, arg := range args {
				visit(key, arg)
			}
		}
		if field.Kind() != reflect.Pointer || field.IsNil() {
			continue
		}
		if arg, ok := field.Interface().(*library.Arg); ok {
			visit(key, *arg)
		} else {
			walk(field.Elem(), key, visit)
		}
	}
}

type rule func(types.Type) bool

func anything(types.Type) bool { return true }

func or(rules ...rule) rule {
	return func(t types.Type) bool {
		return slices.ContainsFunc(rules, func(r rule) bool { return r(t) })
	}
}

func not(r rule) rule { return func(t types.Type) bool { return !r(t) } }

func is(pkg, name string) rule {
	return func(t types.Type) bool {
		if p, ok := types.Unalias(t).(*types.Pointer); ok {
			t = p.Elem()
		}
		n, ok := types.Unalias(t).(*types.Named)
		return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == pkg && n.Obj().Name() == name
	}
}

func basic(flags types.BasicInfo) rule {
	return func(t types.Type) bool {
		b, ok := t.Underlying().(*types.Basic)
		return ok && b.Info()&flags != 0
	}
}

func hasMethod(name string) rule {
	return func(t types.Type) bool {
		obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
		_, ok := obj.(*types.Func)
		return ok
	}
}

func isSliceOf(elem rule) rule {
	return func(t types.Type) bool {
		s, ok := t.Underlying().(*types.Slice)
		return ok && elem(s.Elem())
	}
}

func kind[T types.Type]() rule {
	return func(t types.Type) bool { _, ok := t.Underlying().(T); return ok }
}

func isError(t types.Type) bool {
	return types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface)) ||
		types.Implements(types.NewPointer(t), types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}

// isResultOf reports whether a named type's name contains word: libraries have
// error types that do not implement error.
func isResultOf(t types.Type, word string) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && strings.Contains(n.Obj().Name(), word)
}

var (
	anyIface  = kind[*types.Interface]()
	text      = or(basic(types.IsString), isSliceOf(basic(types.IsInteger)))
	flag      = basic(types.IsBoolean)
	number    = basic(types.IsInteger)
	function  = kind[*types.Signature]()
	ctx       = is("context", "Context")
	duration  = or(is("time", "Duration"), is("time", "Time"))
	url       = or(text, is("net/url", "URL"))
	reader    = hasMethod("Read")
	target    = or(anyIface, kind[*types.Pointer](), kind[*types.Map](), isSliceOf(not(function)), kind[*types.TypeParam]())
	source    = or(text, reader, anyIface, is("net/http", "Response"), is("net/http", "Request"), kind[*types.Pointer]())
	errorArg  = rule(isError)
	handler   = or(function, hasMethod("ServeHTTP"), anyIface)
	transport = or(hasMethod("RoundTrip"), isResultOfRule("Transport"))
)

func isResultOfRule(word string) rule {
	return func(t types.Type) bool { return isResultOf(t, word) }
}

// fitting has the types that each role may have, by yaml path.
var fitting = map[string]rule{
	"send.method-arg":        text,
	"send.url":               url,
	"send.request":           or(kind[*types.Pointer](), anyIface, kind[*types.Struct]()),
	"send.body":              or(text, anyIface, kind[*types.Map](), kind[*types.Pointer]()),
	"send.into":              target,
	"send.error-into":        target,
	"send.client-arg":        or(kind[*types.Pointer](), anyIface),
	"send.ctx":               ctx,
	"send.timeout":           duration,
	"new-request.method":     text,
	"new-request.url":        url,
	"new-request.body":       or(text, anyIface, kind[*types.Map](), kind[*types.Pointer](), function),
	"new-request.ctx":        ctx,
	"new-request.from":       or(is("net/http", "Request"), kind[*types.Pointer]()),
	"new-request.into":       target,
	"new-request.error-into": target,
	"set-header.name":        text,
	"set-header.value":       or(text, anyIface),
	"set-header.all":         kind[*types.Map](),
	"get-header.name":        text,
	"get-query.name":         text,
	"matches":                text,
	"set-query.name":         text,
	"set-query.value":        or(text, number, anyIface),
	"set-query.all":          or(kind[*types.Map](), text, anyIface),
	"read.from":              source,
	"read.into":              or(target, hasMethod("Write")),
	"read.when":              flag,
	"wrap.from":              or(reader, kind[*types.Pointer]()),
	"wrap.limit":             number,
	"close":                  or(is("net/http", "Response"), hasMethod("Close")),
	"decode.from":            source,
	"decode.into":            target,
	"retry.operation":        function,
	"retry.ctx":              ctx,
	"retry.policy":           anything,
	"asks-error":             errorArg,
	"sentinel":               errorArg,
	"permanent":              errorArg,
	"retryable":              errorArg,
	"serves-files":           anyIface,
	"adds-text":              or(text, anyIface, anything),
	"file":                   text,
	"environment":            text,
	"newline":                anything,
	"sub-folder":             anyIface,
	"page":                   or(text, anyIface),
	"client.from":            or(kind[*types.Pointer](), anyIface),
	"client.transport":       transport,
	"client.retry-count":     number,
	"client.retry-if":        or(function, anyIface),
	"client.on-answer":       or(function, kind[*types.Slice]()),
	"client.retry-delay":     or(function, duration, anyIface),
	"client.timeout":         duration,
	"client.raw":             or(flag, kind[*types.Pointer]()),
	"deadline":               or(duration, is("time", "Time")),
	"client.source":          hasMethod("Token"),
	"error.of":               errorArg,
	"text":                   anything,
	"sleeps":                 duration,
	"timer":                  duration,
	"route.pattern":          text,
	"route.handler":          handler,
	"route.method-arg":       text,
	"serve.handler":          handler,
	"answer.status":          number,
	"answer.body":            or(text, anyIface),
	"jwt.token":              or(text, reader),
	"jwt.claims":             target,
	"webhook.secret":         text,
	"webhook.payload":        or(text, reader, is("net/http", "Request")),
	"token.token":            kind[*types.Pointer](),
	"token.source":           hasMethod("Token"),
	"spawns":                 function,
	"secret":                 or(text, anyIface),
}

// TestStubs holds each stub against the library it stands for: what the stub
// declares exists there with the same type.
func TestStubs(t *testing.T) {
	pkgs, err := real()
	if err != nil {
		t.Fatal(err)
	}
	imp := &stubImporter{fset: token.NewFileSet(), pkgs: map[string]*types.Package{}}
	imp.std = importer.ForCompiler(imp.fset, "source", nil)
	for _, path := range stubPaths() {
		stub, err := imp.Import(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		lib := pkgs[path]
		if lib == nil && why(path) != "" {
			continue
		}
		if lib == nil {
			t.Errorf("%s: the real package cannot be loaded", path)
			continue
		}
		for _, name := range stub.Scope().Names() {
			if obj := stub.Scope().Lookup(name); obj.Exported() {
				checkObject(t, path+"."+name, obj, lib.Scope().Lookup(name))
			}
		}
	}
}

func checkObject(t *testing.T, where string, stub, lib types.Object) {
	if lib == nil {
		t.Errorf("%s: not in the library", where)
		return
	}
	stubType, ok := stub.(*types.TypeName)
	if !ok {
		if reflect.TypeOf(stub) != reflect.TypeOf(lib) {
			t.Errorf("%s: a %T, in the library a %T", where, stub, lib)
		} else if a, b := typeString(stub.Type()), typeString(lib.Type()); a != b {
			t.Errorf("%s is\n\t%s, in the library\n\t%s", where, a, b)
		}
		return
	}
	if _, ok := lib.(*types.TypeName); !ok {
		t.Errorf("%s: a type, in the library a %T", where, lib)
		return
	}
	a, b := stubType.Type().Underlying(), lib.Type().Underlying()
	switch a := a.(type) {
	case *types.Struct:
		if _, ok := b.(*types.Struct); !ok {
			break
		}
		for f := range a.Fields() {
			if !f.Exported() {
				continue
			}
			obj, index, _ := types.LookupFieldOrMethod(lib.Type(), true, lib.Pkg(), f.Name())
			if v, ok := obj.(*types.Var); !ok || len(index) != 1 {
				t.Errorf("%s.%s: no such field in the library", where, f.Name())
			} else if x, y := typeString(f.Type()), typeString(v.Type()); x != y {
				t.Errorf("%s.%s is %s, in the library %s", where, f.Name(), x, y)
			}
		}
	case *types.Interface, *types.Signature:
		if reflect.TypeOf(a) != reflect.TypeOf(b) {
			t.Errorf("%s is %s, in the library %s", where, a, b)
		} else if _, ok := a.(*types.Signature); ok && typeString(a) != typeString(b) {
			t.Errorf("%s is %s, in the library %s", where, typeString(a), typeString(b))
		}
	default:
		if typeString(a) != typeString(b) {
			t.Errorf("%s is %s, in the library %s", where, typeString(a), typeString(b))
		}
	}
	set := types.NewMethodSet(methodsOf(stubType.Type()))
	for sel := range set.Methods() {
		if !sel.Obj().Exported() || len(sel.Index()) != 1 {
			continue
		}
		obj, _, _ := types.LookupFieldOrMethod(lib.Type(), true, lib.Pkg(), sel.Obj().Name())
		fn, ok := obj.(*types.Func)
		if !ok {
			t.Errorf("%s.%s: no such method in the library", where, sel.Obj().Name())
			continue
		}
		own := sel.Obj().(*types.Func)
		if x, y := typeString(own.Type()), typeString(fn.Type()); x != y {
			t.Errorf("%s.%s is\n\t%s, in the library\n\t%s", where, own.Name(), x, y)
		}
		if x, y := library.Key(own), library.Key(fn); x != y {
			t.Errorf("%s.%s is declared as %s, in the library as %s", where, own.Name(), x, y)
		}
	}
}

func methodsOf(t types.Type) types.Type {
	if types.IsInterface(t) {
		return t
	}
	return types.NewPointer(t)
}

// typeString writes a type with import paths and without parameter names.
func typeString(t types.Type) string {
	if sig, ok := t.(*types.Signature); ok {
		unname := func(tuple *types.Tuple) *types.Tuple {
			var vars []*types.Var
			for v := range tuple.Variables() {
				vars = append(vars, types.NewParam(token.NoPos, nil, "", v.Type()))
			}
			return types.NewTuple(vars...)
		}
		t = types.NewSignatureType(nil, nil, nil, unname(sig.Params()), unname(sig.Results()), sig.Variadic())
	}
	s := types.TypeString(t, func(p *types.Package) string { return p.Path() })
	return strings.ReplaceAll(s, "interface{}", "any")
}

// stubPaths lists the import paths that have a stub.
func stubPaths() []string {
	var paths []string
	_ = filepath.WalkDir(stubs, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		rel, err := filepath.Rel(stubs, filepath.Dir(path))
		first, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
		// A fixture of a check has no dot in its first element.
		if strings.Contains(first, ".") {
			paths = append(paths, filepath.ToSlash(rel))
		}
		return err
	})
	slices.Sort(paths)
	return slices.Compact(paths)
}

type stubImporter struct {
	fset *token.FileSet
	std  types.Importer
	pkgs map[string]*types.Package
}

func (s *stubImporter) Import(path string) (*types.Package, error) {
	if p := s.pkgs[path]; p != nil {
		return p, nil
	}
	dir := filepath.Join(stubs, filepath.FromSlash(path))
	bp, err := build.ImportDir(dir, 0)
	if err != nil {
		return s.std.Import(path)
	}
	var files []*ast.File
	for _, name := range bp.GoFiles {
		f, err := parser.ParseFile(s.fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	conf := types.Config{Importer: s}
	pkg, err := conf.Check(path, s.fset, files, nil)
	s.pkgs[path] = pkg
	return pkg, err
}

package httpmodel

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strconv"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// A FarRegion is a region of a cloud that a program is put into, unlike the one
// that a vendor advises for its callers.
type FarRegion struct {
	Pos    token.Pos
	Place  provider.Place
	Vendor string
	// Near is where the vendor's API runs.
	Near provider.Place
}

// FarRegions returns the regions that the package says it runs in, far from
// the one vendor with a region that it talks to. A package that names several
// regions chooses between them, and is left alone.
func (m *Model) FarRegions() []FarRegion {
	if m.Empty() {
		return nil
	}
	vendor := m.regionalVendor()
	if vendor == nil {
		return nil
	}
	near, ok := provider.PlaceOf(vendor.Region.Name)
	if !ok {
		return nil
	}
	w := &regionWalk{m: m, named: map[string]bool{}, told: map[token.Pos]provider.Place{}}
	for _, file := range m.sourceFiles() {
		w.file(file)
	}
	if len(w.named) != 1 {
		return nil
	}
	var list []FarRegion
	for pos, place := range w.told {
		if place.Region != near.Region && (place.Cloud == near.Cloud || place.Area != near.Area) {
			list = append(list, FarRegion{Pos: pos, Place: place, Vendor: vendor.Name, Near: near})
		}
	}
	slices.SortFunc(list, func(a, b FarRegion) int { return cmp.Compare(a.Pos, b.Pos) })
	return list
}

// regionalVendor returns the one vendor that the package talks to and that says
// where its API runs; nil where there is none, or more than one.
func (m *Model) regionalVendor() *provider.Profile {
	var found *provider.Profile
	for _, p := range m.vendorsCalled() {
		if p.Region == nil {
			continue
		}
		if found != nil && found.Region.Name != p.Region.Name {
			return nil
		}
		found = p
	}
	return found
}

// vendorsCalled returns the vendors that the package talks to: those that its
// requests go to, and those that its constants and what it imports speak of.
func (m *Model) vendorsCalled() []*provider.Profile {
	var list []*provider.Profile
	add := func(p *provider.Profile) {
		if p != nil && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	for _, s := range m.Sends() {
		add(s.profile())
	}
	if v := m.facts.Vendors; v != nil {
		for _, name := range v.Vendors {
			add(m.config.Providers.Named(name))
		}
	}
	return list
}

// A regionWalk looks for names of regions, and for those that the program is
// told to run in.
type regionWalk struct {
	m     *Model
	named map[string]bool
	told  map[token.Pos]provider.Place
}

func (w *regionWalk) file(file *ast.File) {
	var path []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		if f, ok := n.(*ast.Field); ok && f.Tag != nil {
			w.tag(f)
		}
		e, ok := n.(ast.Expr)
		if !ok {
			path = append(path, n)
			return true
		}
		place, ok := w.place(e)
		if !ok {
			path = append(path, n)
			return true
		}
		w.named[place.Region] = true
		if w.isTold(e, path) {
			w.told[w.declared(e)] = place
		}
		return false // nothing of a constant is looked at twice
	})
}

// place returns the region that a constant names.
func (w *regionWalk) place(e ast.Expr) (provider.Place, bool) {
	tv := w.m.pass.TypesInfo.Types[e]
	if tv.Value == nil || tv.Value.Kind() != constant.String {
		return provider.Place{}, false
	}
	return provider.PlaceOf(constant.StringVal(tv.Value))
}

// tag looks at the default that a struct's tag gives to a setting.
func (w *regionWalk) tag(f *ast.Field) {
	text, err := strconv.Unquote(f.Tag.Value)
	if err != nil {
		return
	}
	tag := reflect.StructTag(text)
	named := namesRegion(tag.Get("env"))
	for _, name := range f.Names {
		named = named || namesRegion(name.Name)
	}
	for _, key := range []string{"envDefault", "default", "env-default"} {
		if place, ok := provider.PlaceOf(tag.Get(key)); ok {
			w.named[place.Region] = true
			if named {
				w.told[f.Tag.Pos()] = place
			}
		}
	}
}

// declared is where a constant of the package gets its value; another one is
// reported where it is used.
func (w *regionWalk) declared(e ast.Expr) token.Pos {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return e.Pos()
	}
	c, ok := w.m.pass.TypesInfo.Uses[id].(*types.Const)
	if !ok || c.Pkg() != w.m.pass.Pkg {
		return e.Pos()
	}
	file := w.m.fileOf(c.Pos())
	if file == nil {
		return e.Pos()
	}
	pos := e.Pos()
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, name := range spec.Names {
			if name.Pos() == c.Pos() && i < len(spec.Values) {
				pos = spec.Values[i].Pos()
			}
		}
		return false
	})
	return pos
}

// isTold reports whether a constant is given to what says where the program
// runs, by its name or by what a library does with it. It errs on the side of
// no: a bucket, a queue or a key may be in another region than the program.
func (w *regionWalk) isTold(e ast.Expr, path []ast.Node) bool {
	for i := len(path) - 1; i >= 0; i-- {
		switch n := path[i].(type) {
		case *ast.ParenExpr:
		case *ast.CallExpr:
			if told, goOn := w.given(n, e); !goOn {
				return told
			}
			e = n // made into a pointer or a library's own text
			continue
		case *ast.KeyValueExpr:
			return n.Value == e && w.isSetting(n.Key, path[:i])
		case *ast.AssignStmt:
			at := slices.Index(n.Rhs, e)
			return at >= 0 && at < len(n.Lhs) && w.isPlace(n.Lhs[at])
		case *ast.ValueSpec:
			at := slices.Index(n.Values, e)
			return at >= 0 && at < len(n.Names) && namesRegion(n.Names[at].Name)
		case *ast.ReturnStmt:
			return returnsRegion(path[:i])
		default:
			return false
		}
		if p, ok := path[i].(ast.Expr); ok {
			e = p
		}
	}
	return false
}

// given reports whether a call tells the program where it runs; goOn says that
// it only turns the text into another form.
func (w *regionWalk) given(call *ast.CallExpr, e ast.Expr) (told, goOn bool) {
	at := slices.Index(call.Args, e)
	if at < 0 {
		return false, false
	}
	fn, _ := typeutil.Callee(w.m.pass.TypesInfo, call).(*types.Func)
	if lib := w.m.lib.FuncOf(fn); lib != nil && isArg(lib.Region, at) {
		return true, false
	}
	if len(call.Args) == 1 {
		if fn != nil && fn.Pkg() == w.m.pass.Pkg {
			return namesRegion(fn.Name()), false
		}
		return false, true
	}
	// getenv("AWS_REGION", "us-east-1"), cmp.Or(getenv("AWS_REGION"), "us-east-1")
	for _, a := range call.Args {
		if w.textNamesRegion(a) {
			return true, false
		}
		inner, ok := ast.Unparen(a).(*ast.CallExpr)
		if ok && slices.ContainsFunc(inner.Args, w.textNamesRegion) {
			return true, false
		}
	}
	return false, false
}

func (w *regionWalk) textNamesRegion(e ast.Expr) bool {
	tv := w.m.pass.TypesInfo.Types[e]
	return tv.Value != nil && tv.Value.Kind() == constant.String && namesRegion(constant.StringVal(tv.Value))
}

// isSetting reports whether the key of a composite literal says where the
// program runs.
func (w *regionWalk) isSetting(key ast.Expr, path []ast.Node) bool {
	lit, ok := path[len(path)-1].(*ast.CompositeLit)
	if !ok {
		return false
	}
	t := w.m.pass.TypesInfo.TypeOf(lit)
	if t == nil {
		return false
	}
	id, ok := key.(*ast.Ident)
	if !ok || structOf(t) == nil {
		return w.textNamesRegion(key) // of a map
	}
	return w.isRegionField(t, id.Name)
}

// isPlace reports whether what is assigned to says where the program runs.
func (w *regionWalk) isPlace(lhs ast.Expr) bool {
	switch lhs := ast.Unparen(lhs).(type) {
	case *ast.Ident:
		return namesRegion(lhs.Name)
	case *ast.SelectorExpr:
		return w.isRegionField(w.m.pass.TypesInfo.TypeOf(lhs.X), lhs.Sel.Name)
	case *ast.IndexExpr:
		return w.textNamesRegion(lhs.Index)
	}
	return false
}

// isRegionField reports whether a field is where a library keeps the region of
// all services, or a setting of the package itself.
func (w *regionWalk) isRegionField(t types.Type, field string) bool {
	if t == nil {
		return false
	}
	if lib := library.TypeOf(t); lib != nil && lib.Fields[field] == "region" {
		return true
	}
	n := namedOf(t)
	return n != nil && n.Pkg() == w.m.pass.Pkg && namesRegion(field) && namesSettings(n.Name())
}

// returnsRegion reports whether the function around a return says by its name
// that it tells where the program runs.
func returnsRegion(path []ast.Node) bool {
	for i := len(path) - 1; i >= 0; i-- {
		switch n := path[i].(type) {
		case *ast.FuncLit:
			return false
		case *ast.FuncDecl:
			return namesRegion(n.Name.Name)
		}
	}
	return false
}

// namesRegion reports whether a name is that of the region that a program runs
// in: regions of a bucket, a queue or a user have other words in their names.
func namesRegion(name string) bool {
	found := false
	for _, word := range nameWords(name) {
		switch word {
		case "region", "zone":
			found = true
		case "aws", "amazon", "google", "gcp", "cloudsdk", "azure", "cloud", "compute", "lambda", "function", "ecs", "cluster",
			"default", "fallback", "deploy", "deployment", "home", "primary", "main", "app", "application", "server", "service",
			"worker", "workers", "runtime", "current", "my", "our", "name", "with", "set", "get", "in":
		default:
			return false
		}
	}
	return found
}

// namesSettings reports whether a type's name is that of a program's settings,
// and not of one service's.
func namesSettings(name string) bool {
	words := nameWords(name)
	return len(words) > 0 && !slices.ContainsFunc(words, func(word string) bool {
		switch word {
		case "config", "configuration", "settings", "options", "params", "env", "environment", "deploy", "deployment", "stack",
			"app", "application", "server", "service", "worker", "runtime", "cluster", "aws", "cloud", "default", "defaults":
			return false
		}
		return true
	})
}

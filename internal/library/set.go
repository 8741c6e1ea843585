package library

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/apivet/apivet/internal/suggest"
)

// A Set is what a run knows of libraries: descriptions of the user's own, and
// the built-in data behind them. The nil Set is the built-in data alone.
type Set struct {
	packages map[string][]*File
}

// NewSet returns a set with the user's descriptions; nil where there are none.
func NewSet(own []*File) *Set {
	if len(own) == 0 {
		return nil
	}
	s := &Set{packages: make(map[string][]*File)}
	for _, f := range own {
		for _, p := range f.Packages {
			s.packages[p] = append(s.packages[p], f)
		}
	}
	return s
}

// Own reports whether a package has a description of the user's own.
func (s *Set) Own(path string) bool { return s != nil && len(s.packages[path]) > 0 }

// Modelled reports whether importing a package may matter to a check.
func (s *Set) Modelled(path string) bool { return s.Own(path) || Modelled(path) }

// Describes reports whether a function has a description of the user's own,
// which then holds in place of what its code says.
func (s *Set) Describes(fn *types.Func) bool {
	if s == nil || fn == nil || fn.Pkg() == nil {
		return false
	}
	for _, f := range s.packages[fn.Pkg().Path()] {
		if _, ok := lookup(f.Functions, symbol(fn)); ok {
			return true
		}
	}
	return false
}

// FuncOf returns what is known of a function, or nil.
func (s *Set) FuncOf(fn *types.Func) *Func {
	if s != nil && fn != nil && fn.Pkg() != nil {
		for _, f := range s.packages[fn.Pkg().Path()] {
			if known, ok := lookup(f.Functions, symbol(fn)); ok {
				if known == nil {
					return new(Func)
				}
				return known
			}
		}
	}
	return FuncOf(fn)
}

// TypeOf returns what is known of a named type (through pointers), or nil.
func (s *Set) TypeOf(t types.Type) *Type {
	if s != nil {
		if n := namedType(t); n != nil {
			for _, f := range s.packages[n.Obj().Pkg().Path()] {
				if known, ok := lookup(f.Types, n.Obj().Name()); ok && known != nil {
					return known.spelt(n)
				}
			}
		}
	}
	return TypeOf(t)
}

// GlobalOf returns what is known of a package-level variable, or nil.
func (s *Set) GlobalOf(v *types.Var) *Global {
	if s != nil && v != nil && v.Pkg() != nil {
		for _, f := range s.packages[v.Pkg().Path()] {
			if known, ok := lookup(f.Variables, v.Name()); ok && known != nil {
				return known
			}
		}
	}
	return GlobalOf(v)
}

// spelt returns the description with the names of fields as the type has them.
func (t *Type) spelt(n *types.Named) *Type {
	st, ok := n.Underlying().(*types.Struct)
	if !ok || len(t.Fields) == 0 {
		return t
	}
	copied := *t
	copied.Fields = make(map[string]string, len(t.Fields))
	for i := range st.NumFields() {
		if role, ok := lookup(t.Fields, st.Field(i).Name()); ok {
			copied.Fields[st.Field(i).Name()] = role
		}
	}
	return &copied
}

// lookup finds a name, if need be in another case: golangci-lint turns keys of
// settings into lower case.
func lookup[T any](m map[string]T, name string) (T, bool) {
	if v, ok := m[name]; ok {
		return v, true
	}
	v, ok := m[strings.ToLower(name)]
	return v, ok
}

// A Missing is a name in a description that the package does not have.
type Missing struct {
	Section string // functions, types or variables
	Name    string
	Text    string
}

// Missing returns the first name in a description that a package does not
// have, or nil.
func (f *File) Missing(pkg *types.Package) *Missing {
	names := map[string]func(string) bool{
		"functions": func(name string) bool { return hasFunc(pkg, name) },
		"types":     func(name string) bool { return find[*types.TypeName](pkg, name) != nil },
		"variables": func(name string) bool { return find[*types.Var](pkg, name) != nil },
	}
	for _, list := range []struct {
		section string
		keys    []string
	}{
		{"functions", slices.Sorted(maps.Keys(f.Functions))},
		{"types", slices.Sorted(maps.Keys(f.Types))},
		{"variables", slices.Sorted(maps.Keys(f.Variables))},
	} {
		for _, name := range list.keys {
			if !names[list.section](name) {
				text := fmt.Sprintf("package %s has no %s%s", pkg.Path(), name, suggest.Hint(name, referable(pkg)))
				return &Missing{list.section, name, text}
			}
		}
	}
	return nil
}

// find returns the object of the package's scope, if need be in another case.
func find[T types.Object](pkg *types.Package, name string) types.Object {
	for _, n := range pkg.Scope().Names() {
		if n != name && strings.ToLower(n) != name {
			continue
		}
		if obj, ok := pkg.Scope().Lookup(n).(T); ok {
			return obj
		}
	}
	return nil
}

func hasFunc(pkg *types.Package, name string) bool {
	recv, method, isMethod := strings.Cut(name, ".")
	if !isMethod {
		return find[*types.Func](pkg, name) != nil
	}
	t := find[*types.TypeName](pkg, recv)
	return t != nil && slices.ContainsFunc(methodNames(t.Type()), func(m string) bool { return m == method || strings.ToLower(m) == method })
}

// methodNames returns the names of the methods that a type declares.
func methodNames(t types.Type) []string {
	var list []string
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil
	}
	for i := range n.NumMethods() {
		list = append(list, n.Method(i).Name())
	}
	if it, ok := n.Underlying().(*types.Interface); ok {
		for i := range it.NumMethods() {
			list = append(list, it.Method(i).Name())
		}
	}
	return list
}

// referable returns the names by which descriptions can refer to a package.
func referable(pkg *types.Package) []string {
	names := pkg.Scope().Names()
	for _, name := range pkg.Scope().Names() {
		if t, ok := pkg.Scope().Lookup(name).(*types.TypeName); ok {
			for _, m := range methodNames(t.Type()) {
				names = append(names, name+"."+m)
			}
		}
	}
	return names
}

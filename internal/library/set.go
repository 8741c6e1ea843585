package library

import (
	"go/types"
	"strings"
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

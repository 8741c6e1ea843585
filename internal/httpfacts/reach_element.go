package httpfacts

import (
	"go/ast"
	"go/constant"
	"go/types"
	"maps"
	"slices"

	"github.com/apivet/apivet/internal/provider"
)

// Maps are followed by their keys, as far as those are constant: a key that is
// not known may stand for any element. Elements of slices are all alike.

// anyKey stands for a key that is not known; the others are constants as Go
// writes them.
const anyKey = "*"

// maxKeys bounds how deep maps in maps are followed.
const maxKeys = 4

// An entry is a value that is stored in a map.
type entry struct {
	source
	at []string // the keys it is stored under, of maps in maps
}

// An element is a variable, or what keys lead to in its value.
type element struct {
	obj  types.Object
	keys string
}

// element is what keys lead to in the value of s.
func (s source) element(keys []string) source {
	s.keys = joinKeys(s.keys, keys)
	return s
}

func joinKeys(a, b []string) []string {
	if len(a) == 0 {
		return b
	}
	list := append(slices.Clone(a), b...)
	return list[:min(len(list), maxKeys)]
}

// keysOf returns the key that an index is, or none where x is no map. Without an
// index it stands for all elements.
func (f *flow) keysOf(x, index ast.Expr) []string {
	if _, ok := coreOf(f.info().TypeOf(x)).(*types.Map); !ok {
		return nil
	}
	if index != nil {
		if v := f.info().Types[index].Value; v != nil {
			return []string{v.ExactString()}
		}
	}
	return []string{anyKey}
}

// storeElement notes what an element of a map or slice is set to.
func (f *flow) storeElement(lhs *ast.IndexExpr, s source) {
	var at []string
	var x ast.Expr = lhs
	for {
		ix, ok := ast.Unparen(x).(*ast.IndexExpr)
		if !ok {
			break
		}
		at = joinKeys(f.keysOf(ix.X, ix.Index), at)
		x = ix.X
	}
	if star, ok := ast.Unparen(x).(*ast.StarExpr); ok {
		x = star.X
	}
	if key, ok := f.stringOf(lhs.Index); ok {
		f.named(key, s)
	}
	obj := f.objectOf(x)
	switch {
	case obj == nil:
	case len(at) == 0:
		f.store(obj, s)
	default:
		if f.names[s.expr] == "" {
			f.names[s.expr] = obj.Name()
		}
		f.entries[obj] = append(f.entries[obj], entry{s, at})
	}
}

// findAliases notes which variables, parameters and fields hold a map that
// another one holds.
func (f *flow) findAliases() {
	for _, obj := range sortedObjects(f.assigns) {
		if _, ok := coreOf(obj.Type()).(*types.Map); !ok {
			continue
		}
		for _, s := range f.assigns[obj] {
			if of := f.objectOf(s.expr); of != nil && len(s.keys) == 0 && !slices.Contains(f.aliases[of], obj) {
				f.aliases[of] = append(f.aliases[of], obj)
			}
		}
	}
}

// values returns what a variable may hold, or what keys lead to in it.
func (f *flow) values(obj types.Object, keys []string) []source {
	var list []source
	for _, s := range f.assigns[obj] {
		list = append(list, s.element(keys))
	}
	if len(keys) == 0 {
		return list
	}
	var stored []source
	objs := []types.Object{obj}
	for i := 0; i < len(objs); i++ {
		for _, e := range f.entries[objs[i]] {
			if v, ok := f.objectOf(e.expr).(*types.Var); ok && i > 0 {
				if _, ok := f.params[v]; ok {
					continue // which map it goes into depends on the call
				}
			}
			if rest, ok := behind(e.at, keys); ok {
				stored = append(stored, e.element(rest))
			}
		}
		for _, a := range f.aliases[objs[i]] {
			if !slices.Contains(objs, a) {
				objs = append(objs, a)
			}
		}
	}
	if keys[0] == anyKey {
		stored = f.alike(stored)
	}
	return append(list, stored...)
}

// behind returns the keys that remain of want behind those of a stored value.
func behind(at, want []string) (rest []string, ok bool) {
	for i, key := range at {
		if i == len(want) {
			return nil, true
		}
		if key != want[i] && key != anyKey && want[i] != anyKey {
			return nil, false
		}
	}
	return want[len(at):], true
}

// elements returns what keys lead to in a map's literal; a map as a whole is no
// text.
func (f *flow) elements(lit *ast.CompositeLit, s source) []source {
	if len(s.keys) == 0 {
		return nil
	}
	var list []source
	for _, x := range lit.Elts {
		kv, ok := x.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		k := f.info().Types[kv.Key].Value
		if k == nil || s.keys[0] == anyKey || k.ExactString() == s.keys[0] {
			list = append(list, source{expr: kv.Value, own: s.own, keys: s.keys[1:]})
		}
	}
	if s.keys[0] == anyKey {
		list = f.alike(list)
	}
	return list
}

// alike leaves out the readable texts of a map that holds other things than
// credentials, too: which of them is looked up is not known.
func (f *flow) alike(list []source) []source {
	mixed := slices.ContainsFunc(list, func(s source) bool {
		text, ok := f.stringOf(s.expr)
		return ok && text != "" && !isCredentialValue(withoutScheme(text), sink{kind: sinkHeader}, "")
	})
	if !mixed {
		return list
	}
	return slices.DeleteFunc(list, func(s source) bool {
		text, ok := f.stringOf(s.expr)
		return ok && !provider.IsRandom(withoutScheme(text))
	})
}

// keysIn returns the constant keys of maps' literals and entries.
func (f *flow) keysIn(list []source, stored ...entry) []string {
	keys := map[string]bool{}
	for _, s := range list {
		lit, ok := ast.Unparen(s.expr).(*ast.CompositeLit)
		if !ok || len(s.keys) > 0 {
			continue
		}
		for _, x := range lit.Elts {
			if kv, ok := x.(*ast.KeyValueExpr); ok {
				if k := f.info().Types[kv.Key].Value; k != nil && k.Kind() != constant.Unknown {
					keys[k.ExactString()] = true
				}
			}
		}
	}
	for _, e := range stored {
		if e.at[0] != anyKey {
			keys[e.at[0]] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// isTextMap reports whether a type is a map that holds text.
func isTextMap(t types.Type) bool {
	m, ok := t.Underlying().(*types.Map)
	return ok && isText(m.Elem())
}

// eitherKey returns keys that stand for both.
func eitherKey(a, b []string) []string {
	if len(a) != len(b) {
		return a
	}
	list := slices.Clone(a)
	for i := range list {
		if list[i] != b[i] {
			list[i] = anyKey
		}
	}
	return list
}

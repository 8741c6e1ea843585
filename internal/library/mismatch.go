package library

import (
	"fmt"
	"go/types"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/apivet/apivet/internal/suggest"
)

// A Mismatch is something in a description that the package does not have.
type Mismatch struct {
	Path []any // from the description down: keys and indexes
	Text string
}

// Mismatch returns the first name, argument or field in a description that a
// package does not have, or nil.
func (f *File) Mismatch(pkg *types.Package) *Mismatch {
	missing := func(section, name string) *Mismatch {
		text := fmt.Sprintf("package %s has no %s%s", pkg.Path(), name, suggest.Hint(name, referable(pkg)))
		return &Mismatch{[]any{section, name}, text}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Functions)) {
		fn := findFunc(pkg, name)
		if fn == nil {
			return missing("functions", name)
		}
		for path, arg := range args(reflect.ValueOf(f.Functions[name]), nil) {
			if text := misfit(fn, arg); text != "" {
				return &Mismatch{slices.Concat([]any{"functions", name}, path), text}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Types)) {
		obj := find[*types.TypeName](pkg, name)
		if obj == nil {
			return missing("types", name)
		}
		if f.Types[name] == nil {
			continue
		}
		fields := fieldNames(obj.Type())
		for _, field := range slices.Sorted(maps.Keys(f.Types[name].Fields)) {
			if !slices.ContainsFunc(fields, spelling(field)) {
				return &Mismatch{[]any{"types", name, "fields", field}, fmt.Sprintf("type %s.%s has no field %s%s", pkg.Path(), obj.Name(), field, suggest.Hint(field, fields))}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Variables)) {
		if find[*types.Var](pkg, name) == nil {
			return missing("variables", name)
		}
	}
	return nil
}

// misfit says why a function has no such argument, or "".
func misfit(fn *types.Func, arg Arg) string {
	sig := fn.Signature()
	switch n := sig.Params().Len(); {
	case arg == Recv && sig.Recv() == nil:
		return fmt.Sprintf("%s has no receiver; it is a function", fn.Name())
	case arg >= Recv && int(arg) < n:
		return ""
	case n == 0:
		return fmt.Sprintf("%s has no arguments", fn.Name())
	case n == 1:
		return fmt.Sprintf("%s has no argument %d; the only one is 0", fn.Name(), arg)
	default:
		return fmt.Sprintf("%s has no argument %d; they are 0 to %d", fn.Name(), arg, n-1)
	}
}

// args yields the arguments in a part of a description, with their paths.
func args(v reflect.Value, path []any) iter.Seq2[[]any, Arg] {
	return func(yield func([]any, Arg) bool) { eachArg(v, path, yield) }
}

func eachArg(v reflect.Value, path []any, yield func([]any, Arg) bool) (more bool) {
	if v.Type() == reflect.TypeFor[Arg]() {
		return yield(path, Arg(v.Int()))
	}
	switch v.Kind() {
	case reflect.Pointer:
		return v.IsNil() || eachArg(v.Elem(), path, yield)
	case reflect.Slice:
		for i := range v.Len() {
			if !eachArg(v.Index(i), slices.Concat(path, []any{i}), yield) {
				return false
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			if !eachArg(v.Field(i), slices.Concat(path, []any{key}), yield) {
				return false
			}
		}
	}
	return true
}

// spelling returns a function that reports whether a name is the one that a
// description means, if need be in another case.
func spelling(described string) func(string) bool {
	return func(name string) bool { return name == described || strings.ToLower(name) == described }
}

// find returns the object of the package's scope, if need be in another case.
func find[T types.Object](pkg *types.Package, name string) types.Object {
	is := spelling(name)
	for _, n := range pkg.Scope().Names() {
		if !is(n) {
			continue
		}
		if obj, ok := pkg.Scope().Lookup(n).(T); ok {
			return obj
		}
	}
	return nil
}

// findFunc returns the function or method of that name, or nil.
func findFunc(pkg *types.Package, name string) *types.Func {
	recv, method, isMethod := strings.Cut(name, ".")
	if !isMethod {
		fn, _ := find[*types.Func](pkg, name).(*types.Func)
		return fn
	}
	t := find[*types.TypeName](pkg, recv)
	if t == nil {
		return nil
	}
	is := spelling(method)
	for _, m := range methods(t.Type()) {
		if is(m.Name()) {
			return m
		}
	}
	return nil
}

// methods returns the methods that a type declares.
func methods(t types.Type) []*types.Func {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil
	}
	list := slices.Collect(n.Methods())
	if it, ok := n.Underlying().(*types.Interface); ok {
		list = slices.AppendSeq(list, it.Methods())
	}
	return list
}

// fieldNames returns the names of the fields that a type declares.
func fieldNames(t types.Type) []string {
	s, ok := types.Unalias(t).Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	var list []string
	for f := range s.Fields() {
		list = append(list, f.Name())
	}
	return list
}

// referable returns the names by which descriptions can refer to a package.
func referable(pkg *types.Package) []string {
	names := pkg.Scope().Names()
	for _, name := range pkg.Scope().Names() {
		if t, ok := pkg.Scope().Lookup(name).(*types.TypeName); ok {
			for _, m := range methods(t.Type()) {
				names = append(names, name+"."+m.Name())
			}
		}
	}
	return names
}

package httpfacts

import (
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"
)

// Aside returns a pass over the same package whose facts stay with it: nobody
// who imports the package sees them.
//
// It is for what a configuration adds. Drivers keep facts in caches that know
// nothing of configurations, so facts must not depend on one.
func Aside(pass *analysis.Pass) *analysis.Pass {
	type key struct {
		obj  types.Object // nil for the package
		kind reflect.Type
	}
	facts := make(map[key]analysis.Fact)
	take := func(obj types.Object, into analysis.Fact) bool {
		f, ok := facts[key{obj, reflect.TypeOf(into)}]
		if ok {
			reflect.ValueOf(into).Elem().Set(reflect.ValueOf(f).Elem())
		}
		return ok
	}
	aside := *pass
	aside.ExportObjectFact = func(obj types.Object, f analysis.Fact) { facts[key{obj, reflect.TypeOf(f)}] = f }
	aside.ImportObjectFact = func(obj types.Object, into analysis.Fact) bool {
		if obj.Pkg() == pass.Pkg {
			return take(obj, into)
		}
		return pass.ImportObjectFact(obj, into)
	}
	aside.ExportPackageFact = func(f analysis.Fact) { facts[key{nil, reflect.TypeOf(f)}] = f }
	aside.ImportPackageFact = func(pkg *types.Package, into analysis.Fact) bool {
		if pkg == pass.Pkg {
			return take(nil, into)
		}
		return pass.ImportPackageFact(pkg, into)
	}
	return &aside
}

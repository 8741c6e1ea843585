// Package index maps the symbols that a package refers to onto the places
// where it does, so that a check starts from a symbol and not from the tree.
package index

import (
	"go/ast"
	"go/types"

	"github.com/apivet/apivet/internal/library"
)

// An Index holds a package's references to functions, types and variables of
// other packages.
type Index struct {
	uses map[types.Object][]*ast.Ident
	// Modelled says that the package refers to a symbol of a described
	// library, or to one that has a fact.
	Modelled bool
}

// New indexes a package from its type information alone; no tree is walked.
// hasFact reports whether a symbol of another package has a fact.
func New(pkg *types.Package, info *types.Info, hasFact func(types.Object) bool) *Index {
	ix := &Index{uses: map[types.Object][]*ast.Ident{}}
	for id, obj := range info.Uses {
		if obj.Pkg() == nil || obj.Pkg() == pkg {
			continue
		}
		switch obj := obj.(type) {
		case *types.Func:
			origin := obj.Origin()
			ix.uses[origin] = append(ix.uses[origin], id)
		case *types.TypeName, *types.Var, *types.Const:
			ix.uses[obj] = append(ix.uses[obj], id)
		}
	}
	for obj := range ix.uses {
		if library.Modelled(obj.Pkg().Path()) || hasFact(obj) {
			ix.Modelled = true
			break
		}
	}
	return ix
}

// Uses returns the identifiers that refer to an object of another package, in
// no particular order.
func (ix *Index) Uses(obj types.Object) []*ast.Ident { return ix.uses[obj] }

// RefersAny reports whether the package refers to a symbol of a package for
// which is reports true.
func (ix *Index) RefersAny(is func(path string) bool) bool {
	for obj := range ix.uses {
		if is(obj.Pkg().Path()) {
			return true
		}
	}
	return false
}

// Refers reports whether the package refers to a symbol of that package.
func (ix *Index) Refers(path string) bool {
	for obj := range ix.uses {
		if obj.Pkg().Path() == path {
			return true
		}
	}
	return false
}

// Any reports whether is accepts an object that the package refers to.
func (ix *Index) Any(is func(types.Object) bool) bool {
	for obj := range ix.uses {
		if is(obj) {
			return true
		}
	}
	return false
}

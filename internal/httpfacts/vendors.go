package httpfacts

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/provider"
)

// A VendorsFact says whose APIs a package talks to, by the addresses and
// headers that it names. It repeats what the packages of the same module that
// it imports say, where it names nothing itself.
type VendorsFact struct {
	Version int
	Vendors []string
	// Others says that it names addresses of others too, so that not every
	// answer is a vendor's.
	Others bool
}

// AFact marks the type as a fact.
func (*VendorsFact) AFact() {}

// String describes the fact for tests and debugging.
func (f *VendorsFact) String() string { return "talks to " + strings.Join(f.Vendors, ", ") }

// vendorsOf finds the vendors of the package in those of its files that count.
func vendorsOf(pass *analysis.Pass, files []*ast.File) *VendorsFact {
	if p := provider.OfPackage(pass.Pkg.Path()); p != nil {
		return &VendorsFact{Version: factVersion, Vendors: []string{p.Name}}
	}
	found := &VendorsFact{Version: factVersion}
	names := map[string]bool{}
	add := func(text string) {
		p, other := provider.Named(text)
		if p != nil {
			names[p.Name] = true
		}
		found.Others = found.Others || other
	}
	for _, file := range files {
		for _, d := range file.Decls {
			if gd, ok := d.(*ast.GenDecl); ok && gd.Tok == token.IMPORT {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.Field:
					return n.Tag == nil
				case *ast.BasicLit:
					if text, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil {
						add(text)
					}
				}
				return true
			})
		}
	}
	if len(names) == 0 && !found.Others {
		for _, imp := range pass.Pkg.Imports() {
			if sameModule(pass, imp) {
				found.take(names, pass, imp)
			}
		}
	}
	found.Vendors = slices.Sorted(maps.Keys(names))
	return found
}

// take adds what an imported package says.
func (f *VendorsFact) take(names map[string]bool, pass *analysis.Pass, imp *types.Package) {
	var known VendorsFact
	if pass.ImportPackageFact(imp, &known) && known.Version == factVersion {
		for _, v := range known.Vendors {
			names[v] = true
		}
		f.Others = f.Others || known.Others
		return
	}
	// One without HTTP code has no facts: its constants are the settings.
	for _, name := range imp.Scope().Names() {
		c, ok := imp.Scope().Lookup(name).(*types.Const)
		if !ok || !c.Exported() {
			continue
		}
		if text, err := strconv.Unquote(c.Val().ExactString()); err == nil {
			p, other := provider.Named(text)
			if p != nil {
				names[p.Name] = true
			}
			f.Others = f.Others || other
		}
	}
}

// sameModule reports whether a package is of the module under analysis. It
// goes by the first element of the path where the driver does not know.
func sameModule(pass *analysis.Pass, imp *types.Package) bool {
	root, _, _ := strings.Cut(pass.Pkg.Path(), "/")
	if pass.Module != nil && pass.Module.Path != "" {
		root = pass.Module.Path
	}
	return imp.Path() == root || strings.HasPrefix(imp.Path(), root+"/")
}

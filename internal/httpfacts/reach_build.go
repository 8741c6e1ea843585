package httpfacts

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// isStandard reports whether the package belongs to the standard library.
func isStandard(pass *analysis.Pass) bool {
	path := pass.Pkg.Path()
	first, _, _ := strings.Cut(path, "/")
	if pass.Module != nil && pass.Module.Path != "" || strings.Contains(first, ".") {
		return false
	}
	dir := filepath.ToSlash(filepath.Dir(pass.Fset.File(pass.Files[0].FileStart).Name()))
	root, ok := strings.CutSuffix(dir, "/"+path)
	if !ok {
		return false
	}
	// Only GOROOT describes the predeclared identifiers.
	_, err := os.Stat(filepath.Join(root, "builtin", "builtin.go"))
	return err == nil
}

// builtNatively reports whether a file of a js build is also part of a build
// for other platforms.
func builtNatively(pass *analysis.Pass, f *ast.File) bool {
	name := strings.TrimSuffix(filepath.Base(pass.Fset.File(f.FileStart).Name()), ".go")
	return nativeName(name) && nativeComments(f)
}

// nativeName reports whether a file of that name is built for some platform
// that is no browser.
func nativeName(name string) bool {
	parts := strings.Split(name, "_")
	for _, p := range parts[1:] {
		if p == "js" || p == "wasm" {
			return false
		}
	}
	return true
}

// nativeComments reports whether a file's constraints hold on Linux, macOS or
// Windows. Tags of the project's own are taken to be set: the file is part of
// this build.
func nativeComments(f *ast.File) bool {
	for _, platform := range []string{"linux amd64 unix", "darwin arm64 unix", "windows amd64"} {
		holds := func(tag string) bool {
			switch tag {
			case "js", "wasm", "wasip1", "wasi", "tinygo", "ignore", "linux", "darwin", "windows", "freebsd", "netbsd", "openbsd",
				"dragonfly", "solaris", "illumos", "aix", "android", "ios", "plan9", "unix", "amd64", "arm64", "386", "arm":
				return slices.Contains(strings.Fields(platform), tag)
			}
			return true
		}
		if constraintHolds(f, holds) {
			return true
		}
	}
	return false
}

func constraintHolds(f *ast.File, holds func(tag string) bool) bool {
	for _, group := range f.Comments {
		if group.Pos() > f.Package {
			break
		}
		for _, c := range group.List {
			if !constraint.IsGoBuild(c.Text) && !constraint.IsPlusBuild(c.Text) {
				continue
			}
			expr, err := constraint.Parse(c.Text)
			if err == nil && !expr.Eval(holds) {
				return false
			}
		}
	}
	return true
}

// hasNoNativeFile reports whether the package has files for browsers only.
func hasNoNativeFile(pass *analysis.Pass) bool {
	for _, f := range pass.Files {
		if builtNatively(pass, f) {
			return false
		}
	}
	for _, name := range pass.IgnoredFiles {
		base, ok := strings.CutSuffix(filepath.Base(name), ".go")
		if !ok || strings.HasSuffix(base, "_test") || !nativeName(base) {
			continue
		}
		data, err := pass.ReadFile(name)
		if err != nil {
			return false
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, data, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil || nativeComments(f) {
			return false
		}
	}
	return true
}

// importedPath is the path of the package that a spec imports, vendor folders
// and all.
func importedPath(pass *analysis.Pass, spec *ast.ImportSpec) string {
	if name := pass.TypesInfo.PkgNameOf(spec); name != nil {
		return name.Imported().Path()
	}
	path, _ := strconv.Unquote(spec.Path.Value)
	return path
}

func importOf(pkg *types.Package, path string) *types.Package {
	for _, imp := range pkg.Imports() {
		if imp.Path() == path {
			return imp
		}
	}
	return nil
}

// placeIn writes a position as package path, file and line.
func placeIn(pass *analysis.Pass, pkg string, pos token.Pos) string {
	if !pos.IsValid() {
		return pkg
	}
	p := pass.Fset.Position(pos)
	return fmt.Sprintf("%s/%s:%d", pkg, filepath.Base(p.Filename), p.Line)
}

package config

import (
	"go/types"
	"os"
	"path/filepath"
	"strings"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
	"github.com/apivet/apivet/internal/strictyaml"
	"github.com/apivet/apivet/internal/suggest"
)

// A resolved is a File with what it refers to.
type resolved struct {
	File
	root      string // the folder that its paths are relative to
	providers *provider.Set
	libraries *library.Set
}

// resolve reads the files that a configuration names.
func (f File) resolve(root string) (*resolved, error) {
	r := &resolved{File: f, root: root, libraries: library.NewSet(f.Libraries)}
	own := make(map[string]*provider.Profile)
	for i, name := range f.Providers {
		at := strictyaml.Path{"providers", i}
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, f.errorf(at, "%q: files are relative to the folder of %s, and below it", name, FileName)
		}
		file := filepath.Join(root, filepath.FromSlash(name))
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, f.errorf(at, "the profile cannot be read: %v", err)
		}
		profile, err := provider.ParseOwn(file, data)
		if err != nil {
			return nil, err
		}
		base := filepath.Base(file)
		own[strings.ToLower(strings.TrimSuffix(base, filepath.Ext(base)))] = profile
	}
	r.providers = provider.NewSet(own)
	tree, err := newTree(root)
	if err != nil {
		return nil, err
	}
	for i, l := range f.Libraries {
		for j, path := range l.Packages {
			if tree.lacks(path) {
				return nil, f.errorf(strictyaml.Path{"libraries", i, "packages", j}, "there is no package %s", path)
			}
		}
	}
	for i, b := range f.Bind {
		for j, pattern := range b.Packages {
			if !tree.matches(pattern) {
				return nil, f.errorf(strictyaml.Path{"bind", i, "packages", j}, "%q matches no package of the module%s", pattern, tree.hint(pattern))
			}
		}
		if r.providers.Named(b.Provider) == nil {
			return nil, f.errorf(strictyaml.Path{"bind", i, "provider"}, "unknown provider %q%s", b.Provider, suggest.Hint(b.Provider, r.providers.Names()))
		}
	}
	return r, nil
}

// checkLibraries reports what a described package does not have, for
// those packages whose types are at hand.
func (r *resolved) checkLibraries(pkg *types.Package) error {
	for i, l := range r.Libraries {
		for _, path := range l.Packages {
			described := known(pkg, path)
			if described == nil {
				continue
			}
			if m := l.Mismatch(described); m != nil {
				return r.errorf(strictyaml.Path{"libraries", i}.With(m.Path...), "%s", m.Text)
			}
		}
	}
	return nil
}

// known returns the package itself or an import of that path, or nil.
func known(pkg *types.Package, path string) *types.Package {
	if pkg.Path() == path {
		return pkg
	}
	for _, imp := range pkg.Imports() {
		if imp.Path() == path {
			return imp
		}
	}
	return nil
}

// boundTo returns the name of the provider that a package is bound to, or "".
// dir is its folder.
func (r *resolved) boundTo(path, dir string) string {
	rel, err := filepath.Rel(r.root, dir)
	if err != nil {
		return ""
	}
	folder := "./" + filepath.ToSlash(rel)
	for _, b := range r.Bind {
		for _, pattern := range b.Packages {
			name := path
			if strings.HasPrefix(pattern, "./") || pattern == "." {
				name = folder
			}
			if matchesPackage(pattern, name) {
				return b.Provider
			}
		}
	}
	return ""
}

// matchesPackage reports whether a pattern, with /... or without, stands for a
// package.
func matchesPackage(pattern, name string) bool {
	prefix, below := strings.CutSuffix(pattern, "...")
	if !below {
		return name == strings.TrimSuffix(pattern, "/") || pattern == "." && name == "./."
	}
	prefix = strings.TrimSuffix(prefix, "/")
	return prefix == "." || prefix == "" || name == prefix || strings.HasPrefix(name, prefix+"/")
}

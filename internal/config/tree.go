package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// A tree is the folders that a configuration is for. It says which packages
// exist without asking cmd/go, so that every door can: a vet tool sees one
// package at a time.
type tree struct {
	root    string
	modules map[string]string // of the user: path to folder
	others  []string          // paths of modules that those require
}

// newTree reads the go.mod files of the modules that a configuration in a
// folder is for; "" is outside any.
func newTree(root string) (*tree, error) {
	t := &tree{root: root, modules: make(map[string]string)}
	if root == "" {
		return t, nil
	}
	folders := []string{root}
	if work := workspace(root); work != "" && filepath.Dir(work) == root {
		var err error
		if folders, err = modules(root); err != nil {
			return nil, err
		}
	}
	for _, dir := range folders {
		name := filepath.Join(dir, "go.mod")
		data, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // cmd/go complains of a workspace like that
		} else if err != nil {
			return nil, err
		}
		f, err := modfile.ParseLax(name, data, nil)
		if err != nil || f.Module == nil {
			continue // and of that
		}
		t.modules[f.Module.Mod.Path] = filepath.Clean(dir)
		for _, r := range f.Require {
			t.others = append(t.others, r.Mod.Path)
		}
	}
	return t, nil
}

// lacks reports whether a package belongs to one of the user's modules and is
// not there. Of other modules it knows nothing.
func (t *tree) lacks(importPath string) bool {
	owner := ""
	for m := range t.modules {
		if len(m) > len(owner) && covers(m, importPath) {
			owner = m
		}
	}
	if owner == "" {
		return false
	}
	for _, m := range t.others {
		if len(m) > len(owner) && covers(m, importPath) {
			return false
		}
	}
	return !t.hasGo(filepath.Join(t.modules[owner], filepath.FromSlash(strings.TrimPrefix(importPath, owner))), false)
}

// covers reports whether a module of that path may have the package.
func covers(module, importPath string) bool {
	return importPath == module || strings.HasPrefix(importPath, module+"/")
}

// matches reports whether a pattern of packages stands for one of the user's.
func (t *tree) matches(pattern string) bool {
	if t.root == "" {
		return true // there is nothing to hold it against
	}
	prefix, below := strings.CutSuffix(pattern, "...")
	prefix = strings.TrimSuffix(prefix, "/")
	if strings.HasPrefix(pattern, "./") || pattern == "." {
		return t.hasGo(filepath.Join(t.root, filepath.FromSlash(prefix)), below)
	}
	for module, dir := range t.modules {
		switch {
		case below && (prefix == "" || covers(prefix, module)) && t.hasGo(dir, true):
			return true
		case covers(module, prefix) && t.hasGo(filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(prefix, module))), below):
			return true
		}
	}
	return false
}

// hint names the folder that a pattern means which stands for none.
func (t *tree) hint(pattern string) string {
	local := "./" + path.Clean(pattern)
	if !strings.HasPrefix(pattern, ".") && t.matches(local) {
		return fmt.Sprintf(", did you mean %q?", local)
	}
	return ""
}

// hasGo reports whether a folder has Go files, or with below one in it.
func (t *tree) hasGo(dir string, below bool) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".go") {
			return true
		}
	}
	for _, e := range entries {
		if below && e.IsDir() && t.walked(dir, e.Name()) && t.hasGo(filepath.Join(dir, e.Name()), true) {
			return true
		}
	}
	return false
}

// walked reports whether /... goes into a folder.
func (t *tree) walked(dir, name string) bool {
	if name[0] == '.' || name[0] == '_' || name == "testdata" || name == "vendor" {
		return false
	}
	sub := filepath.Join(dir, name)
	if !exists(filepath.Join(sub, "go.mod")) {
		return true
	}
	for _, m := range t.modules {
		if m == sub {
			return true
		}
	}
	return false
}

package config

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

// Digest returns a hash of every configuration that a run in a folder may
// depend on: that of its main module or, in a workspace, those of all its
// modules. It does not look at what they mean, so that a broken one changes the
// digest too.
func Digest(dir string) ([]byte, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	modules, err := modules(dir)
	if err != nil {
		return nil, err
	}
	for _, m := range modules {
		at, err := find(m)
		if err != nil || at.file == "" {
			continue // where it is read, the error is told
		}
		data, err := read(at.file)
		if err != nil {
			continue
		}
		fmt.Fprintf(h, "%s %d\n", m, len(data))
		h.Write(data)
		f, err := Parse(at.file, data, nil)
		if err != nil {
			continue
		}
		for _, name := range f.Providers {
			if data, err := os.ReadFile(filepath.Join(at.root, filepath.FromSlash(name))); err == nil {
				fmt.Fprintf(h, "%d\n", len(data))
				h.Write(data)
			}
		}
	}
	return h.Sum(nil), nil
}

// modules returns the folders of the main modules of a run in a folder.
func modules(dir string) ([]string, error) {
	work := workspace(dir)
	if work == "" {
		return []string{dir}, nil
	}
	data, err := os.ReadFile(work)
	if err != nil {
		return nil, err
	}
	f, err := modfile.ParseWork(work, data, nil)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, use := range f.Use {
		m := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(m) {
			m = filepath.Join(filepath.Dir(work), m)
		}
		list = append(list, m)
	}
	return list, nil
}

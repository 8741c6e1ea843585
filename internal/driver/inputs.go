package driver

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/apivet/apivet/internal/cache"
)

// A listing is what cmd/go said of a run.
type listing struct {
	env    goEnv
	graphs []*graph
}

// inputs returns the files that the run's result depends on, beside those that
// never change: the standard library of a release and the module cache. ok is
// false where that cannot be told.
func (l *listing) inputs() (in *cache.Inputs, ok bool) {
	if l.env.outsideModule() || strings.HasPrefix(l.env.GOVERSION, "devel") ||
		strings.Contains(l.env.GOFLAGS, "-overlay") || strings.Contains(l.env.GOFLAGS, "-modfile") {
		return nil, false
	}
	in = new(cache.Inputs)
	if !addModules(in, l.env) {
		return nil, false
	}
	roots := slices.Clone(in.Trees)
	for _, g := range l.graphs {
		for _, n := range g.nodes {
			if n.Dir == "" || isBelow(l.env.GOMODCACHE, n.Dir) || n.Standard && !n.own() {
				continue
			}
			if !slices.ContainsFunc(roots, func(root string) bool { return reaches(root, n.Dir) }) {
				in.Trees = append(in.Trees, n.Dir)
				if n.Module != nil {
					in.Files = append(in.Files, n.Module.GoMod)
				}
			}
			for _, pattern := range n.EmbedPatterns {
				addEmbedded(in, n.Dir, pattern)
			}
		}
	}
	for _, list := range []*[]string{&in.Trees, &in.Whole, &in.Files} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return in, true
}

// addModules adds the main modules, and the go.mod files of those that they
// replace others with: they have a say in which versions are chosen.
func addModules(in *cache.Inputs, env goEnv) (ok bool) {
	if env.GOWORK == "" || env.GOWORK == "off" {
		in.Trees = append(in.Trees, filepath.Dir(env.GOMOD))
		return addReplaced(in, env.GOMOD)
	}
	data, err := os.ReadFile(env.GOWORK)
	if err != nil {
		return false
	}
	work, err := modfile.ParseWork(env.GOWORK, data, nil)
	if err != nil {
		return false
	}
	dir := filepath.Dir(env.GOWORK)
	in.Files = append(in.Files, env.GOWORK, env.GOWORK+".sum", filepath.Join(dir, ".apivet.yaml"), filepath.Join(dir, "vendor", "modules.txt"))
	addGoMods(in, dir, work.Replace)
	for _, use := range work.Use {
		module := absolute(dir, use.Path)
		in.Trees = append(in.Trees, module)
		if !addReplaced(in, filepath.Join(module, "go.mod")) {
			return false
		}
	}
	return true
}

func addReplaced(in *cache.Inputs, gomod string) (ok bool) {
	data, err := os.ReadFile(gomod)
	if err != nil {
		return false
	}
	f, err := modfile.ParseLax(gomod, data, nil)
	if err != nil {
		return false
	}
	addGoMods(in, filepath.Dir(gomod), f.Replace)
	return true
}

func addGoMods(in *cache.Inputs, dir string, list []*modfile.Replace) {
	for _, r := range list {
		if r.New.Version == "" { // a folder
			in.Files = append(in.Files, filepath.Join(absolute(dir, r.New.Path), "go.mod"))
		}
	}
}

func absolute(dir, name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}

// addEmbedded adds what a go:embed pattern may match, now or later.
func addEmbedded(in *cache.Inputs, dir, pattern string) {
	pattern = strings.TrimPrefix(pattern, "all:")
	for elem := range strings.SplitSeq(pattern, "/") {
		if strings.ContainsAny(elem, `*?[\`) {
			in.Whole = append(in.Whole, dir)
			return
		}
		dir = filepath.Join(dir, elem)
	}
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		in.Whole = append(in.Whole, dir)
		return
	}
	in.Files = append(in.Files, dir)
}

// isBelow reports whether a folder is in another, or is the same.
func isBelow(root, dir string) bool {
	rel, err := filepath.Rel(root, dir)
	return root != "" && err == nil && filepath.IsLocal(rel)
}

// reaches reports whether walking the tree from root, without hidden folders
// and links, comes to dir.
func reaches(root, dir string) bool {
	rel, err := filepath.Rel(root, dir)
	if err != nil || !filepath.IsLocal(rel) {
		return false
	}
	path := root
	for elem := range strings.SplitSeq(filepath.ToSlash(rel), "/") {
		if elem == "." {
			continue
		}
		path = filepath.Join(path, elem)
		info, err := os.Lstat(path)
		if err != nil || !info.IsDir() || elem[0] == '.' || elem[0] == '_' {
			return false
		}
	}
	return true
}

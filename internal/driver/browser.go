package driver

import (
	"context"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// browserGraph lists, for GOOS=js GOARCH=wasm, the matched packages that have
// files for that platform alone, or that build on no other. It returns nil when
// there are none. What is wanted of them is taken off the native graph where it
// cannot be built natively.
func browserGraph(ctx context.Context, cmd goCommand, env goEnv, patterns []string, native *graph) (*graph, error) {
	if env.GOOS == "js" {
		return nil, nil
	}
	files := browserFiles(cmd.tags, env.GOFLAGS)
	js := cmd.with("GOOS=js", "GOARCH=wasm")
	blocked := native.dependsOn(func(n *node) bool { return n.Error != nil && n.Error.otherPlatform() })

	var targets []string
	for _, n := range native.nodes {
		if n.wanted && len(n.files) > 0 && (blocked[n] || files.any(n.Dir, n.IgnoredGoFiles)) {
			targets = append(targets, n.path())
		}
	}
	if native.hidesPackages(env, cmd.dir, patterns, files) {
		list, err := js.matches(ctx, patterns)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			if n := native.byPath[p.ImportPath]; (n == nil || len(n.files) == 0) && files.any(p.Dir, p.GoFiles) {
				targets = append(targets, p.ImportPath)
			}
		}
	}
	if len(targets) == 0 {
		return nil, nil
	}
	if slices.Contains(targets, "command-line-arguments") {
		targets = patterns // files, not packages
	}
	// Few have the standard library built for this platform. Reading its
	// declarations takes two seconds, building it more than a minute.
	list, err := js.deps(ctx, false, targets)
	if err != nil {
		return nil, err
	}
	browser := newGraph(list)
	native.handOver(browser, blocked)
	return browser, nil
}

// handOver makes the browser graph answer for what only builds there, and adds
// to it what is wanted natively and part of a browser program too.
func (g *graph) handOver(browser *graph, blocked map[*node]bool) {
	stillBlocked := browser.dependsOn(func(n *node) bool { return n.Error != nil && n.Error.otherPlatform() })
	for _, b := range browser.nodes {
		n := g.byPath[b.ImportPath]
		if n == nil || !n.wanted {
			continue
		}
		b.wanted = true
		if (blocked[n] || len(n.files) == 0) && !stillBlocked[b] {
			n.wanted = false
			n.elsewhere = true
		}
	}
	for _, n := range g.nodes {
		if plain := g.byPath[n.path()]; plain != nil && plain.elsewhere {
			n.wanted, n.elsewhere = false, true // the same with its tests
		}
	}
}

// hidesPackages reports whether a pattern may match packages that go list does
// not show natively, or shows as an error only.
func (g *graph) hidesPackages(env goEnv, dir string, patterns []string, files browserContext) bool {
	listed := make(map[string]bool)
	for _, n := range g.nodes {
		if n.wanted && n.Error != nil && n.Error.otherPlatform() {
			return true
		}
		if n.Dir != "" && len(n.files) > 0 {
			listed[n.Dir] = true
		}
	}
	for _, root := range g.roots(env, dir, patterns) {
		if files.below(root, listed) {
			return true
		}
	}
	return false
}

// roots returns the folders below which a pattern with ... may match.
func (g *graph) roots(env goEnv, dir string, patterns []string) []string {
	var roots []string
	for _, p := range patterns {
		prefix, _, wild := strings.Cut(filepath.ToSlash(p), "...")
		if !wild {
			continue
		}
		if build.IsLocalImport(prefix) || filepath.IsAbs(prefix) {
			if !filepath.IsAbs(prefix) {
				prefix = filepath.Join(dir, prefix)
			}
			roots = append(roots, filepath.Clean(prefix))
			continue
		}
		for _, n := range g.nodes {
			if n.Module != nil && n.Module.Main {
				roots = append(roots, n.Module.Dir)
			}
		}
		if filepath.Base(env.GOMOD) == "go.mod" {
			roots = append(roots, filepath.Dir(env.GOMOD))
		}
	}
	slices.Sort(roots)
	return slices.Compact(roots)
}

// A browserContext tells which files are for GOOS=js GOARCH=wasm alone.
type browserContext struct {
	js     build.Context
	others []build.Context
}

// browserFiles returns the context for the build tags of a run: the value of
// -tags or, without it, those in GOFLAGS.
func browserFiles(tags, goflags string) browserContext {
	if tags == "" {
		for f := range strings.FieldsSeq(goflags) {
			f = strings.TrimLeft(f, "-")
			if v, ok := strings.CutPrefix(f, "tags="); ok {
				tags = v
			}
		}
	}
	base := build.Default
	base.BuildTags = strings.FieldsFunc(tags, func(r rune) bool { return r == ',' || r == ' ' })
	on := func(platform string, cgo bool) build.Context {
		c := base
		c.GOOS, c.GOARCH, _ = strings.Cut(platform, "/")
		c.CgoEnabled = cgo
		return c
	}
	bc := browserContext{js: on("js/wasm", false)}
	for platform := range strings.FieldsSeq(otherPlatforms) {
		bc.others = append(bc.others, on(platform, false), on(platform, true))
	}
	return bc
}

// otherPlatforms has every operating system and architecture once at least. A
// file for one of them too ("everything but Windows") is not for the browser.
const otherPlatforms = "linux/amd64 windows/amd64 darwin/arm64 linux/386 linux/arm linux/arm64 linux/loong64 " +
	"linux/mips linux/mips64 linux/ppc64le linux/riscv64 linux/s390x freebsd/amd64 netbsd/amd64 openbsd/amd64 " +
	"dragonfly/amd64 illumos/amd64 solaris/amd64 plan9/amd64 aix/ppc64 android/arm64 ios/arm64"

// any reports whether one of the files is for the browser alone.
func (c browserContext) any(dir string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return c.only(dir, name) })
}

// only reports whether the file is for the browser alone. Test files are not.
func (c browserContext) only(dir, name string) bool {
	if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
		return false
	}
	if ok, err := c.js.MatchFile(dir, name); !ok || err != nil {
		return false
	}
	for _, other := range c.others {
		if ok, _ := other.MatchFile(dir, name); ok {
			return false
		}
	}
	return true
}

// below reports whether a folder of the tree that is not listed has a file for
// the browser alone. It leaves out what ... leaves out.
func (c browserContext) below(root string, listed map[string]bool) bool {
	found := false
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // go list complains of it if it matters
		}
		dir, name := filepath.Split(path)
		dir = filepath.Clean(dir)
		if !d.IsDir() {
			if filepath.Ext(name) == ".go" && !listed[dir] && c.only(dir, name) {
				found = true
				return filepath.SkipAll
			}
			return nil
		}
		if path == root {
			return nil
		}
		if name[0] == '.' || name[0] == '_' || name == "testdata" || name == "vendor" || name == "node_modules" {
			return filepath.SkipDir
		}
		if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
			return filepath.SkipDir // another module
		}
		return nil
	})
	return found
}

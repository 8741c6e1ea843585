// Package driver is apivet's two doors: the vet tool that cmd/go runs once a
// package, and the in-process run that reads from source only what can matter.
package driver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/report"
)

// Options say what to analyse, and with what.
type Options struct {
	Dir       string   // the folder that patterns are relative to; "" is the current one
	Patterns  []string // as for go list; none is the package in Dir
	Tags      string   // build tags, as for go list
	Env       []string // in the form of os.Environ, which nil stands for
	Analyzers []*analysis.Analyzer
	Config    *config.File // the main module's, to check what it describes; nil is none

	progress *progress // may be nil
	stats    *runStats // to be filled in; nil for none
}

// Run analyses the packages that match the patterns, for the platform that the
// environment says, and for the browser those that have files for it. The error
// is for a run that could not start; what fails later is a Problem of the result.
func Run(ctx context.Context, o Options) (*report.Result, error) {
	r, _, err := run(ctx, o)
	return r, err
}

// run is [Run], and returns what cmd/go said too.
func run(ctx context.Context, o Options) (*report.Result, *listing, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, nil, err
	}
	cmd := goCommand{dir: dir, env: o.Env, tags: o.Tags}
	if cmd.env == nil {
		cmd.env = os.Environ()
	}
	patterns := o.Patterns
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	lap := o.stats.clock()
	o.progress.begin("listing packages", 0)
	env, err := cmd.environment(ctx)
	if err != nil {
		return nil, nil, err
	}
	withTests := cmd
	withTests.tests = o.Config != nil && o.Config.Tests != nil && *o.Config.Tests
	packages, err := withTests.deps(ctx, !cmd.cold(ctx), patterns)
	if err != nil {
		return nil, nil, env.explain(err)
	}
	native := newGraph(packages)
	if len(o.Patterns) == 0 && native.isEmptyFolder() {
		return nil, nil, fmt.Errorf("no Go files in %s; apivet ./... looks at the packages below it", dir)
	}
	browser, err := browserGraph(ctx, cmd, env, patterns, native)
	if err != nil {
		return nil, nil, err
	}
	unmatched, any := matches(patterns, native, browser)
	if !any {
		return nil, nil, env.explain(errors.New(unmatched[0].Text))
	}

	undescribed, err := missingPackages(ctx, cmd, native, o.Config)
	if err != nil {
		return nil, nil, err
	}
	lap("list")
	list := &listing{env: env, graphs: []*graph{native}}
	r := analyse(ctx, native, dir, env.GOOS, env.GOARCH, o)
	r.Problems = append(r.Problems, unmatched...)
	r.Problems = append(r.Problems, undescribed...)
	if browser != nil {
		list.graphs = append(list.graphs, browser)
		b := analyse(ctx, browser, dir, "js", "wasm", o)
		r.Findings = append(r.Findings, b.Findings...)
		for _, p := range b.Problems {
			p.Platform = "GOOS=js GOARCH=wasm"
			r.Problems = append(r.Problems, p)
		}
		r.Packages = append(r.Packages, b.Packages...)
		r.ignores = append(r.ignores, b.ignores...)
	}
	r.Findings = append(r.Findings, r.ignores.unused(o.Analyzers)...)
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	r.Findings = dropYielding(r.Findings)
	r.Normalise()
	if o.stats != nil {
		o.stats.packages = len(r.Packages)
	}
	return &r.Result, list, nil
}

// missingPackages returns a problem for each package that the configuration
// describes and that does not exist.
func missingPackages(ctx context.Context, cmd goCommand, g *graph, file *config.File) ([]report.Problem, error) {
	if file == nil {
		return nil, nil
	}
	var unseen []string
	for _, path := range file.Described() {
		if g.byPath[path] == nil {
			unseen = append(unseen, path)
		}
	}
	if len(unseen) == 0 {
		return nil, nil
	}
	list, err := cmd.matches(ctx, unseen)
	if err != nil {
		return nil, err
	}
	var problems []report.Problem
	for _, p := range list {
		if p.Error != nil && !p.Error.otherPlatform() {
			problems = append(problems, report.Problem{Text: relative(file.NoPackage(p.ImportPath), cmd.dir).Error()})
		}
	}
	return problems, nil
}

// explain says what is wrong where cmd/go leaves it to the reader.
func (e goEnv) explain(err error) error {
	if e.outsideModule() && strings.Contains(err.Error(), "go.mod file not found") ||
		e.outsideModule() && strings.Contains(err.Error(), "does not contain main module") {
		return errNoModule
	}
	return err
}

var errNoModule = errors.New("no go.mod in this folder or any above it: run apivet inside a module, or name its folder with -C")

// matches returns a problem for each pattern that matches no package on any
// platform, and whether another does. browser may be nil.
func matches(patterns []string, native, browser *graph) (unmatched []report.Problem, any bool) {
	reason := make(map[string]string)
	matched := make(map[string]bool)
	for _, g := range []*graph{native, browser} {
		if g == nil {
			continue
		}
		for _, n := range g.nodes {
			for _, m := range n.Match {
				if n.isPattern() {
					reason[m] = n.Error.text()
				} else {
					matched[m] = true
				}
			}
			any = any || n.wanted && !n.isPattern()
		}
	}
	for _, p := range patterns {
		listed := cleanPattern(p)
		why := reason[listed]
		switch {
		case matched[listed] || browser != nil && why == "":
			continue // the browser graph is not listed by pattern
		case why == "":
			why = "it matches no package"
		case !strings.ContainsAny(p, `./\`) && strings.Contains(why, " is not in std"):
			why = "there is no such package or command; apivet help lists the commands, and packages of a module begin with ./"
		}
		unmatched = append(unmatched, report.Problem{Text: p + ": " + strings.TrimPrefix(why, "pattern "+listed+": ")})
	}
	return unmatched, any
}

// cleanPattern returns a pattern in the spelling that cmd/go reports matches of.
func cleanPattern(p string) string {
	switch {
	case strings.HasSuffix(p, ".go"):
		return p // a file, which is matched as it is written
	case filepath.IsAbs(p):
		return filepath.Clean(p)
	}
	local := strings.HasPrefix(filepath.ToSlash(p), "./")
	p = path.Clean(filepath.ToSlash(p))
	if local && p != "." {
		p = "./" + p
	}
	return p
}

// isEmptyFolder reports whether there is nothing but a folder without Go files.
func (g *graph) isEmptyFolder() bool {
	return len(g.nodes) == 1 && g.nodes[0].Error != nil && strings.HasPrefix(g.nodes[0].Error.Err, "no Go files in ")
}

// isPattern reports whether the node is not a package but what go list shows
// for a pattern that it cannot expand or find.
func (n *node) isPattern() bool {
	return n.Dir == "" && n.Error != nil && !n.DepOnly
}

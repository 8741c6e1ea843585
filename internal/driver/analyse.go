package driver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/httpmodel"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/report"
	"github.com/apivet/apivet/internal/strictyaml"
)

// A partial is what a run has to say on one platform.
type partial struct {
	report.Result
	ignores ignoreUses
}

// analyse reads a graph of one platform and runs the analyzers on the packages
// that are wanted. dir is the folder that the graph was listed in.
//
// It sets flags of [config.Analyzer], so two must not run at a time.
func analyse(ctx context.Context, g *graph, dir, goos, goarch string, o Options) *partial {
	r := new(partial)
	browser := goos == "js"
	for name, value := range map[string]bool{"browser": browser, "suggested": true} {
		if err := config.Analyzer.Flags.Set(name, strconv.FormatBool(value)); err != nil {
			r.Problems = append(r.Problems, report.Problem{Text: err.Error()})
			return r
		}
	}
	// A secret may sit in any package that a browser loads.
	g.choose(library.Modelled, browser)
	lap := o.stats.clock()
	l := load(ctx, g, goarch, o.progress)
	lap("load")

	var roots []*packages.Package
	for _, n := range g.nodes {
		if n.isPattern() {
			continue
		}
		p := l.loaded[n] // nil for what has no files to read, and for unsafe
		var problems []report.Problem
		if p != nil {
			problems = p.problems
		}
		if !n.own() {
			// Nobody can do anything about a dependency that does not
			// type-check, and what matters of it its importers miss.
			if n.Error == nil || len(n.files) > 0 || n.Error.otherPlatform() || !g.importedByOwn(n) {
				continue
			}
		}
		problems = n.problems(problems, dir)
		r.Problems = append(r.Problems, problems...)
		if n.wanted && len(problems) == 0 && p != nil {
			roots = append(roots, p.Package)
			r.Packages = append(r.Packages, n.path())
		}
	}
	runAnalyzers(ctx, r, dir, o, roots, l.sums)
	lap("analyse")
	if o.stats != nil {
		o.stats.graph(g)
	}
	return r
}

// importedByOwn reports whether a package of the user imports n.
func (g *graph) importedByOwn(n *node) bool {
	for _, other := range g.nodes {
		if other.own() && other.imports[n.ImportPath] != nil {
			return true
		}
	}
	return false
}

// runAnalyzers adds the analyzers' findings in the roots, and their failures,
// to the result. It leaves early when the context ends.
func runAnalyzers(ctx context.Context, r *partial, dir string, o Options, roots []*packages.Package, sums map[string]string) {
	type answer struct {
		graph *checker.Graph
		err   error
	}
	analyzers := slices.Clone(o.Analyzers)
	if o.stats != nil {
		analyzers = append(analyzers, httpmodel.Analyzer) // a root's result is kept
	}
	if o.progress != nil {
		o.progress.begin("analysing packages", len(roots))
		analyzers = append(analyzers, o.progress.after(o.Analyzers))
	}
	done := make(chan answer, 1)
	go func() {
		graph, err := checker.Analyze(analyzers, roots, nil)
		done <- answer{graph, err}
	}()
	var a answer
	select {
	case a = <-done:
	case <-ctx.Done():
		return
	}
	if a.err != nil {
		r.Problems = append(r.Problems, report.Problem{Text: a.err.Error()})
		return
	}
	if o.stats != nil {
		o.stats.actions(a.graph)
	}
	for act := range a.graph.All() {
		// What depends on a failed action fails with it and has nothing to add.
		if act.Err != nil && !strings.HasPrefix(act.Err.Error(), "failed prerequisites: ") {
			r.Problems = append(r.Problems, failure(act, dir))
		}
		if !act.IsRoot {
			continue
		}
		for _, d := range act.Diagnostics {
			r.Findings = append(r.Findings, newFinding(act.Analyzer, act.Package, d, sums))
		}
		r.ignores = append(r.ignores, ignoresOf(act)...)
	}
}

// failure is the problem of an analyzer that could not do its work. Its words
// name the analyzer and the package. dir is the folder of the run.
func failure(act *checker.Action, dir string) report.Problem {
	var bad *strictyaml.Error
	if errors.As(act.Err, &bad) {
		return report.Problem{Text: bad.Relative(dir).Error()} // the same for each package
	}
	text := strings.TrimPrefix(act.Err.Error(), "apivet: ")
	if !strings.Contains(text, act.Package.PkgPath) {
		text = fmt.Sprintf("%s failed on package %s: %s", act.Analyzer.Name, act.Package.PkgPath, text)
	}
	return report.Problem{Text: text}
}

// Package driver is apivet's two doors: the vet tool that cmd/go runs once a
// package, and the in-process run that reads from source only what can matter.
package driver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/token"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

// Options say what to analyse, and with what.
type Options struct {
	Dir       string   // the folder that patterns are relative to; "" is the current one
	Patterns  []string // as for go list; none is the package in Dir
	Tags      string   // build tags, as for go list
	Env       []string // in the form of os.Environ, which nil stands for
	Analyzers []*analysis.Analyzer
}

// A Result is everything that a run has to say, in a fixed order.
type Result struct {
	Findings []Finding
	Problems []Problem // what could not be analysed; empty for a complete run
	Packages int       // matched by the patterns and analysed
}

// A Problem is a reason why something was not analysed.
type Problem struct {
	Package string         // import path or pattern, may be empty
	Pos     token.Position // not valid where there is no place
	Text    string

	followUp bool // says again what go list said of an import
}

// Run analyses the packages that match the patterns. The error is for a run
// that could not start; what fails later is a Problem.
func Run(ctx context.Context, o Options) (*Result, error) {
	g := goCommand{dir: o.Dir, env: o.Env, tags: o.Tags}
	if g.env == nil {
		g.env = os.Environ()
	}
	env, err := g.environment(ctx)
	if err != nil {
		return nil, err
	}
	list, err := g.deps(ctx, o.Patterns)
	if err != nil {
		return nil, explainListError(err, env)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s matched no packages", strings.Join(o.Patterns, " "))
	}
	r := analyse(ctx, list, env, o.Analyzers)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	r.sort()
	return r, nil
}

// errNoModule says what cmd/go says in several ways.
var errNoModule = errors.New("no go.mod in this folder or any above it: run apivet inside a module")

func explainListError(err error, env goEnv) error {
	if env.outsideModule() && strings.Contains(err.Error(), "go.mod file not found") {
		return errNoModule
	}
	return err
}

// analyse runs the analyzers for one platform.
func analyse(ctx context.Context, list []*listedPackage, env goEnv, analyzers []*analysis.Analyzer) *Result {
	r := new(Result)
	g := newGraph(list)
	g.choose(modelled, env.GOOS == "js")
	l := load(ctx, g, env.GOARCH)
	var roots []*packages.Package
	for _, n := range g.nodes {
		p := l.loaded[n]
		if p == nil || !n.matched && len(p.problems) == 0 {
			continue
		}
		r.Problems = append(r.Problems, p.problems...)
		if len(p.problems) == 0 {
			roots = append(roots, p.Package)
		}
	}
	r.Packages = len(roots)
	actions, err := checker.Analyze(analyzers, roots, nil)
	if err != nil {
		r.Problems = append(r.Problems, Problem{Text: err.Error()})
		return r
	}
	for act := range actions.All() {
		// What depends on a failed action fails with it and has nothing to add.
		if act.Err != nil && !strings.HasPrefix(act.Err.Error(), "failed prerequisites: ") {
			r.Problems = append(r.Problems, Problem{Package: act.Package.PkgPath, Text: act.Err.Error()})
		}
		if !act.IsRoot {
			continue
		}
		for _, d := range act.Diagnostics {
			r.Findings = append(r.Findings, newFinding(act.Analyzer, act.Package, d))
		}
	}
	return r
}

// sort orders the result and drops what it says twice.
func (r *Result) sort() {
	slices.SortFunc(r.Findings, compareFindings)
	r.Findings = slices.CompactFunc(r.Findings, func(a, b Finding) bool { return compareFindings(a, b) == 0 })
	slices.SortStableFunc(r.Problems, compareProblems)
	r.Problems = slices.CompactFunc(r.Problems, func(a, b Problem) bool { return compareProblems(a, b) == 0 })
}

func compareProblems(a, b Problem) int {
	return cmp.Or(
		comparePositions(a.Pos, b.Pos),
		cmp.Compare(a.Package, b.Package),
		cmp.Compare(a.Text, b.Text),
	)
}

package httpmodel_test

import (
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Facts are kept in caches that know nothing of configurations, so they are
// the same with every configuration; findings are not.
func TestFactsDoNotDependOnTheConfiguration(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/m\n\ngo 1.26\n")
	write(t, dir, "p.go", `package p

import "net/http"

type API interface{ Call(url string) (*http.Response, int) }

func Discard(resp *http.Response) {}

func Fetch(api API) (*http.Response, int) { return api.Call("/") }

func Get(url string) (*http.Response, error) {
	resp, err := http.Get(url)
	if err == nil && resp.StatusCode != 200 {
		Discard(resp)
		return nil, err
	}
	return resp, err
}
`)
	plainFacts, plainSends := run(t, dir)
	write(t, dir, ".apivet.yaml", `libraries:
  - packages: [example.com/m]
    functions:
      API.Call: {send: {method: GET, url: 0, client: recv, response: http}}
      Discard: {close: 0}
`)
	facts, sends := run(t, dir)
	if !slices.Equal(plainFacts, facts) || len(facts) == 0 {
		t.Errorf("facts are\n%q\nwith a configuration, and without\n%q", facts, plainFacts)
	}
	if plainSends != 1 || sends != 2 {
		t.Errorf("%d requests without a configuration, %d with it; want 1 and 2", plainSends, sends)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// run returns the facts of the package in a folder, and how many requests the
// model sees.
func run(t *testing.T, dir string) (facts []string, sends int) {
	t.Helper()
	mode := packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes |
		packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule
	pkgs, err := packages.Load(&packages.Config{Mode: mode, Dir: dir, Env: append(os.Environ(), "GOWORK=off")}, ".")
	if err != nil || packages.PrintErrors(pkgs) > 0 {
		t.Fatal(err)
	}
	// Of other packages only the declarations are at hand.
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		if p.TypesInfo == nil {
			p.TypesInfo, p.TypesSizes = new(types.Info), pkgs[0].TypesSizes
		}
	})
	graph, err := checker.Analyze([]*analysis.Analyzer{httpfacts.Analyzer, httpmodel.Analyzer}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Fatal(act.Err)
		}
		for _, f := range act.AllObjectFacts() {
			facts = append(facts, fmt.Sprintf("%s %+v", types.ObjectString(f.Object, nil), f.Fact))
			if ff, ok := f.Fact.(*httpfacts.FuncFact); ok {
				facts = append(facts, fmt.Sprintf("%+v %+v", ff.Send, ff.Helper))
			}
		}
		if m, ok := act.Result.(*httpmodel.Model); ok {
			sends = len(m.Sends())
		}
	}
	slices.Sort(facts)
	return facts, sends
}

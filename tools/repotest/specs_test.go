package repotest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/driver"
)

// Each check finds its own Bad, and no check finds anything in its Good.
// Both are packages of one GOPATH, so that they may import the stubs below
// testdata/src.
func TestExamples(t *testing.T) {
	gopath := t.TempDir()
	var patterns []string
	for _, s := range analyzers.Specs() {
		for kind, text := range map[string]string{"bad": s.Bad, "good": s.Good} {
			path := "examples-of/" + s.Name + "/" + kind
			dir := filepath.Join(gopath, "src", filepath.FromSlash(path))
			if err := os.MkdirAll(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			patterns = append(patterns, path)
		}
	}
	stubs := filepath.Join(root(t), "testdata")
	env := append(os.Environ(), "GO111MODULE=off", "GOFLAGS=", "GOPATH="+gopath+string(filepath.ListSeparator)+stubs)
	r := run(t, driver.Options{Dir: gopath, Patterns: patterns, Env: env, Analyzers: analyzers.All()})

	for _, s := range analyzers.Specs() {
		t.Run(s.Name, func(t *testing.T) {
			found := false
			for _, f := range r.Findings {
				switch f.Package {
				case "examples-of/" + s.Name + "/bad":
					found = found || f.Check == s.Name
				case "examples-of/" + s.Name + "/good":
					t.Errorf("%s reports Good, line %d: %s", f.Check, f.Pos.Line, f.Message)
				}
			}
			if !found {
				t.Errorf("%s does not report Bad:\n%s", s.Name, strings.TrimSpace(s.Bad))
			}
		})
	}
}

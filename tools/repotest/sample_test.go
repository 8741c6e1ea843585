package repotest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/driver"
	"github.com/apivet/apivet/internal/report"
)

// The sample has a mistake for each check. Each is found without notes, but for
// those of checks that report nothing else.
func TestSample(t *testing.T) {
	dir := filepath.Join(root(t), "sample")
	r := runNotes(t, driver.Options{Dir: dir, Patterns: []string{"./..."}, Analyzers: analyzers.All()}, "true")
	advice := make(map[string]bool)
	for _, s := range analyzers.Specs() {
		advice[s.Name] = s.Severity == check.Note
	}
	found := make(map[string]int)
	for _, f := range r.Findings {
		if advice[f.Check] || f.Severity != check.Note {
			found[f.Check]++
		}
	}
	// The way of the secret to the browser can be followed in SARIF.
	var sarif bytes.Buffer
	if err := report.Write(&sarif, "sarif", r, report.Options{Dir: dir, Root: dir, Specs: analyzers.Specs()}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(sarif.String(), `"codeFlows"`) || !strings.Contains(sarif.String(), `"web.main refers to fx.Rate"`) {
		t.Errorf("no code flow in %s", sarif.String())
	}
	for _, a := range analyzers.All() {
		if found[a.Name] != 1 {
			t.Errorf("%d findings of %s in the sample, want 1", found[a.Name], a.Name)
		}
	}
}

// go vet fails on the sample, and finds there what apivet finds. A vet tool
// that cmd/go does not understand would be silent.
func TestSampleByVet(t *testing.T) {
	dir := filepath.Join(root(t), "sample")
	tool := filepath.Join(t.TempDir(), "apivet.exe")
	build := exec.Command("go", "build", "-o", tool, "./cmd/apivet")
	build.Dir = root(t)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, platform := range []struct {
		patterns []string
		env      []string
	}{
		{[]string{"./cmd/...", "./internal/..."}, nil},
		{[]string{"./web"}, []string{"GOOS=js", "GOARCH=wasm"}},
	} {
		t.Run(strings.Join(platform.env, " "), func(t *testing.T) {
			env := append(os.Environ(), platform.env...)
			r := runNotes(t, driver.Options{Dir: dir, Patterns: platform.patterns, Env: env, Analyzers: analyzers.All()}, "false")
			var want []string
			for _, f := range r.Findings {
				want = append(want, fmt.Sprintf("%s:%d:%d: %s (%s)", filepath.Base(f.Pos.Filename), f.Pos.Line, f.Pos.Column, f.Message, f.Check))
			}
			got := vet(t, tool, dir, env, platform.patterns)
			slices.Sort(want)
			slices.Sort(got)
			if len(want) == 0 || !slices.Equal(got, want) {
				t.Errorf("go vet finds\n%s\napivet finds\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// vetLine matches a finding; the places that explain it come with a tab.
var vetLine = regexp.MustCompile(`^(?:\S*[/\\])?([^/\\\s]+\.go:\d+:\d+: [^\t].*)$`)

// vet runs go vet, wants it to fail, and returns the findings.
func vet(t *testing.T, tool, dir string, env, patterns []string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"vet", "-vettool=" + tool}, patterns...)...)
	cmd.Dir = dir
	cmd.Env = env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Run()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("go vet: %v, want exit status 1\n%s", err, stderr.String())
	}
	var list []string
	for line := range strings.SplitSeq(stderr.String(), "\n") {
		if m := vetLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			list = append(list, m[1])
		}
	}
	return list
}

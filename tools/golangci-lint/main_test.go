package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/driver"
)

const sample = "../../sample"

func TestMain(m *testing.M) {
	if os.Getenv("APIVET_TEST_GOLANGCI") != "" {
		main() // the test's program is golangci-lint too, so that it is linked once
		return
	}
	os.Exit(m.Run())
}

// The plugin finds in the sample what apivet finds there. golangci-lint sees
// one platform, so the page's program is left out.
func TestSample(t *testing.T) {
	if err := config.Analyzer.Flags.Set("notes", "false"); err != nil {
		t.Fatal(err)
	}
	patterns := []string{"./cmd/...", "./internal/..."}
	r, err := driver.Run(t.Context(), driver.Options{Dir: sample, Patterns: patterns, Analyzers: analyzers.All()})
	if err != nil || len(r.Problems) > 0 || len(r.Findings) == 0 {
		t.Fatalf("apivet: %v, problems %v, %d findings", err, r.Problems, len(r.Findings))
	}
	var want []string
	for _, f := range r.Findings {
		want = append(want, fmt.Sprintf("%s:%d:%d: %s: %s", filepath.Base(f.Pos.Filename), f.Pos.Line, f.Pos.Column, f.Check, f.Message))
	}
	got := golangci(t, patterns)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("golangci-lint finds\n%s\napivet finds\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// golangci runs golangci-lint with the example's configuration.
func golangci(t *testing.T, patterns []string) []string {
	t.Helper()
	conf, err := filepath.Abs("../../.golangci.example.yml")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"run", "--config", conf, "--output.json.path", "stdout", "--issues-exit-code", "3"}
	cmd := exec.Command(os.Args[0], append(args, patterns...)...)
	cmd.Dir = sample
	cmd.Env = append(os.Environ(), "APIVET_TEST_GOLANGCI=1", "GOLANGCI_LINT_CACHE="+t.TempDir())
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != 3 {
		t.Fatalf("golangci-lint: %v, want exit status 3\n%s%s", err, out, stderr.String())
	}
	var report struct {
		Issues []struct {
			Text string
			Pos  struct {
				Filename     string
				Line, Column int
			}
		}
	}
	if err := json.NewDecoder(strings.NewReader(string(out))).Decode(&report); err != nil {
		t.Fatalf("%v in the output of golangci-lint:\n%s", err, out)
	}
	var list []string
	for _, i := range report.Issues {
		list = append(list, fmt.Sprintf("%s:%d:%d: %s", filepath.Base(i.Pos.Filename), i.Pos.Line, i.Pos.Column, i.Text))
	}
	return list
}

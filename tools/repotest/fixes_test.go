package repotest

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/driver"
	"github.com/apivet/apivet/internal/report"
)

// Each check that has fixes shows them in testdata/src/<check>/fixes. What
// apivet -fix=all makes of a copy is what the golden files say, compiles, is
// formatted, and has the mended findings no more.
func TestFixes(t *testing.T) {
	stubs := filepath.Join(root(t), "testdata")
	for _, s := range analyzers.Specs() {
		from := filepath.Join(stubs, "src", s.Name, "fixes")
		golden, err := filepath.Glob(filepath.Join(from, "*.golden"))
		if err != nil {
			t.Fatal(err)
		}
		if (len(golden) > 0) != (len(s.Repairs) > 0) {
			t.Errorf("%s has %d golden files in %s, and %d Repairs in its Spec", s.Name, len(golden), from, len(s.Repairs))
		}
		if len(golden) == 0 {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			gopath := t.TempDir()
			dir := filepath.Join(gopath, "src", s.Name, "fixes")
			if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
			inGopath(t, gopath, stubs)
			before := run(t, driver.Options{Dir: dir, Patterns: []string{"."}, Analyzers: analyzers.All()})
			fixable := mendable(t, s, before)
			fix(t, dir, s.Name, len(fixable))
			after := run(t, driver.Options{Dir: dir, Patterns: []string{"."}, Analyzers: analyzers.All()})
			if again := mendable(t, s, after); len(again) > 0 {
				t.Errorf("%d of %d fixes did not mend their finding: %v", len(again), len(fixable), again)
			}
			if left, has := grave(before, s.Name), grave(after, ""); has > left {
				t.Errorf("%d findings above notes are left, want %d: a fix makes a new one", has, left)
			}
			for _, name := range golden {
				want, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				name = strings.TrimSuffix(filepath.Base(name), ".golden")
				got, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("%s is not %s.golden but\n%s", name, name, got)
				}
				if formatted, err := format.Source(got); err != nil || !bytes.Equal(formatted, got) {
					t.Errorf("%s is not formatted: %v", name, err)
				}
			}
		})
	}
}

// inGopath sets the environment of GOPATH mode.
func inGopath(t *testing.T, gopath ...string) {
	t.Setenv("GO111MODULE", "off")
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOPATH", strings.Join(gopath, string(filepath.ListSeparator)))
}

// mendable returns the places of a check's findings that have a fix, and wants
// each fix to be of a kind that the check documents.
func mendable(t *testing.T, s *check.Spec, r *report.Result) []string {
	t.Helper()
	var list []string
	for _, f := range r.Findings {
		if f.Check != s.Name || len(f.Fixes) == 0 {
			continue
		}
		list = append(list, f.Pos.String())
		for _, fix := range f.Fixes {
			if !slices.ContainsFunc(s.Repairs, func(r check.Repair) bool { return r.Safety == fix.Safety }) {
				t.Errorf("%s: a fix is %s, which is none of the Spec's Repairs", f.Pos, fix.Safety)
			}
		}
	}
	return list
}

// grave counts the findings that are no notes, without those that a check has a
// fix for. A body that is closed now, and unread, may be a note.
func grave(r *report.Result, mended string) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity != check.Note && !(f.Check == mended && len(f.Fixes) > 0) {
			n++
		}
	}
	return n
}

// fix runs apivet -fix=all for one check and wants it to mend so many findings.
func fix(t *testing.T, dir, name string, want int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c := driver.Catalogue{Specs: analyzers.Specs(), Analyzers: analyzers.All()}
	code := driver.Main(t.Context(), []string{"-C", dir, "-notes", "-checks", name, "-fix=all", "."}, c, &stdout, &stderr)
	if code > 1 || !strings.Contains(stderr.String(), fmt.Sprintf("fixed %d finding", want)) {
		t.Errorf("exit code %d, want %d fixed:\n%s", code, want, stderr.String())
	}
}

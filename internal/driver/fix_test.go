package driver

import (
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/report"
)

const unfixed = "package p\n\nvar a, b = 1, 2\n"

// source writes a file and returns its name and a maker of safe fixes that put
// text in the place of a part of it.
func source(t *testing.T) (name string, fix func(old, text string) report.Finding) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "p.go")
	if err := os.WriteFile(name, []byte(unfixed), 0o640); err != nil {
		t.Fatal(err)
	}
	at := func(offset int) token.Position { return token.Position{Filename: name, Offset: offset} }
	return name, func(old, text string) report.Finding {
		i := strings.Index(unfixed, old)
		edit := report.Edit{Pos: at(i), End: at(i + len(old)), NewText: text, Sum: sum([]byte(unfixed))}
		return report.Finding{Fixes: []report.Fix{{Safety: check.Safe, Edits: []report.Edit{edit}}}}
	}
}

func join(a, b report.Finding) report.Finding {
	edits := append(a.Fixes[0].Edits[:1:1], b.Fixes[0].Edits...)
	return report.Finding{Fixes: []report.Fix{{Safety: check.Safe, Edits: edits}}}
}

func TestPlanFixes(t *testing.T) {
	_, fix := source(t)
	insert := fix("\nvar", "\n// c\nvar")
	for _, test := range []struct {
		name           string
		findings       []report.Finding
		want           string
		fixed, overlap int
	}{
		{"apart", []report.Finding{fix("2", "4"), fix("1", "3")}, "package p\n\nvar a, b = 3, 4\n", 2, 0},
		{"the same twice", []report.Finding{fix("1", "3"), fix("1", "3")}, "package p\n\nvar a, b = 3, 2\n", 2, 0},
		{"over the same text", []report.Finding{fix("1", "3"), fix("1", "4")}, "package p\n\nvar a, b = 3, 2\n", 1, 1},
		{"inside another", []report.Finding{fix("1, 2", "3, 4"), fix("2", "5")}, "package p\n\nvar a, b = 3, 4\n", 1, 1},
		{"as a whole or not at all", []report.Finding{fix("1", "3"), join(fix("2", "4"), fix("1", "5"))}, "package p\n\nvar a, b = 3, 2\n", 1, 1},
		{"one line added by two fixes", []report.Finding{join(insert, fix("1", "3")), join(insert, fix("2", "4"))}, "package p\n\n// c\nvar a, b = 3, 4\n", 2, 0},
		{"text put where text is taken away", []report.Finding{fix("1, ", ""), fix("2", "3, 4")}, "package p\n\nvar a, b = 3, 4\n", 2, 0},
		{"formatted as before", []report.Finding{fix("1, 2", "3,  4")}, "package p\n\nvar a, b = 3, 4\n", 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			plan := planFixes(test.findings, false)
			if len(plan.problems) > 0 || len(plan.files) != 1 {
				t.Fatalf("problems %v, %d files", plan.problems, len(plan.files))
			}
			if got := string(plan.files[0].new); got != test.want || plan.fixed() != test.fixed || plan.overlap != test.overlap {
				t.Errorf("%d fixed, %d overlap, content %q, want %d, %d, %q", plan.fixed(), plan.overlap, got, test.fixed, test.overlap, test.want)
			}
		})
	}
}

func TestUnwantedFixes(t *testing.T) {
	_, fix := source(t)
	suggested, foreign, none := fix("1", "3"), fix("1", "3"), fix("1", "3")
	suggested.Fixes[0].Safety = check.Suggested
	foreign.Fixes[0].Edits[0].Sum = "" // a dependency's file
	none.Fixes[0].Edits = nil
	findings := []report.Finding{suggested, foreign, none, {}}
	if plan := planFixes(findings, false); len(plan.files)+len(plan.problems) > 0 {
		t.Errorf("something is fixed: %+v", plan)
	}
	if plan := planFixes(findings, true); plan.fixed() != 1 {
		t.Errorf("%d findings fixed, want the suggested one", plan.fixed())
	}
}

func TestFixesThatGiveNoGo(t *testing.T) {
	_, fix := source(t)
	plan := planFixes([]report.Finding{fix("1, 2", "1, ]")}, false)
	if len(plan.files) > 0 || len(plan.problems) != 1 || !strings.Contains(plan.problems[0].Text, "do not give Go source") {
		t.Errorf("files %v, problems %v", plan.files, plan.problems)
	}
}

// A file that somebody saves while apivet runs is theirs.
func TestChangedFile(t *testing.T) {
	name, fix := source(t)
	plan := planFixes([]report.Finding{fix("1", "3")}, false)
	changed := strings.Replace(unfixed, "2", "7", 1) // the size stays
	if err := os.WriteFile(name, []byte(changed), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := plan.files[0].write(); err == nil || !strings.Contains(err.Error(), "was changed") {
		t.Errorf("error %v", err)
	}
	late := planFixes([]report.Finding{fix("1", "3"), fix("2", "4")}, false)
	if len(late.files) > 0 || len(late.problems) != 1 || !strings.Contains(late.problems[0].Text, "was changed") {
		t.Errorf("files %v, problems %v", late.files, late.problems)
	}
	if data, err := os.ReadFile(name); err != nil || string(data) != changed {
		t.Errorf("%q, %v", data, err)
	}
}

func TestWriteFix(t *testing.T) {
	name, fix := source(t)
	link := filepath.Join(t.TempDir(), "link.go")
	if err := os.Symlink(name, link); err != nil {
		t.Skip(err)
	}
	finding := fix("1", "3")
	finding.Fixes[0].Edits[0].Pos.Filename = link
	plan := planFixes([]report.Finding{finding}, false)
	if err := plan.files[0].write(); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(name); err != nil || string(data) != "package p\n\nvar a, b = 3, 2\n" {
		t.Errorf("%q, %v", data, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info, err)
	}
	if list, err := os.ReadDir(filepath.Dir(name)); err != nil || len(list) != 1 {
		t.Errorf("left behind: %v, %v", list, err)
	}
	if err := plan.files[0].restore(); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(name); err != nil || string(data) != unfixed {
		t.Errorf("restored %q, %v", data, err)
	}
}

// Package repotest holds the tests that look at the repository as a whole: its
// documentation, its sample, the clients in testdata/vendors.
package repotest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/driver"
	"github.com/apivet/apivet/internal/report"
)

// root returns the repository's folder.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// run analyses with notes and wants everything to be analysed.
func run(t *testing.T, o driver.Options) *report.Result {
	t.Helper()
	return runNotes(t, o, "true")
}

func runNotes(t *testing.T, o driver.Options, notes string) *report.Result {
	t.Helper()
	if err := config.Analyzer.Flags.Set("notes", notes); err != nil {
		t.Fatal(err)
	}
	r, err := driver.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Problems {
		t.Errorf("not analysed: %s %s: %s", p.Package, p.Pos, p.Text)
	}
	for _, f := range r.Findings {
		if problem := badStyle(f); problem != "" {
			t.Errorf("%s: message %q %s", f.Check, f.Message, problem)
		}
	}
	return r
}

// badStyle says what is wrong with the form of a message, or nothing. A name
// from the line that it is about may come first.
func badStyle(f report.Finding) string {
	word, _, _ := strings.Cut(f.Message, " ")
	first, _ := utf8.DecodeRuneInString(word)
	switch {
	case unicode.IsUpper(first) && strings.ToUpper(word) != word && !strings.Contains(word, ".") && !strings.Contains(sourceLine(f), word):
		return "starts with a capital letter"
	case strings.HasSuffix(f.Message, "."):
		return "ends with a full stop"
	case strings.Contains(f.Message, "\n"):
		return "has more than one line"
	case utf8.RuneCountInString(f.Message) > 180:
		return "is longer than 180 characters"
	}
	return ""
}

func sourceLine(f report.Finding) string {
	data, err := os.ReadFile(f.Pos.Filename)
	if err != nil {
		return ""
	}
	lines := strings.Split(string(data), "\n")
	return lines[min(f.Pos.Line, len(lines))-1]
}

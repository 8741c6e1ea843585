package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/apivet/apivet/internal/check"
)

// Options say how to render a result.
type Options struct {
	Dir     string        // absolute; text and JSON name files relative to it
	Root    string        // absolute; SARIF and annotations name files relative to it
	Specs   []*check.Spec // of the checks that ran
	Version string        // of this program
	Color   bool          // with escape sequences, for a terminal; text only
}

// Formats are the names of the formats. The first is the default.
func Formats() []string { return []string{"text", "json", "sarif", "github"} }

// Write renders the result in the format of that name. What could not be
// analysed is part of JSON, SARIF and annotations; text has the findings only.
func Write(w io.Writer, format string, r *Result, o Options) error {
	switch format {
	case "text":
		return writeText(w, r, o)
	case "json":
		return writeJSON(w, r, o)
	case "sarif":
		return writeSARIF(w, r, o)
	case "github":
		return writeGitHub(w, r, o)
	}
	return fmt.Errorf("unknown format %q", format)
}

// TellsProblems reports whether a format has a place for what could not be
// analysed, so that a reader sees that there may be more.
func TellsProblems(format string) bool { return format != "text" }

// secrets returns the names of the checks whose findings point at credentials.
func (o Options) secrets() map[string]bool {
	set := make(map[string]bool)
	for _, s := range o.Specs {
		set[s.Name] = s.Secret
	}
	return set
}

// Summary is the last line of a run.
func Summary(r *Result) string {
	bySeverity := make(map[check.Severity]int)
	for _, f := range r.Findings {
		bySeverity[f.Severity]++
	}
	var parts []string
	for _, s := range []check.Severity{check.Error, check.Warning, check.Note} {
		if n := bySeverity[s]; n > 0 {
			parts = append(parts, Plural(n, string(s)))
		}
	}
	text := "no findings"
	if len(parts) > 0 {
		text = strings.Join(parts, ", ")
	}
	text += " in " + Plural(len(r.Packages), "package")
	if broken := r.Broken(); broken > 0 {
		text += fmt.Sprintf("; %s not analysed", Plural(broken, "package"))
	} else if len(r.Problems) > 0 {
		text += "; not everything could be analysed"
	}
	return text
}

// Broken counts the packages that were not analysed.
func (r *Result) Broken() int {
	paths := make(map[string]bool)
	for _, p := range r.Problems {
		if p.Package != "" {
			paths[p.Package] = true
		}
	}
	return len(paths)
}

// Plural is a number of things: "1 file", "2 files".
func Plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// message returns what the problem says, with its platform and, where nothing
// else tells it, its package.
func (p *Problem) message() string {
	text := maskedMessage(p.Text)
	if p.Platform != "" {
		text += " (" + p.Platform + ")"
	}
	if !p.Pos.IsValid() && p.Package != "" {
		text = p.Package + ": " + text
	}
	return text
}

// relative returns the name of a file relative to a folder, with slashes.
// inside says that the file is in it.
func relative(dir, name string) (rel string, inside bool) {
	if !filepath.IsAbs(name) {
		return filepath.ToSlash(name), true
	}
	rel, err := filepath.Rel(dir, name)
	if err != nil {
		return filepath.ToSlash(name), false // on another drive
	}
	return filepath.ToSlash(rel), filepath.IsLocal(rel)
}

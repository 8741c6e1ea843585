// Package report is what a run has to say, and the formats to say it in: text
// for people, JSON, SARIF and the annotations of GitHub Actions.
package report

import (
	"cmp"
	"go/token"
	"maps"
	"slices"

	"github.com/apivet/apivet/internal/check"
)

// A Result is everything that a run has to say, in a fixed order.
type Result struct {
	Findings []Finding
	Problems []Problem // what could not be analysed; empty for a complete run
	Packages []string  // import paths of those that match the patterns and were analysed
}

// A Finding is a diagnostic with its positions resolved.
type Finding struct {
	Check    string
	Severity check.Severity
	Pos, End token.Position // End is not valid for a finding without extent
	Message  string
	URL      string // the check's page
	Package  string // import path
	Function string // the declaration around it: F, T.Method, or a variable's name; "" where there is none
	Related  []Related
	Fixes    []Fix
}

// A Related is a place that explains a finding.
type Related struct {
	Pos     token.Position
	Message string
}

// A Fix is a change of source files that mends a finding.
type Fix struct {
	Message string
	Safety  check.Safety
	Edits   []Edit
}

// An Edit puts text in the place of what stands in a file.
type Edit struct {
	Pos, End token.Position // in the file as it is on disk: //line comments have no say
	NewText  string
	// Sum is the SHA-256 of the file that was analysed, in hexadecimal, or ""
	// for a file that is not the user's to edit.
	Sum string
}

// A Problem is a reason why something was not analysed.
type Problem struct {
	Package  string         // import path of the user's package that is not analysed, or ""
	Pos      token.Position // not valid where there is no place
	Text     string
	Platform string // GOOS=… GOARCH=… where it is not the user's own, else ""
	Implied  bool   // the problem of an import says it better; counted, not printed
}

// Normalise orders the result and drops what it says twice.
func (r *Result) Normalise() {
	slices.SortFunc(r.Findings, compareFindings)
	r.Findings = slices.CompactFunc(r.Findings, func(a, b Finding) bool { return compareFindings(a, b) == 0 })
	slices.SortStableFunc(r.Problems, compareProblems)
	r.Problems = slices.CompactFunc(r.Problems, func(a, b Problem) bool { return compareProblems(a, b) == 0 })
	set := make(map[string]bool)
	for _, p := range r.Packages {
		set[p] = true
	}
	r.Packages = slices.Sorted(maps.Keys(set))
}

// compareFindings orders by place, then check, then message.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		comparePositions(a.Pos, b.Pos),
		cmp.Compare(a.Check, b.Check),
		cmp.Compare(a.Message, b.Message),
	)
}

// compareProblems orders by place. The same words at the same place are one
// problem, on whatever platform.
func compareProblems(a, b Problem) int {
	return cmp.Or(
		comparePositions(a.Pos, b.Pos),
		cmp.Compare(a.Package, b.Package),
		cmp.Compare(a.Text, b.Text),
	)
}

func comparePositions(a, b token.Position) int {
	return cmp.Or(
		cmp.Compare(a.Filename, b.Filename),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column),
	)
}

// severityRank orders severities: the worse, the higher.
func severityRank(s check.Severity) int {
	return slices.Index([]check.Severity{check.Note, check.Warning, check.Error}, s)
}

// AtLeast returns how many findings are of a severity or worse.
func (r *Result) AtLeast(s check.Severity) int {
	n := 0
	for _, f := range r.Findings {
		if severityRank(f.Severity) >= severityRank(s) {
			n++
		}
	}
	return n
}

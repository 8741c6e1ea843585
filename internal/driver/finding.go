package driver

import (
	"cmp"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"

	"github.com/apivet/apivet/internal/check"
)

// A Finding is a diagnostic with its positions resolved.
type Finding struct {
	Check    string
	Severity check.Severity
	Pos, End token.Position // End is not valid for a finding without extent
	Message  string
	URL      string // the check's page
	Package  string // import path
	Related  []Related
	Fixes    []Fix
}

// A Related is a place that explains a finding.
type Related struct {
	Pos     token.Position
	Message string
}

// newFinding resolves a diagnostic. sums has the files that fixes may edit.
func newFinding(a *analysis.Analyzer, p *packages.Package, d analysis.Diagnostic, sums map[string]string) Finding {
	f := Finding{
		Check:    a.Name,
		Severity: severityOf(d),
		Pos:      p.Fset.Position(d.Pos),
		Message:  d.Message,
		URL:      d.URL,
		Package:  p.PkgPath,
		Fixes:    newFixes(p, d, sums),
	}
	if d.End.IsValid() {
		f.End = p.Fset.Position(d.End)
	}
	for _, rel := range d.Related {
		f.Related = append(f.Related, Related{p.Fset.Position(rel.Pos), rel.Message})
	}
	return f
}

// severityOf reads the severity that internal/check leaves in the category.
// Another analyzer's diagnostic is a warning.
func severityOf(d analysis.Diagnostic) check.Severity {
	switch s := check.Severity(d.Category); s {
	case check.Error, check.Note:
		return s
	}
	return check.Warning
}

// compareFindings orders by place, then check, then message.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		comparePositions(a.Pos, b.Pos),
		cmp.Compare(a.Check, b.Check),
		cmp.Compare(a.Message, b.Message),
	)
}

func comparePositions(a, b token.Position) int {
	return cmp.Or(
		cmp.Compare(a.Filename, b.Filename),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column),
	)
}

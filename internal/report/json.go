package report

import (
	"encoding/json"
	"go/token"
	"io"

	"github.com/apivet/apivet/internal/check"
)

// jsonVersion is the version of the format. It changes when a field is taken
// away or changes its meaning, not when one is added.
const jsonVersion = 1

// The JSON document, as docs/output.md describes it.
type (
	jsonReport struct {
		Version  int           `json:"version"`
		Tool     jsonTool      `json:"tool"`
		Complete bool          `json:"complete"`
		Findings []jsonFinding `json:"findings"`
		Problems []jsonProblem `json:"problems"`
		Packages []string      `json:"packages"`
	}
	jsonTool struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	jsonFinding struct {
		Check    string         `json:"check"`
		Severity check.Severity `json:"severity"`
		Message  string         `json:"message"`
		jsonPlace
		EndLine     int           `json:"endLine,omitempty"`
		EndColumn   int           `json:"endColumn,omitempty"`
		Package     string        `json:"package"`
		Function    string        `json:"function,omitempty"`
		Fingerprint string        `json:"fingerprint"`
		URL         string        `json:"url,omitempty"`
		Related     []jsonRelated `json:"related,omitempty"`
		Fixes       []jsonFix     `json:"fixes,omitempty"`
	}
	jsonPlace struct {
		File   string `json:"file,omitempty"`
		Line   int    `json:"line,omitempty"`
		Column int    `json:"column,omitempty"`
	}
	jsonRelated struct {
		jsonPlace
		Message string `json:"message"`
	}
	jsonFix struct {
		Message string       `json:"message"`
		Safety  check.Safety `json:"safety"`
		Edits   []jsonEdit   `json:"edits"`
	}
	jsonEdit struct {
		jsonPlace
		EndLine   int    `json:"endLine"`
		EndColumn int    `json:"endColumn"`
		NewText   string `json:"newText"`
	}
	jsonProblem struct {
		Package  string `json:"package,omitempty"`
		Platform string `json:"platform,omitempty"`
		jsonPlace
		Message string `json:"message"`
	}
)

func writeJSON(w io.Writer, r *Result, o Options) error {
	place := func(pos token.Position) jsonPlace {
		file, _ := relative(o.Dir, pos.Filename)
		return jsonPlace{file, pos.Line, pos.Column}
	}
	doc := jsonReport{
		Version:  jsonVersion,
		Tool:     jsonTool{"apivet", o.Version},
		Complete: len(r.Problems) == 0,
		Findings: []jsonFinding{},
		Problems: []jsonProblem{},
		Packages: append([]string{}, r.Packages...),
	}
	prints := fingerprints(r.Findings)
	secret := o.secrets()
	for i, f := range r.Findings {
		j := jsonFinding{
			Check: f.Check, Severity: f.Severity, Message: f.Message,
			jsonPlace: place(f.Pos), EndLine: f.End.Line, EndColumn: f.End.Column,
			Package: f.Package, Function: f.Function, Fingerprint: prints[i], URL: f.URL,
		}
		for _, rel := range f.Related {
			j.Related = append(j.Related, jsonRelated{place(rel.Pos), rel.Message})
		}
		for _, fix := range shownFixes(f, secret[f.Check]) {
			out := jsonFix{Message: fix.Message, Safety: fix.Safety}
			for _, e := range fix.Edits {
				out.Edits = append(out.Edits, jsonEdit{place(e.Pos), e.End.Line, e.End.Column, e.NewText})
			}
			j.Fixes = append(j.Fixes, out)
		}
		doc.Findings = append(doc.Findings, j)
	}
	for _, p := range r.Problems {
		if !p.Implied {
			doc.Problems = append(doc.Problems, jsonProblem{p.Package, p.Platform, place(p.Pos), maskedMessage(p.Text)})
		}
	}
	return encode(w, doc)
}

// WriteChecks writes the documentation of checks as JSON, as docs/output.md
// describes it.
func WriteChecks(w io.Writer, specs []*check.Spec) error {
	type source struct {
		Vendor string `json:"vendor"`
		Text   string `json:"text"`
		URL    string `json:"url,omitempty"`
	}
	type doc struct {
		Name       string           `json:"name"`
		Title      string           `json:"title"`
		Severity   check.Severity   `json:"severity"`
		Confidence check.Confidence `json:"confidence"`
		Since      string           `json:"since,omitempty"`
		Why        string           `json:"why,omitempty"`
		Fix        string           `json:"fix,omitempty"`
		Limits     string           `json:"limits,omitempty"`
		Bad        string           `json:"bad,omitempty"`
		Good       string           `json:"good,omitempty"`
		Sources    []source         `json:"sources,omitempty"`
		References []string         `json:"references,omitempty"`
		URL        string           `json:"url"`
	}
	list := struct {
		Version int   `json:"version"`
		Checks  []doc `json:"checks"`
	}{Version: jsonVersion, Checks: []doc{}}
	for _, s := range specs {
		d := doc{s.Name, s.Title, s.Severity, s.Confidence, s.Since, s.Why, s.Fix, s.Limits, s.Bad, s.Good, nil, s.References, s.URL()}
		for _, src := range s.Sources {
			d.Sources = append(d.Sources, source(src))
		}
		list.Checks = append(list.Checks, d)
	}
	return encode(w, list)
}

// encode writes indented JSON.
func encode(w io.Writer, doc any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

// shownFixes returns the fixes whose text may be shown: none that repeats what
// may be a secret. secret says that the finding points at a credential.
func shownFixes(f Finding, secret bool) []Fix {
	var list []Fix
fixes:
	for _, fix := range f.Fixes {
		for _, e := range fix.Edits {
			if string(masked([]byte(e.NewText), secret)) != e.NewText {
				continue fixes
			}
		}
		list = append(list, fix)
	}
	return list
}

package report

import (
	"fmt"
	"go/token"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/apivet/apivet/internal/check"
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sarifRoot   = "%SRCROOT%" // the name that GitHub resolves against the repository
	// fingerprintName is not the name that GitHub reads: its upload action
	// computes that one from the source, and warns where another value is given.
	fingerprintName = "apivet/v1"
)

// A sarifWriter turns a result into one SARIF run.
//
// GitHub shows neither related locations nor their messages, unless the message
// has links to them, and no Markdown in messages. It does show a rule's help
// as Markdown.
type sarifWriter struct {
	root   string
	source source
	rules  map[string]int // index by check
	path   map[string]bool
	secret map[string]bool
}

func writeSARIF(w io.Writer, r *Result, o Options) error {
	s := &sarifWriter{root: o.Root, rules: make(map[string]int), path: make(map[string]bool), secret: o.secrets()}
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "apivet", Version: o.Version, InformationURI: "https://github.com/apivet/apivet", Rules: []sarifRule{},
		}},
		Invocations: []sarifInvocation{{ExecutionSuccessful: len(r.Problems) == 0}},
		BaseIDs:     map[string]sarifBaseID{sarifRoot: {sarifText{Text: "The root of the repository."}}},
		ColumnKind:  "utf16CodeUnits",
		Results:     []sarifResult{},
	}
	for i, spec := range o.Specs {
		s.rules[spec.Name] = i
		s.path[spec.Name] = spec.Path
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, ruleOf(spec))
	}
	prints := fingerprints(r.Findings)
	for i, f := range r.Findings {
		run.Results = append(run.Results, s.result(f, prints[i]))
	}
	for _, p := range r.Problems {
		if !p.Implied {
			run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, s.notification(p))
		}
	}
	return encode(w, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

func sarifLevel(s check.Severity) string { return string(s) } // the same words

func ruleOf(spec *check.Spec) sarifRule {
	rule := sarifRule{
		ID:               spec.Name,
		ShortDescription: sarifText{Text: sentence(spec.Title)},
		Help:             sarifText{Text: Explain(spec), Markdown: Page(spec)},
		HelpURI:          spec.URL(),
		Configuration:    sarifConfig{sarifLevel(spec.Severity)},
		Properties:       sarifProperties{string(spec.Confidence), string(spec.Severity), []string{"http"}},
	}
	if spec.Why != "" {
		rule.FullDescription = &sarifText{Text: spec.Why}
	}
	if spec.Severity == check.Note {
		rule.Properties.Severity = "recommendation"
	}
	if spec.Secret {
		rule.Properties.Tags = append(rule.Properties.Tags, "security")
	}
	return rule
}

func (s *sarifWriter) result(f Finding, fingerprint string) sarifResult {
	res := sarifResult{
		RuleID:       f.Check,
		Level:        sarifLevel(f.Severity),
		Locations:    []sarifLocation{s.location(f.Pos, f.End, "")},
		Fingerprints: map[string]string{fingerprintName: fingerprint},
	}
	if i, ok := s.rules[f.Check]; ok {
		res.RuleIndex = &i
	}
	name := f.Package
	if f.Function != "" {
		name += "." + f.Function
	}
	res.Locations[0].Logical = []sarifLogicalLocation{{name}}
	var links []string
	var flow sarifThreadFlow
	for _, rel := range f.Related {
		if !rel.Pos.IsValid() {
			continue
		}
		loc := s.location(rel.Pos, token.Position{}, rel.Message)
		flow.Locations = append(flow.Locations, sarifStep{loc})
		loc.ID = len(res.Related) + 1
		res.Related = append(res.Related, loc)
		links = append(links, fmt.Sprintf("[%s](%d)", linkText.Replace(rel.Message), loc.ID))
	}
	res.Message.Text = f.Message
	if len(links) > 0 {
		res.Message.Text += " (" + strings.Join(links, ", ") + ")"
	}
	if s.path[f.Check] && len(links) > 0 {
		res.CodeFlows = []sarifCodeFlow{{[]sarifThreadFlow{flow}}}
	}
	for _, fix := range shownFixes(f, s.secret[f.Check]) {
		res.Fixes = append(res.Fixes, s.fix(fix))
	}
	return res
}

// linkText escapes what would end a link's text.
var linkText = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`)

func (s *sarifWriter) fix(fix Fix) sarifFix {
	out := sarifFix{Description: sarifText{Text: fix.Message}}
	for _, e := range fix.Edits {
		file := s.artifact(e.Pos.Filename)
		i := slices.IndexFunc(out.Changes, func(c sarifChange) bool { return c.Artifact == file })
		if i < 0 {
			i = len(out.Changes)
			out.Changes = append(out.Changes, sarifChange{Artifact: file})
		}
		out.Changes[i].Replacements = append(out.Changes[i].Replacements,
			sarifReplacement{s.region(e.Pos, e.End), sarifInsert{e.NewText}})
	}
	return out
}

func (s *sarifWriter) notification(p Problem) sarifNotification {
	n := sarifNotification{Level: "error", Message: sarifText{Text: p.message()}}
	if p.Pos.IsValid() {
		n.Locations = []sarifLocation{s.location(p.Pos, token.Position{}, "")}
	}
	return n
}

// location is a place with a message, which may be empty.
func (s *sarifWriter) location(pos, end token.Position, message string) sarifLocation {
	loc := sarifLocation{Physical: sarifPhysicalLocation{s.artifact(pos.Filename), s.region(pos, end)}}
	if message != "" {
		loc.Message = &sarifText{Text: message}
	}
	return loc
}

func (s *sarifWriter) region(pos, end token.Position) sarifRegion {
	r := sarifRegion{StartLine: pos.Line, StartColumn: s.source.utf16Column(pos)}
	if end.IsValid() {
		r.EndLine, r.EndColumn = end.Line, s.source.utf16Column(end)
	}
	return r
}

// artifact names a file: in the repository relative to its root.
func (s *sarifWriter) artifact(name string) sarifArtifact {
	file, inside := relative(s.root, name)
	if inside {
		return sarifArtifact{(&url.URL{Path: file}).String(), sarifRoot}
	}
	file, _ = relative("/", name)
	return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: path.Join("/", file)}).String()}
}

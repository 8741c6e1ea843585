package check

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/config"
)

// A Finding is one report of a check.
type Finding struct {
	Pos, End token.Pos // the smallest guilty expression; End may be NoPos
	Severity Severity  // empty means the Spec's
	Message  string    // consequence, evidence, way out; lower case, no final stop
	Related  []analysis.RelatedInformation
	Fixes    []Fix // the first is the one that is applied
}

// A Pass is one run of a check over one package.
type Pass struct {
	*analysis.Pass
	Spec   *Spec
	config *config.Config
	result *Result
	seen   map[string]bool
	half   half
}

// New returns the analyzer of a check. run is called once a package; requires
// are the analyzers whose results it reads through pass.ResultOf.
func New(spec *Spec, run func(*Pass) error, requires ...*analysis.Analyzer) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:     spec.Name,
		Doc:      spec.Title + "\n\n" + spec.Why,
		URL:      spec.URL(),
		Requires: append(slices.Clone(requires), config.Analyzer),

		ResultType: reflect.TypeFor[*Result](),
		Run: func(pass *analysis.Pass) (_ any, err error) {
			// A panic on somebody's code must name the check and the package,
			// and must not take the other checks' findings with it.
			defer func() {
				if r := recover(); r != nil {
					err = fmt.Errorf("apivet: internal error in check %s on package %s: %v\n%s", spec.Name, pass.Pkg.Path(), r, debug.Stack())
				}
			}()
			p := &Pass{Pass: pass, Spec: spec, config: pass.ResultOf[config.Analyzer].(*config.Config), seen: map[string]bool{}}
			if p.config.Err != nil {
				return nil, p.config.Err
			}
			if !p.config.Runs(spec.Name) {
				return new(Result), nil
			}
			p.result = p.findIgnores()
			return p.result, runHalves(p, run)
		},
	}
}

// Report passes a finding on unless the place or its severity is not asked for.
func (p *Pass) Report(f Finding) {
	if !f.Pos.IsValid() || p.SkipFile(f.Pos) {
		return
	}
	// First, so that a directive for a note is in use when notes are off.
	if p.ignored(f.Pos) {
		return
	}
	if f.Severity = SeverityIn(p.config, p.Spec, f.Severity); f.Severity == "" {
		return
	}
	// One cause, one finding: the same words at the same place say nothing new.
	key := fmt.Sprint(f.Pos, f.Message)
	if p.seen[key] {
		return
	}
	p.seen[key] = true
	msg := f.Message
	if p.config.Suffix {
		msg += " (" + p.Spec.Name + ")"
	}
	p.Pass.Report(analysis.Diagnostic{
		Pos: f.Pos, End: f.End,
		Category:       string(f.Severity),
		Message:        msg,
		URL:            p.Spec.URL(),
		Related:        distinct(f.Related),
		SuggestedFixes: p.suggestedFixes(f.Fixes),
	})
}

// distinct leaves out evidence that was given before: requests through one
// wrapper have one place.
func distinct(list []analysis.RelatedInformation) []analysis.RelatedInformation {
	var kept []analysis.RelatedInformation
	for _, r := range list {
		if !slices.ContainsFunc(kept, func(k analysis.RelatedInformation) bool { return k.Pos == r.Pos && k.Message == r.Message }) {
			kept = append(kept, r)
		}
	}
	return kept
}

// SeverityIn returns the severity of a check's finding under a configuration,
// or "" for one that is not wanted. own is the finding's own, if any.
func SeverityIn(c *config.Config, spec *Spec, own Severity) Severity {
	s := cmp.Or(Severity(c.SeverityOf(spec.Name)), own, spec.Severity)
	if s == Note && !c.Notes {
		return ""
	}
	return s
}

// Known returns the names of all checks, or nil where the driver does not tell.
func (p *Pass) Known() []string { return p.config.Known }

// SkipFile reports whether findings at pos are not wanted: test files and
// generated files unless they are asked for, packages below a folder of
// examples or test data, and what the configuration excludes.
func (p *Pass) SkipFile(pos token.Pos) bool {
	return p.half.leavesOut(p.Fset, pos) || p.unwanted(pos)
}

// unwanted is SkipFile for the package as a whole.
func (p *Pass) unwanted(pos token.Pos) bool {
	if skipPackage(p.Pass) || p.config.Excludes(p.Fset.Position(pos).Filename, p.Spec.Name) {
		return true
	}
	for _, f := range p.Files {
		if f.FileStart <= pos && pos <= f.FileEnd {
			test := strings.HasSuffix(p.Fset.File(f.FileStart).Name(), "_test.go")
			return test && !p.config.Tests() || isGenerated(p.Fset, f) && !p.config.Generated()
		}
	}
	return false
}

// skipPackage reports whether the package's path below its module has a folder
// of examples or test data. Folders above the module do not count.
func skipPackage(pass *analysis.Pass) bool {
	path := pass.Pkg.Path()
	if pass.Module != nil {
		path = strings.TrimPrefix(path, pass.Module.Path)
	}
	for elem := range strings.SplitSeq(path, "/") {
		switch elem {
		case "examples", "example", "_examples", "testdata":
			return true
		}
	}
	return false
}

// Explained reports whether a comment stands beside pos: somebody gave a
// reason for what stands there.
func (p *Pass) Explained(pos token.Pos) bool { return p.Comment(pos) != "" }

// Comment returns the text of the comment beside pos, on its line or directly
// above it, or "". What a function is for is no reason.
func (p *Pass) Comment(pos token.Pos) string {
	at := p.Fset.Position(pos)
	for _, f := range p.Files {
		if pos < f.FileStart || pos > f.FileEnd {
			continue
		}
		for _, group := range f.Comments {
			from, to := p.Fset.Position(group.Pos()).Line, p.Fset.Position(group.End()).Line
			if from <= at.Line && at.Line <= to+1 && !isDirective(group) && !isFuncDoc(f, group) {
				return group.Text()
			}
		}
	}
	return ""
}

// isFuncDoc reports whether a comment is the documentation of a function.
func isFuncDoc(f *ast.File, g *ast.CommentGroup) bool {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Doc == g {
			return true
		}
	}
	return false
}

// isDirective reports whether a comment speaks to tools only.
func isDirective(g *ast.CommentGroup) bool {
	return strings.TrimSpace(g.Text()) == "" || strings.HasPrefix(g.List[0].Text, "// want")
}

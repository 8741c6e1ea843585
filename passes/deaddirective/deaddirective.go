// Package deaddirective defines a check for comments that speak to apivet and
// have no effect.
package deaddirective

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/directive"
	"github.com/apivet/apivet/internal/httpmodel"
	"github.com/apivet/apivet/internal/suggest"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "deaddirective",
	Title:      "report comments for apivet that have no effect",
	Why:        "A comment that should suppress a finding, or tell which vendor a request goes to, does nothing when it has no reason, a name that does not exist, or stands where nothing reads it. The next reader believes it all the same. A suppression whose finding is long gone hides the next mistake on that line.",
	Severity:   check.Warning,
	Confidence: check.High,
	Fix:        "Write //apivet:ignore check[,check] reason on the line of the finding or the line above; //apivet:provider name above the package clause or in the documentation of a function or type; //apivet:webhook [name] in the documentation of a handler.",
	Limits:     "Suppressions that suppress nothing are reported by `apivet` alone, not by go vet and golangci-lint, which see one check or package at a time; and only for checks that ran. A name can be unknown because a newer version of apivet has it.",
	Precision:  "Exact: a directive is read here as it is read where it has its effect.",
	Since:      "v0.1.0",
	References: []string{"https://github.com/apivet/apivet/blob/main/docs/configuration.md"},
	Bad: `package p

import "net/http"

func status(url string) (int, error) {
	//apivet:ignore bodyleak
	resp, err := http.Get(url)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, nil
}
`,
	Good: `package p

import "net/http"

func status(url string) (int, error) {
	//apivet:ignore bodyleak,noretry,notimeout the program ends right after
	resp, err := http.Get(url)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, nil
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, f := range pass.Files {
		list := directive.All(f)
		if len(list) == 0 {
			continue
		}
		attached := directive.Attached(f)
		for _, d := range list {
			if problem := problemOf(pass, model, f, d, attached); problem != "" {
				pass.Report(check.Finding{Pos: d.Pos, End: d.End, Message: problem})
			}
		}
	}
	return nil
}

// problemOf says why a directive has no effect, or "".
func problemOf(pass *check.Pass, model *httpmodel.Model, f *ast.File, d directive.Directive, attached map[token.Pos]bool) string {
	switch {
	case !slices.Contains(directive.Verbs, d.Verb):
		return fmt.Sprintf("apivet:%s is no directive and does nothing%s", d.Verb, suggest.Hint(d.Verb, directive.Verbs))
	case d.Spaced:
		return fmt.Sprintf("a directive has no space before apivet:%s: this comment does nothing", d.Verb)
	case d.Verb == directive.Ignore:
		return ignoreProblem(pass, d)
	case !attached[d.Pos]:
		return fmt.Sprintf("apivet:%s does nothing here; it belongs %s", d.Verb, places[d.Verb])
	case d.Verb == directive.Webhook:
		if d.Pos < f.Package || !model.WebhookDirectives()[d.Pos] {
			return fmt.Sprintf("apivet:%s does nothing here; it belongs %s", d.Verb, places[d.Verb])
		}
		return nameProblem(d, model.Webhooks())
	case d.Text == "":
		return "apivet:provider names no provider and does nothing"
	}
	return nameProblem(d, model.Providers())
}

// places says where directives have an effect.
var places = map[string]string{
	directive.Provider: "above the package clause or in the documentation of a function or type",
	directive.Webhook:  "in the documentation of a handler",
}

func ignoreProblem(pass *check.Pass, d directive.Directive) string {
	names, reason := d.Checks()
	if len(names) == 0 {
		return "apivet:ignore names no check and suppresses nothing"
	}
	known := pass.Known()
	for _, name := range names {
		if len(known) > 0 && !slices.Contains(known, name) {
			return fmt.Sprintf("apivet:ignore names an unknown check, %q%s", name, suggest.Hint(name, known))
		}
	}
	if head, tail, _ := strings.Cut(d.Text, " "); strings.HasSuffix(head, ",") {
		next, _, _ := strings.Cut(strings.TrimSpace(tail), " ")
		return fmt.Sprintf("apivet:ignore names %s alone: what comes after the space is its reason; write %s%s", strings.Join(names, ","), head, next)
	}
	if reason == "" {
		return fmt.Sprintf("apivet:ignore %s has no reason and suppresses nothing; say why the finding does not matter", strings.Join(names, ","))
	}
	return ""
}

func nameProblem(d directive.Directive, known []string) string {
	if name := strings.ToLower(d.Text); name != "" && !slices.Contains(known, name) {
		return fmt.Sprintf("apivet:%s names an unknown vendor, %q%s", d.Verb, d.Text, suggest.Hint(name, known))
	}
	return ""
}

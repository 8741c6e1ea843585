// Package browsersecret defines a check for hard-coded credentials that end in
// what browsers load: a js/wasm program, an embedded file that a server hands
// out, a page made from a template.
package browsersecret

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:  "browsersecret",
	Title: "report hard-coded credentials in what browsers load",
	Why: "Everything that a browser loads can be read by whoever opens the page, constants of a js/wasm program included. " +
		"With a secret key they call the API in your name.",
	Severity:   check.Error,
	Confidence: check.High,
	Secret:     true,
	Path:       true,
	Fix: "Keep the credential on a server of yours and let the page call that, or use the kind of key that the vendor makes for browsers. " +
		"Revoke a key that was published.",
	Precision: "30 public repositories: no finding, so nothing is measured yet.",
	Limits: "A js/wasm program is looked at in builds for GOOS=js: apivet ./... makes one by itself, go vet needs GOOS=js GOARCH=wasm. " +
		"A program counts as one for browsers if it, its module, or a known framework uses syscall/js, and not if it runs on a server (Cloudflare Workers, Deno, Node). " +
		"A value is a credential by the shape that a vendor gives its keys, by its place in a URL, by a name like clientSecret if it looks random, " +
		"or because it ends in an Authorization header, a signer or the like. " +
		"Silent for publishable keys, test keys, placeholders, and code that main cannot reach. " +
		"In embedded folders, .go and .md files are not scanned: they show what keys look like. " +
		"Out of sight: values set by the linker (-ldflags -X), methods called through reflection, secrets put together at run time, binary files. " +
		"In other modules only shapes count.",
	Since: "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "API credentials must never be exposed to browsers."},
		{Vendor: "Stripe", Text: "In contrast to publishable keys, which are safe to include in webpages and apps, you must limit secret API keys to your server environment and protect them from exposure.", URL: "https://docs.stripe.com/keys-best-practices.md"},
	},
	Bad: `package p

import (
	"html/template"
	"net/http"
)

var page = template.Must(template.New("pay").Parse(` + "`<script>const stripe = Stripe({{.Key}})</script>`" + `))

const key = "sk_live_" + "9fK2mQ7xW4nB8vR1tY6z" // opens the whole account

func pay(w http.ResponseWriter, r *http.Request) {
	_ = page.Execute(w, map[string]string{"Key": key})
}
`,
	Good: `package p

import (
	"html/template"
	"net/http"
)

var page = template.Must(template.New("pay").Parse(` + "`<script>const stripe = Stripe({{.Key}})</script>`" + `))

const key = "pk_live_" + "9fK2mQ7xW4nB8vR1tY6z" // made for browsers

func pay(w http.ResponseWriter, r *http.Request) {
	_ = page.Execute(w, map[string]string{"Key": key})
}
`,
	References: []string{"https://cwe.mitre.org/data/definitions/798.html", "https://go.dev/wiki/WebAssembly"},
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, s := range model.BrowserSecrets() {
		pass.Report(check.Finding{
			Pos: s.Pos, End: s.End,
			Message: fmt.Sprintf("visitors can read %s in the wasm file (%s); call the API from a server", httpfacts.DescribeSecret(s.Kind, s.Hint, use(&s)), path(&s)),
			Related: steps(&s),
		})
	}
	for _, s := range model.ServedSecrets() {
		pass.Report(check.Finding{
			Pos: s.Pos, End: s.End,
			Message: served(s),
			Related: evidence(s),
		})
	}
	return nil
}

// use is what makes a value a credential that does not look like one.
func use(s *httpfacts.BrowserSecret) string {
	if s.Kind != "" {
		return ""
	}
	return s.Use
}

// path writes the way from main to the secret, without its middle if it is long.
func path(s *httpfacts.BrowserSecret) string {
	var names []string
	for _, step := range s.Path {
		if len(names) == 0 {
			names = append(names, s.DisplayKey(step.From))
		}
		names = append(names, s.DisplayKey(step.To))
	}
	if len(names) > 5 {
		names = append(append(names[:2:2], "…"), names[len(names)-2:]...)
	}
	return strings.Join(names, " → ")
}

// steps tells the whole way. Places in other packages have no position here
// and are told in words, at the place that leads to them.
func steps(s *httpfacts.BrowserSecret) []analysis.RelatedInformation {
	var related []analysis.RelatedInformation
	pos := s.Pos
	for _, step := range s.Path {
		text := fmt.Sprintf("%s refers to %s", s.DisplayKey(step.From), s.DisplayKey(step.To))
		if step.Pos.IsValid() {
			pos = step.Pos
		} else if step.At != "" {
			text += " at " + step.At
		}
		related = append(related, analysis.RelatedInformation{Pos: pos, Message: text})
	}
	if s.At != "" {
		related = append(related, analysis.RelatedInformation{Pos: pos, Message: "the value is at " + s.At})
	}
	return related
}

func served(s httpfacts.ServedSecret) string {
	if s.Page {
		return fmt.Sprintf("visitors can read %s in the page; keep it on the server or use a publishable key", httpfacts.DescribeSecret(s.Kind, s.Hint, s.File))
	}
	return fmt.Sprintf("visitors can read %s in %s:%d, which is served to them; keep it on the server", httpfacts.DescribeSecret(s.Kind, s.Hint, ""), s.File, s.Line)
}

// evidence tells where the value is, and how it gets to the visitor.
func evidence(s httpfacts.ServedSecret) []analysis.RelatedInformation {
	if !s.Page {
		return []analysis.RelatedInformation{
			{Pos: s.Var, Message: "holds the file " + s.File},
			{Pos: s.Var, Message: "the value is at " + s.At},
		}
	}
	related := []analysis.RelatedInformation{{Pos: s.Var, Message: "becomes part of a page here"}}
	if s.Const.IsValid() {
		related = append(related, analysis.RelatedInformation{Pos: s.Const, Message: s.File + " holds the value"})
	}
	return append(related, analysis.RelatedInformation{Pos: s.Pos, Message: "the value is at " + s.At})
}

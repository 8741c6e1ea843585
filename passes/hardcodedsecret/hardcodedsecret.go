// Package hardcodedsecret defines a check for credentials that stand in the
// source of a program.
package hardcodedsecret

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/httpmodel"
	"github.com/apivet/apivet/internal/provider"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "hardcodedsecret",
	Title:      "report credentials that stand in the source",
	Why:        "A credential in the source is in every clone, fork, image and binary, and stays in the history when the line is gone. It cannot be changed without a release, and is the same in tests and in production.",
	Severity:   check.Warning,
	Confidence: check.Medium,
	Secret:     true,
	YieldsTo:   "browsersecret",
	Precision:  "20 public repositories, every finding read: 2 wrong (passwords of a mock server), which are silent since.",
	Fix:        "Read it from the environment or a secret store when the program starts. Revoke the one that was committed: removing the line does not make it secret again.",
	Limits: "A constant is reported where it becomes a credential: a header, Basic authentication, an oauth2 secret, a key of a signer, a token that a library asks for. A name alone proves nothing. " +
		"Silent for publishable and test keys, placeholders, values whose comment says that they are no secret, constants of other modules, and values that packages without HTTP code keep in variables. " +
		"What browsers load is reported by browsersecret.",
	Since: "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Stripe", Text: "Never put secret API keys in source code", URL: "https://docs.stripe.com/keys-best-practices.md"},
	},
	Bad: `package p

import "net/http"

const apiKey = "k7Tq9wLm4zXc8vRb2nYd6sPf"

func authorize(req *http.Request) {
	req.Header.Set("Authorization", "Bearer "+apiKey)
}
`,
	Good: `package p

import "net/http"

// A client is given its key, which main reads from the environment.
type client struct{ apiKey string }

func (c *client) authorize(req *http.Request) {
	req.Header.Set("Authorization", "Bearer "+c.apiKey)
}
`,
	References: []string{"https://cwe.mitre.org/data/definitions/798.html"},
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, s := range model.HardcodedSecrets() {
		if provider.IsReason(pass.Comment(s.Pos)) {
			continue // somebody knows what they do
		}
		f := check.Finding{
			Pos: s.Pos, End: s.End,
			Message: fmt.Sprintf("everybody with the source or the program has %s; read it from the environment or a secret store, and revoke this one", httpfacts.DescribeSecret(s.Kind, s.Hint, s.Use)),
		}
		if s.Used != s.Pos {
			f.Related = append(f.Related, analysis.RelatedInformation{Pos: s.Used, Message: "it is used here as " + s.Use})
		} else if s.Name != "" {
			f.Related = append(f.Related, analysis.RelatedInformation{Pos: s.Pos, Message: fmt.Sprintf("%s is at %s", s.Name, s.At)})
		}
		pass.Report(f)
	}
	return nil
}

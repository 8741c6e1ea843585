// Package envmix defines a check for the credential of one environment that
// meets the host of another.
package envmix

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "envmix",
	Title:      "report credentials and hosts of two environments in one place",
	Why:        "A sandbox knows no credential of production, nor the other way round: every request is answered 401. Where it is only the address that is wrong, tests move real money, or production runs on test data.",
	Severity:   check.Error,
	Confidence: check.Medium,
	Fix:        "Choose the host and the credential together, by one switch.",
	Precision:  "No public repository is measured yet. Of ten programs with the mistake by somebody who had not seen the check five were found at first, and eight since; it is silent on ten without it.",
	Limits:     "Environments are known by a vendor's hosts and by words: production, prod and live; sandbox, staging, uat and test. Silent where host and credential are chosen at run time, and for vendors with one host for both.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Wrong environment — Using a sandbox token against the production endpoint or vice versa"},
	},
	Bad: `package p

import "net/http"

const (
	sandboxURL    = "https://api.sandbox.example.com"
	productionURL = "https://api.sandbox.example.com" // copied, and not changed
)

func get(client *http.Client, live bool) (*http.Response, error) {
	if live {
		return client.Get(productionURL)
	}
	return client.Get(sandboxURL)
}
`,
	Good: `package p

import "net/http"

const (
	sandboxURL    = "https://api.sandbox.example.com"
	productionURL = "https://api.example.com"
)

func get(client *http.Client, live bool) (*http.Response, error) {
	if live {
		return client.Get(productionURL)
	}
	return client.Get(sandboxURL)
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, m := range model.EnvironmentMixes() {
		f := check.Finding{Pos: m.Pos, Message: message(m)}
		if m.At.IsValid() {
			f.Related = []analysis.RelatedInformation{{Pos: m.At, Message: "its counterpart is here"}}
		}
		pass.Report(f)
	}
	return nil
}

func message(m httpmodel.EnvironmentMix) string {
	if m.Secret {
		return fmt.Sprintf("every request is refused: %s is a credential of %s, %s a host of %s; choose both by one switch", m.Name, m.Wants, m.Host, m.Has)
	}
	return fmt.Sprintf("what is meant for %s goes to %s: %s has the host %s; write that of %s", m.Wants, m.Has, m.Name, m.Host, m.Wants)
}

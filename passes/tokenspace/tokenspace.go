// Package tokenspace defines a check for credentials that are sent with the
// white space round them.
package tokenspace

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/edit"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "tokenspace",
	Title:      "report credentials that are sent with the white space round them",
	Why:        "Files, the output of commands and lines that are typed end in a newline. With it in a header net/http sends nothing at all: every request fails with \"invalid header field value\". In Basic credentials and in bodies the newline is sent and the server answers 401.",
	Severity:   check.Error,
	Confidence: check.Medium,
	Fix:        "Take the white space off where the credential is read: strings.TrimSpace(string(data)).",
	Repairs:    []check.Repair{{Safety: check.Safe, Text: "Puts strings.TrimSpace round the conversion of what was read to a string."}},
	Precision:  "20 public repositories, every finding read: 8 right, all notes on values of the environment.",
	Limits:     "Variables of the environment are notes. Silent for tokens that Kubernetes mounts, for files that the package writes itself, and where the text goes through anything but conversions and concatenation.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Whitespace in token — Ensure there are no leading/trailing spaces in the Authorization header value"},
		{Vendor: "IXON", Text: "There might be a space or an invalid character in it that causes the error, therefore it is recommended to generate the bearer token anew."},
	},
	Bad: `package p

import (
	"net/http"
	"os"
)

func get(client *http.Client, file string) (*http.Response, error) {
	key, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequest(http.MethodGet, "https://api.example.com/orders", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+string(key)) // and a newline
	return client.Do(req)
}
`,
	Good: `package p

import (
	"net/http"
	"os"
	"strings"
)

func get(client *http.Client, file string) (*http.Response, error) {
	key, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequest(http.MethodGet, "https://api.example.com/orders", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(key)))
	return client.Do(req)
}
`,
	References: []string{"https://pkg.go.dev/golang.org/x/net/http/httpguts#ValidHeaderFieldValue"},
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, r := range model.RawCredentials() {
		f := check.Finding{Pos: r.Pos, Message: message(r)}
		if r.From == "environment" {
			f.Severity = check.Note
		}
		if r.Use.Pos() != r.Pos {
			f.Related = []analysis.RelatedInformation{{Pos: r.Use.Pos(), Message: "it is sent as a credential here"}}
		}
		if r.Trim != nil {
			if edits, ok := edit.WrapConversion(pass.Pass, r.Pos, "strings", "TrimSpace"); ok {
				f.Fixes = []check.Fix{{Safety: check.Safe, Message: "take the white space off", Edits: edits}}
			}
		}
		pass.Report(f)
	}
	return nil
}

func message(r httpmodel.RawCredential) string {
	consequence := "every request is refused"
	if r.Use.Header != "" && r.Use.Scheme == "" && !r.Encoded {
		consequence = "net/http refuses to send a newline in " + r.Use.Header
	}
	switch {
	case r.From == "environment" && r.Name == "":
		return "a space or newline round this variable's value makes every request fail, and looks like a wrong key; use strings.TrimSpace"
	case r.From == "environment":
		return fmt.Sprintf("a space or newline round %s makes every request fail, and looks like a wrong key; use strings.TrimSpace", r.Name)
	case r.At != "":
		return fmt.Sprintf("%s: %s is read from a %s at %s and never trimmed; use strings.TrimSpace there", consequence, r.Name, source(r.From), r.At)
	}
	return fmt.Sprintf("%s, and what is read from a %s ends in one; use strings.TrimSpace", consequence, source(r.From))
}

func source(from string) string {
	switch from {
	case "command":
		return "command's output"
	case "line":
		return "line of input"
	case "stdin":
		return "pipe"
	}
	return from
}

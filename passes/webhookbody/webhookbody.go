// Package webhookbody defines a check for webhooks that read as much as anybody
// cares to send.
package webhookbody

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/edit"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "webhookbody",
	Title:      "report webhooks that read the body of a request without a limit",
	Why:        "A signature can be verified only when the body is read, so that everybody who knows the address decides how much memory that takes: a few requests of some gigabytes end the process. Content-Length is what the sender says; a chunked request has none.",
	Severity:   check.Warning,
	Confidence: check.High,
	Fix:        "Read through http.MaxBytesReader with more than the vendor's largest delivery (GitHub sends at most 25 MB, most others some kilobytes), and answer 413.",
	Repairs:    []check.Repair{{Safety: check.Safe, Text: "Puts http.MaxBytesReader around the body, with a limit of 25 MB, where the call that reads names the body."}},
	Precision:  "20 public repositories, every finding read: 2 right, 0 wrong.",
	Limits:     "Receivers of webhooks only. A limit that middleware of another package sets is not seen; one of the package's own counts for all of its handlers. Forms have a limit of 10 MB of their own, and so have Fiber and lambdas.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "GitHub", Text: "Payloads are capped at 25 MB.", URL: "https://docs.github.com/en/webhooks/webhook-events-and-payloads"},
	},
	References: []string{"https://pkg.go.dev/net/http#MaxBytesReader"},
	Bad: `package p

import (
	"io"
	"net/http"
)

type inbox interface {
	Put(signature string, body []byte) error
}

func webhook(in inbox) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "body", http.StatusBadRequest)
			return
		}
		if err := in.Put(r.Header.Get("X-Hub-Signature-256"), body); err != nil {
			http.Error(w, "later", http.StatusServiceUnavailable)
		}
	}
}
`,
	Good: `package p

import (
	"io"
	"net/http"
)

type inbox interface {
	Put(signature string, body []byte) error
}

func webhook(in inbox) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 25<<20))
		if err != nil {
			http.Error(w, "body", http.StatusRequestEntityTooLarge)
			return
		}
		if err := in.Put(r.Header.Get("X-Hub-Signature-256"), body); err != nil {
			http.Error(w, "later", http.StatusServiceUnavailable)
		}
	}
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, b := range model.UnlimitedBodies() {
		f := check.Finding{
			Pos:     b.Pos,
			Message: fmt.Sprintf("%s takes all that anybody sends to this webhook, and memory runs out: nothing limits the body; use http.MaxBytesReader", b.What),
		}
		if b.Hook.Pos.IsValid() && b.Hook.Pos != b.Pos {
			f.Related = []analysis.RelatedInformation{{Pos: b.Hook.Pos, Message: "a webhook by " + b.Hook.Why}}
		}
		if edits, ok := edit.LimitBody(pass.Pass, b.Body, b.Writer); ok {
			f.Fixes = []check.Fix{{Safety: check.Safe, Message: "limit the body", Edits: edits}}
		}
		pass.Report(f)
	}
	return nil
}

// Package notimeout defines a check for clients that can wait for an answer for
// ever.
package notimeout

import (
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/edit"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "notimeout",
	Title:      "report HTTP clients that can wait for an answer for ever",
	Why:        "A server that accepts the connection and says nothing more keeps the caller waiting for good: goroutines and connections pile up, and a job that runs in order never runs again.",
	Severity:   check.Warning,
	Confidence: check.High,
	Fix:        "Set Timeout on the client, or give each request a context with a deadline; where answers are streamed, set ResponseHeaderTimeout on the transport.",
	Repairs:    []check.Repair{{Safety: check.Suggested, Text: "Sets Timeout to 30 seconds in the client's literal, where that stands on one line; how long is right for the API is yours to say."}},
	Precision:  "26 public repositories, every finding read: 28 right, 0 wrong; 2 wrong ones of an earlier reading led to better questions.",
	Limits:     "Silent where a caller outside the package can give a deadline, for streamed answers, and for clients that somebody else makes; also where a comment stands beside the client or call, or on the line above: it may be the reason. A note in programs that make a few calls and end, and for clients that only others use.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "IXON", Text: "They return low-level errors, like socket or timeout exceptions. When intermittent problems occur, clients are usually left in a state where they don’t know whether or not the server received the request."},
	},
	References: []string{"https://pkg.go.dev/net/http#Client"},
	Bad: `package p

import (
	"io"
	"net/http"
)

type rates struct{ hc *http.Client }

func newRates() *rates { return &rates{hc: &http.Client{}} }

func (r *rates) load() ([]byte, error) {
	resp, err := r.hc.Post("https://api.example.com/v1/rates", "application/json", nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, io.ErrUnexpectedEOF
	}
	return io.ReadAll(resp.Body)
}
`,
	Good: `package p

import (
	"fmt"
	"io"
	"net/http"
	"time"
)

type rates struct{ hc *http.Client }

func newRates() *rates { return &rates{hc: &http.Client{Timeout: 30 * time.Second}} }

func (r *rates) load() ([]byte, error) {
	resp, err := r.hc.Post("https://api.example.com/v1/rates", "application/json", nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return nil, fmt.Errorf("rates: %s: %s", resp.Status, b)
	}
	return io.ReadAll(resp.Body)
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	severity := check.Warning
	if model.InCommand() {
		severity = check.Note // somebody waits and can stop it
	}
	for _, e := range model.EndlessClients() {
		if pass.SkipFile(e.Pos) || pass.Explained(e.Pos) {
			continue
		}
		f := check.Finding{Pos: e.Pos, Severity: severity}
		switch {
		case len(e.Sends) == 0:
			f.Severity = check.Note
			f.Message = "the client that others get here has no timeout: a call without a deadline waits for a silent server for ever; set Timeout"
		case e.How == httpmodel.EndlessDefault && e.Pos == e.Sends[0].Pos():
			// Each place stands for itself: one may be fine, and a new one is new.
			f.Message = "this is sent through the default client, without a timeout or deadline: a silent server is waited for for ever; use a client with a Timeout"
			pass.Report(f)
			continue
		case e.How == httpmodel.EndlessDefault:
			f.Message = "the default client has no timeout, and requests are sent through it without a deadline: a silent server is waited for for ever; use a client with a Timeout"
		default:
			f.Message = "this client has no timeout, and requests are sent through it without a deadline: a silent server is waited for for ever; set Timeout"
		}
		f.Related = sent(e.Sends)
		if e.How != httpmodel.EndlessDefault {
			f.Fixes = timeout(pass, e.Pos)
		}
		pass.Report(f)
	}
	return nil
}

// timeout sets one where the client is made.
func timeout(pass *check.Pass, pos token.Pos) []check.Fix {
	edits, ok := edit.Timeout(pass.Pass, pos)
	if !ok {
		return nil
	}
	return []check.Fix{{Safety: check.Suggested, Message: "set Timeout to 30 seconds", Edits: edits}}
}

// sent points at the requests that prove it.
func sent(list []*httpmodel.Send) []analysis.RelatedInformation {
	var related []analysis.RelatedInformation
	for _, s := range list {
		if len(related) < 8 {
			related = append(related, analysis.RelatedInformation{Pos: s.Pos(), Message: "this is sent without a deadline"})
		}
	}
	return related
}

// Package contextlost defines a check for requests that are made without the
// context at hand.
package contextlost

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/edit"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "contextlost",
	Title:      "report requests that are sent without the context that the function was given",
	Why:        "The caller's deadline and cancellation end at this function: the request goes on for a client that has left, a shutdown waits for it, and traces end here.",
	Severity:   check.Warning,
	Confidence: check.High,
	Fix:        "Make the request with http.NewRequestWithContext and the function's context, or give it one with WithContext.",
	Repairs:    []check.Repair{{Safety: check.Safe, Text: "Turns the constructor into the one that takes a context, and passes the function's, where that name is not shadowed."}},
	Precision:  "20 public repositories, every finding read: 1 right, none wrong.",
	Limits:     "Silent in goroutines, deferred work and functions that run later, where the request gets a context on its way, and for libraries whose requests know no contexts; also where a comment stands beside the call or on the line above: it may be the reason.",
	Since:      "v0.1.0",
	References: []string{"https://pkg.go.dev/net/http#NewRequestWithContext"},
	Bad: `package p

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

func rates(ctx context.Context, hc *http.Client) ([]byte, error) {
	req, err := http.NewRequest(http.MethodGet, "https://api.example.com/v1/rates", nil)
	if err != nil {
		return nil, err
	}
	resp, err := hc.Do(req)
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
	Good: `package p

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

func rates(ctx context.Context, hc *http.Client) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.example.com/v1/rates", nil)
	if err != nil {
		return nil, err
	}
	resp, err := hc.Do(req)
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
	for _, l := range model.LostContexts() {
		if pass.Explained(l.Pos) {
			continue // a comment says why
		}
		name := l.Param.Name()
		f := check.Finding{Pos: l.Pos, Related: []analysis.RelatedInformation{{Pos: l.Param.Pos(), Message: "the context is given here"}}}
		switch {
		case l.Returned:
			f.Severity = check.Note
			f.Message = fmt.Sprintf("the function never looks at %s: the request that it makes has no deadline and is not cancelled; use the constructor that takes a context", name)
		case l.Constructor:
			f.Message = fmt.Sprintf("this request is made without %s: it goes on after the caller has given up; use the constructor that takes a context", name)
			f.Related = append(f.Related, analysis.RelatedInformation{Pos: l.Sent, Message: "it is sent here"})
		default:
			f.Message = fmt.Sprintf("this is sent without %s: it goes on after the caller has given up; make the request with the context", name)
		}
		if l.Constructor {
			f.Fixes = withContext(pass, l)
		}
		pass.Report(f)
	}
	return nil
}

// withContext makes the request with the context.
func withContext(pass *check.Pass, l httpmodel.LostContext) []check.Fix {
	edits, ok := edit.WithContext(pass.Pass, l.Pos, l.Param.Object())
	if !ok {
		return nil
	}
	return []check.Fix{{Safety: check.Safe, Message: "make the request with " + l.Param.Name(), Edits: edits}}
}

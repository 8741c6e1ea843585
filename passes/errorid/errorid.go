// Package errorid defines a check for error answers whose identifier, which
// the vendor's support asks for, is lost.
package errorid

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "errorid",
	Title:      "report error answers whose correlation, trace or request ID reaches no error and no log",
	Why:        "The identifier names one occurrence of a problem, and it is the first thing that the vendor's support asks for. A program that drops it has to wait until the problem occurs again.",
	Severity:   check.Note,
	Confidence: check.High,
	Fix:        "Put the identifier into the error, or into the log line that is written beside it.",
	Precision:  "No real bug is known that it could be measured on. Its findings in the clients of testdata are right.",
	Limits:     "Only where the error is made of the decoded answer, with nothing of its raw text, and the field is out of reach of other packages. That a type has no place for the identifier is known for vendors with a profile only.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Basiq", Text: "correlationId: a unique identifier for this particular occurrence of the problem."},
	},
	Bad: `package p

import (
	"encoding/json"
	"fmt"
	"net/http"
)

type problem struct {
	Code    string ` + "`json:\"code\"`" + `
	Message string ` + "`json:\"message\"`" + `
	TraceID string ` + "`json:\"trace_id\"`" + `
}

func cancel(c *http.Client, id string) error {
	req, err := http.NewRequest(http.MethodDelete, "https://api.example.com/v1/orders/"+id, nil)
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 300 {
		return nil
	}
	var p problem
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
		return fmt.Errorf("cancel: %s: %w", resp.Status, err)
	}
	return fmt.Errorf("cancel: %s: %s", p.Code, p.Message) // which of today's many?
}
`,
	Good: `package p

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

type problem struct {
	Code    string ` + "`json:\"code\"`" + `
	Message string ` + "`json:\"message\"`" + `
	TraceID string ` + "`json:\"trace_id\"`" + `
}

func cancel(c *http.Client, id string) error {
	req, err := http.NewRequest(http.MethodDelete, "https://api.example.com/v1/orders/"+id, nil)
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 300 {
		_, err := io.Copy(io.Discard, resp.Body)
		return err
	}
	var p problem
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
		return fmt.Errorf("cancel: %s: %w", resp.Status, err)
	}
	return fmt.Errorf("cancel: %s: %s (trace %s)", p.Code, p.Message, p.TraceID)
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	if model.Empty() {
		return nil
	}
	for _, l := range model.LostIDs() {
		f := check.Finding{Pos: l.Pos, Severity: check.Note, Related: related(l)}
		switch {
		case l.Vendor != "":
			f.Message = fmt.Sprintf("the type of this error answer has no place for %s, which %s's support asks for; add it and put it into the error", l.Name, l.Vendor)
		case l.Kept != nil:
			f.Message = fmt.Sprintf("%s of the error answer is put into %s, which nothing reads: support will ask for it; put it into the error", l.Name, l.Kept.Name())
		default:
			f.Message = fmt.Sprintf("%s of the error answer is decoded and never read: support will ask for it; put it into the error", l.Name)
		}
		pass.Report(f)
	}
	return nil
}

func related(l httpmodel.LostID) []analysis.RelatedInformation {
	var list []analysis.RelatedInformation
	add := func(pos token.Pos, text string) {
		if pos.IsValid() && pos != l.Pos {
			list = append(list, analysis.RelatedInformation{Pos: pos, Message: text})
		}
	}
	if l.Field != nil {
		add(l.Field.Pos(), "it is decoded into this field")
	}
	for _, pos := range l.Errors {
		add(pos, "the error is made here")
	}
	return list
}

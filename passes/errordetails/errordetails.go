// Package errordetails defines a check for error answers whose details are
// dropped: a body that is never read, a list that is decoded and never looked
// at, a decode error that takes the place of the answer.
package errordetails

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "errordetails",
	Title:      "report error answers whose details never reach the error",
	Why:        "An API says in the body of a 4xx answer which field is wrong and why. A program that keeps only the status turns a one-line fix into a support case.",
	Severity:   check.Warning,
	Confidence: check.High,
	Fix:        "Read the body (with a limit) and put what it says into the error: the message, and each entry of its list of details.",
	Precision:  "30 public repositories, every finding read: 52 right, 0 wrong, 2 doubtful.",
	Limits:     "Only where the code deals in JSON or XML documents; a note where nothing is decoded or sent in the same function. A list that a type lacks is known for vendors with a profile only. Silent where the answer or its body is handed to the caller or to code that is not seen.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Check the details array in the error response — it specifies exactly which fields failed validation"},
		{Vendor: "IXON", Text: "The reason why a certain error occurs is added to the response data."},
		{Vendor: "Basiq", Text: "The error object will return the error as an array to indicate multiple errors (where present)."},
		{Vendor: "Flanks", Text: "The error message will provide information about which fields are missing"},
	},
	Bad: `package p

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

type payment struct {
	Amount   int
	Currency string
}

func pay(c *http.Client, p payment) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	resp, err := c.Post("https://api.example.com/v1/payments", "application/json", bytes.NewReader(b))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("payment failed: %s", resp.Status) // which field was wrong?
	}
	return nil
}
`,
	Good: `package p

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

type payment struct {
	Amount   int
	Currency string
}

func pay(c *http.Client, p payment) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	resp, err := c.Post("https://api.example.com/v1/payments", "application/json", bytes.NewReader(b))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	why, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("payment failed: %s: %s", resp.Status, why)
	}
	return nil
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
	for _, s := range model.Sends() {
		unread(pass, model, s)
		undecodable(pass, s)
	}
	for _, l := range model.DroppedLists() {
		if len(l.Decoded) > 0 {
			rel := related([]token.Pos{l.Field.Pos()}, "the list is decoded into this field")
			rel = append(rel, related(l.Decoded[1:], "it is decoded and dropped here too")...)
			pass.Report(check.Finding{
				Pos:     l.Decoded[0],
				Message: fmt.Sprintf("the list %s of the error answer is decoded here and never read: which fields are wrong is lost; put each entry into the error", l.Field.Name()),
				Related: rel,
			})
			continue
		}
		pass.Report(check.Finding{
			Pos:     model.ErrorText(l.Owner),
			Message: fmt.Sprintf("the error text leaves out %s: the answer's list of details is decoded and never read; name each entry in the error", l.Field.Name()),
			Related: []analysis.RelatedInformation{{Pos: l.Field.Pos(), Message: "the list is decoded into this field"}},
		})
	}
	for _, l := range model.MissingLists() {
		pass.Report(check.Finding{
			Pos:     l.Pos,
			Message: fmt.Sprintf("the list %s, in which %s says what is wrong, has no place in the type of this error answer and is lost; add it", l.Schema.List, l.Vendor),
			Related: related(l.Errors, "the error is made here"),
		})
	}
	for _, l := range model.PutAwayLists() {
		pass.Report(check.Finding{
			Pos:     l.Pos,
			Message: fmt.Sprintf("the list %s of the error answer is put into %s, which nothing reads: what is wrong is lost; put each entry into the error", l.List.Name(), l.Kept.Name()),
			Related: related([]token.Pos{l.List.Pos()}, "the list is decoded into this field"),
		})
	}
	for _, l := range model.OverwrittenLists() {
		pass.Report(check.Finding{
			Pos:     l.Pos,
			Message: fmt.Sprintf("each entry of %s takes the place of the one before: only the last detail of the error answer is left; join them", l.Field.Name()),
			Related: related([]token.Pos{l.Field.Pos()}, "the list of details"),
		})
	}
	for _, f := range model.FirstOnlyLists() {
		pass.Report(check.Finding{
			Pos:     f.Pos,
			Message: firstMessage(f),
			Related: []analysis.RelatedInformation{{Pos: f.Field.Pos(), Message: "the list of details"}},
		})
	}
	return nil
}

func related(places []token.Pos, message string) []analysis.RelatedInformation {
	var list []analysis.RelatedInformation
	for _, pos := range places {
		list = append(list, analysis.RelatedInformation{Pos: pos, Message: message})
	}
	return list
}

// unread reports an error that is made of the status alone.
func unread(pass *check.Pass, model *httpmodel.Model, s *httpmodel.Send) {
	if !model.PackageDocuments() && !s.Documents() {
		return // a download or a probe: nobody expects details
	}
	answer, end := s.ErrorBodyRead()
	if answer != httpmodel.No {
		return
	}
	severity := check.Note
	if s.Documents() {
		severity = check.Warning
	}
	pass.Report(check.Finding{
		Pos:      end.Pos,
		Severity: severity,
		Message:  fmt.Sprintf("an answer of status %s becomes an error without its body: what the API says is wrong is lost; read the body into the error", httpmodel.Words(end.Bad)),
		Related:  []analysis.RelatedInformation{{Pos: s.Pos(), Message: "the answer comes from this call"}},
	})
}

// undecodable reports an error answer that vanishes when it is not the
// document that the code expects.
func undecodable(pass *check.Pass, s *httpmodel.Send) {
	answer, end := s.UndecodableError()
	if answer != httpmodel.No {
		return
	}
	what := "its decode error takes the place of the status"
	if !end.Returns() {
		what = "the program panics"
	}
	pass.Report(check.Finding{
		Pos:     end.Decoded[len(end.Decoded)-1].Pos,
		Message: fmt.Sprintf("when an error answer is not the expected document (an HTML page of a proxy), %s; keep the status and the raw body in the error", what),
		Related: []analysis.RelatedInformation{{Pos: s.Pos(), Message: "the answer comes from this call"}},
	})
}

func firstMessage(f httpmodel.FirstOnly) string {
	if !f.Guarded {
		return fmt.Sprintf("only element 0 of %s is looked at, and an error answer with an empty list panics; go through the whole list", f.Field.Name())
	}
	return fmt.Sprintf("only element 0 of %s is looked at: the other details of the error answer are lost; go through the whole list", f.Field.Name())
}

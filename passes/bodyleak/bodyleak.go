// Package bodyleak defines a check for response bodies that are not closed on
// some path.
package bodyleak

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/edit"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "bodyleak",
	Title:      "report response bodies that are not closed on some path",
	Why:        "An open body keeps its connection, two goroutines and a file descriptor until the server gives up. Under load the process runs out of descriptors, and every call opens a new connection.",
	Severity:   check.Error,
	Confidence: check.High,
	Fix:        "Write defer resp.Body.Close() directly after the error check; in a loop close the body before the next round.",
	Repairs:    []check.Repair{{Safety: check.Safe, Text: "Writes defer resp.Body.Close() directly after the error check, where no path closes the body, gives it away or makes the call again; a defer that comes too late in the same block is moved there. Closes the answer of _, err := call() at once."}},
	Precision:  "26 public repositories, every finding read: 29 right, 0 wrong, 50 doubtful in two clients that drop answers which the API may always give without a body; dropped answers of DELETE are notes since.",
	Limits:     "A body that is passed to code whose source is not seen, stored or returned is somebody else's to close. HEAD requests have no body, and the answer of a DELETE seldom has one: where it is dropped, that is a note.",
	Since:      "v0.1.0",
	References: []string{"https://pkg.go.dev/net/http#Response"},
	Bad: `package p

import (
	"encoding/json"
	"fmt"
	"net/http"
)

func load(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com/v1/items")
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("items: %s", resp.Status) // the body stays open
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(v)
}
`,
	Good: `package p

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

func load(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com/v1/items")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return fmt.Errorf("items: %s: %s", resp.Status, why)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, s := range model.Sends() {
		if s.Method() == "HEAD" {
			continue // its answer has no body
		}
		closed, end := s.BodyClosed()
		if closed == httpmodel.No {
			f := check.Finding{Pos: s.Pos(), Message: message(end), Related: related(s, end)}
			if end.Drained() && !end.Returned {
				// Every path reads to the end, which gives the connection back.
				f.Severity = check.Note
				f.Message = "the response body of this call is never closed: only reading it to its end gives the connection back, a failed read leaks it; add defer resp.Body.Close()"
			}
			if s.DropsDeleted() {
				f.Severity = check.Note // mostly answered with 204
			}
			if s.LeavesOpen() {
				f.Related = append(f.Related, analysis.RelatedInformation{Pos: s.Pos(), Message: "the library is told not to read the answer: its raw body is the caller's to close"})
			}
			f.Fixes = fixes(pass, s)
			pass.Report(f)
			continue
		}
		if end, left := s.LeftOnError(); left {
			// Every caller may drop it: the wrapper is the one place to mend.
			origin := s.Innermost()
			rel := []analysis.RelatedInformation{{Pos: end.Pos, Message: "a caller returns here without closing it"}}
			for _, pos := range origin.ReturnedOpen() {
				rel = append(rel, analysis.RelatedInformation{Pos: pos, Message: "it is still open here"})
			}
			pass.Report(check.Finding{
				Pos:     origin.Pos(),
				Message: "the answer of this call is returned open together with an error, and callers drop it: the connection leaks; close the body before returning the error",
				Related: rel,
			})
		}
	}
	return nil
}

// fixes closes the body where that is right on every path: by a defer after the
// error check, or at once where nobody has the answer.
func fixes(pass *check.Pass, s *httpmodel.Send) []check.Fix {
	deferrable, closed := s.Deferrable()
	if !deferrable {
		return nil // somebody else may get the answer
	}
	if edits, ok := edit.CloseDiscarded(pass.Pass, s.Pos()); ok {
		return []check.Fix{{Safety: check.Safe, Message: "close the body that nobody reads", Edits: edits}}
	}
	answer, ok := edit.AnswerOf(pass.Pass, s.Pos())
	if !ok {
		return nil
	}
	edits, ok := answer.DeferClose(closed)
	if !ok {
		return nil
	}
	return []check.Fix{{Safety: check.Safe, Message: "defer closing the body after the error check", Edits: edits}}
}

func message(end httpmodel.Evidence) string {
	if end.Returned {
		if end.Closed() {
			return fmt.Sprintf("the answer of this call is returned with its body closed when it is %s: the caller cannot read it; return an error instead", httpmodel.Words(end.Bad))
		}
		return fmt.Sprintf("the response body of this call is not closed when the answer is %s: other paths of the function close it; close it on every path", httpmodel.Words(end.Bad))
	}
	if end.Repeats() && end.Deferred() {
		return "the response body of this call is closed only when the function returns: each round of the loop keeps a connection; close it at the end of the round"
	}
	when := ""
	switch {
	case end.Repeats():
		when = " before the call is made again"
	case end.Bad != httpmodel.AnyStatus:
		when = fmt.Sprintf(" when the answer is %s", httpmodel.Words(end.Bad))
	}
	return fmt.Sprintf("the response body of this call is not closed%s: its connection and goroutines leak; close it on every path", when)
}

func related(s *httpmodel.Send, end httpmodel.Evidence) []analysis.RelatedInformation {
	if !end.Pos.IsValid() || end.Pos == s.Pos() {
		return nil
	}
	text := "the path that leaves it open ends here"
	if end.Repeats() {
		text = "the call is repeated here with the body open"
	}
	return []analysis.RelatedInformation{{Pos: end.Pos, Message: text}}
}

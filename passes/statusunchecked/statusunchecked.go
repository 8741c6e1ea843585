// Package statusunchecked defines a check for answers that are used as a
// success although their status was not looked at, or not well enough.
package statusunchecked

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/edit"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "statusunchecked",
	Title:      "report answers used as a success although an error status passes",
	Why:        "An error answer has a body too. Decoded into the type of the good answer it gives empty values, and the program goes on as if the call had worked.",
	Severity:   check.Error,
	Confidence: check.High,
	Fix:        "Return an error for every status that is not the documented success before the body is used.",
	Repairs:    []check.Repair{{Safety: check.Suggested, Text: "Returns an error with the status and the start of the body for every status outside 200 to 299, after the error check and the deferred Close, where the function returns an error and looks at no status. Read which statuses are a success for the vendor."}},
	Precision:  "36 public repositories, every finding read: 15 right, 0 wrong; 1 wrong one, of an answer kept with its status, is silent since.",
	Limits:     "Silent where the status is handed to code that is not seen, where a hook or transport of the client may look at it, where the decoded value can tell of a failure by itself, and for wrappers that hand the answer to their caller.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Basiq", Text: "The Connect API uses conventional HTTP response codes to indicate the success or failure of an API request."},
	},
	Bad: `package p

import (
	"encoding/json"
	"net/http"
)

type account struct {
	Balance string
}

func load(c *http.Client) (*account, error) {
	resp, err := c.Get("https://api.example.com/v1/account")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var a account
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return nil, err
	}
	return &a, nil // a 500 gives an empty balance
}
`,
	Good: `package p

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

type account struct {
	Balance string
}

func load(c *http.Client) (*account, error) {
	resp, err := c.Get("https://api.example.com/v1/account")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return nil, fmt.Errorf("account: %s: %s", resp.Status, b)
	}
	var a account
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return nil, err
	}
	return &a, nil
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, s := range model.Sends() {
		checked, end := s.StatusChecked()
		if checked != httpmodel.No {
			continue
		}
		message := "an answer of status %s is taken for a success: its body is used like that of 200; return an error for it first"
		if end.Unused() {
			message = "a request that is refused with status %s is reported as done; return an error for it"
		}
		pass.Report(check.Finding{
			Pos:     s.Pos(),
			Message: fmt.Sprintf(message, httpmodel.Words(end.Bad)),
			Related: []analysis.RelatedInformation{{Pos: end.Pos, Message: "ends here as after a success"}},
			Fixes:   fixes(pass, s.Pos()),
		})
	}
	return nil
}

// fixes returns an error for what is no success. Which statuses are one the
// vendor says, so somebody has to read it.
func fixes(pass *check.Pass, pos token.Pos) []check.Fix {
	answer, ok := edit.AnswerOf(pass.Pass, pos)
	if !ok {
		return nil
	}
	edits, ok := answer.ReturnUnlessOK()
	if !ok {
		return nil
	}
	return []check.Fix{{Safety: check.Suggested, Message: "return an error for a status that is no success", Edits: edits}}
}

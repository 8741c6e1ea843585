// Package errortext defines a check for decisions on the wording of an API's
// errors.
package errortext

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "errortext",
	Title:      "report decisions on the wording of an API's error where a code or status tells it",
	Why:        "Vendors reword and translate their messages without notice, and a bank behind the vendor has words of its own. The branch is then never taken again, and nothing fails loudly.",
	Severity:   check.Warning,
	Confidence: check.High,
	Fix:        "Keep the status and the code of the answer in a typed error and compare those.",
	Precision:  "20 public repositories, every finding read: 3 right; 1 wrong one (words of a broken connection) is silent since.",
	Limits:     "Silent for the text of errors that are not an API's, for network errors, for words that the package itself puts into its errors, and where the status is compared as well and the answer has no code.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Basiq", Text: "Because each bank can return different authorization and consent messages, bank-returned errors are not maintained as a fixed error-code list."},
	},
	Bad: `package p

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

func remove(c *http.Client, id string) error {
	err := call(c, "https://api.example.com/v1/items/"+id)
	if err != nil && strings.Contains(err.Error(), "no such item") {
		return nil // it is gone already
	}
	return err
}

func call(c *http.Client, url string) error {
	req, err := http.NewRequest(http.MethodDelete, url, nil)
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("delete: %s: %s", resp.Status, b)
	}
	return nil
}
`,
	Good: `package p

import (
	"errors"
	"fmt"
	"io"
	"net/http"
)

type refused struct {
	status int
	text   string
}

func (r *refused) Error() string { return fmt.Sprintf("delete: %d: %s", r.status, r.text) }

func remove(c *http.Client, id string) error {
	err := call(c, "https://api.example.com/v1/items/"+id)
	var r *refused
	if errors.As(err, &r) && r.status == http.StatusNotFound {
		return nil // it is gone already
	}
	return err
}

func call(c *http.Client, url string) error {
	req, err := http.NewRequest(http.MethodDelete, url, nil)
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return &refused{resp.StatusCode, string(b)}
	}
	return nil
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, b := range model.TextBranches() {
		f := check.Finding{Pos: b.Pos}
		switch {
		case b.Field == nil:
			f.Message = "this decides by the wording of an API's error, which may change any day: the branch is then never taken; compare the status or code of the answer"
			f.Related = []analysis.RelatedInformation{{Pos: b.From, Message: "the error comes from this call"}}
		case b.Code != nil:
			f.Message = fmt.Sprintf("this decides by the wording of %s, which the vendor may change any day: the branch is then never taken; compare %s", b.Field.Name(), b.Code.Name())
			f.Related = []analysis.RelatedInformation{{Pos: b.Code.Pos(), Message: "the answer says it in a code"}}
		default:
			f.Message = fmt.Sprintf("this decides by the wording of %s, which the vendor may change any day: the branch is then never taken; compare the status", b.Field.Name())
		}
		if b.Code != nil && b.Code.Pkg() != pass.Pkg {
			f.Related = nil // in a file of another package
		}
		pass.Report(f)
	}
	return nil
}

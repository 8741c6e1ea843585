// Package errorcodes defines a check for decisions on a vendor's error codes.
package errorcodes

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
	"github.com/apivet/apivet/internal/provider"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "errorcodes",
	Title:      "report decisions on a vendor's error codes that mix up what the codes ask for, or have no default",
	Why:        "One code asks to wait, another to ask the user, a third to mend the request. Who sends them all again fails each time and may lock the user out at the bank; who tells the user of all of them sends him to mend what is no fault of his. A code that is new, and an answer that has none (often 401 and 500), are lost where there is no default.",
	Severity:   check.Warning,
	Confidence: check.High,
	Fix:        "Give the codes that ask for different things branches of their own, and a default that returns the error.",
	Precision:  "Not measured on public code yet. In three clients written for testing, every finding read: 3 right, 0 wrong.",
	Limits:     "Knows the codes of the vendors that have a profile with `codes`, in packages that talk to them by a constant host, a header of theirs, `//apivet:provider` or the configuration. Follows switches, chains of ifs and look-ups in tables; a nil error, an empty text or a zero that they end in counts where the function got the code itself, or all of its callers in the package drop it. Silent where a branch hands the error on, where the values may name what the codes have in common, and where a caller may deal with the codes that are missing.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Flanks", Text: "Wait until the data you are asking for has been retrieved.", URL: "https://docs.flanks.io/troubleshooting-the-api"},
		{Vendor: "Flanks", Text: "You need to ask your user to the 2FA in order to finish the connection of credentials.", URL: "https://docs.flanks.io/troubleshooting-the-api"},
		{Vendor: "Basiq", Text: "code identifies the error category."},
	},
	Bad: `package p

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

type refused struct {
	Status int
	Code   int    ` + "`" + `json:"error_code"` + "`" + `
	Text   string ` + "`" + `json:"error"` + "`" + `
}

func (r *refused) Error() string { return fmt.Sprintf("flanks: %d: %d: %s", r.Status, r.Code, r.Text) }

// again reports whether a call may end better later.
func (r *refused) retryable() bool {
	switch r.Code {
	case 20002, 50001, 50002:
		return true
	}
	return false
}

func accounts(c *http.Client, body string) (json.RawMessage, error) {
	resp, err := c.Post("https://api.flanks.io/v0/bank/credentials/account", "application/json", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		r := &refused{Status: resp.StatusCode}
		if err := json.NewDecoder(resp.Body).Decode(r); err != nil {
			return nil, fmt.Errorf("flanks: status %d: %w", resp.StatusCode, err)
		}
		return nil, r
	}
	var list json.RawMessage
	err = json.NewDecoder(resp.Body).Decode(&list)
	return list, err
}
`,
	Good: `package p

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

type refused struct {
	Status int
	Code   int    ` + "`" + `json:"error_code"` + "`" + `
	Text   string ` + "`" + `json:"error"` + "`" + `
}

func (r *refused) Error() string { return fmt.Sprintf("flanks: %d: %d: %s", r.Status, r.Code, r.Text) }

// again reports whether a call may end better later.
func (r *refused) retryable() bool {
	switch r.Code {
	case 20002, 50001:
		return true
	case 50002: // the password is wrong: the user has to correct it
		return false
	default:
		return r.Status >= 500
	}
}

func accounts(c *http.Client, body string) (json.RawMessage, error) {
	resp, err := c.Post("https://api.flanks.io/v0/bank/credentials/account", "application/json", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		r := &refused{Status: resp.StatusCode}
		if err := json.NewDecoder(resp.Body).Decode(r); err != nil {
			return nil, fmt.Errorf("flanks: status %d: %w", resp.StatusCode, err)
		}
		return nil, r
	}
	var list json.RawMessage
	err = json.NewDecoder(resp.Body).Decode(&list)
	return list, err
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, f := range model.CodeFaults() {
		finding := check.Finding{Pos: f.Pos, Message: message(f)}
		if f.Like != "" {
			finding.Related = []analysis.RelatedInformation{{Pos: f.LikePos, Message: fmt.Sprintf("%s, which asks %s", f.Like, ask(f.LikeAsks))}}
		}
		pass.Report(finding)
	}
	return nil
}

func message(f httpmodel.CodeFault) string {
	missing, remedy := "a code that is not listed, or an answer without one,", "add a default"
	if f.Table {
		missing, remedy = "a code that is not in the table, or an answer without one,", "ask first whether it is there"
	}
	switch f.Falls {
	case httpmodel.FallsEmpty:
		return fmt.Sprintf("%s ends as an empty text here: nobody learns what to do; %s", missing, remedy)
	case httpmodel.FallsNil:
		return fmt.Sprintf("%s ends as a nil error here: the failure is lost; %s, and return it", missing, remedy)
	case httpmodel.FallsAgain:
		return fmt.Sprintf("every code that is not listed is tried again here, also where %s says that it does not help; add a default that returns the error", f.Vendor)
	case httpmodel.FallsSilent:
		return fmt.Sprintf("%s is dropped here: nothing is done and nobody is told; %s", missing, remedy)
	case httpmodel.FallsZero:
		return fmt.Sprintf("%s ends as %s here, for which no caller does anything: the failure is lost; %s", missing, f.Zero, remedy)
	case httpmodel.FallsFine:
		return fmt.Sprintf("a code that is not listed ends as %s here: a refusal is taken for a success; add a default for what is not 0", f.Zero)
	case httpmodel.FallsNilFunc:
		return fmt.Sprintf("%s calls a nil function here: it panics; %s", missing, remedy)
	}
	switch {
	case f.As == httpmodel.CodeAgain && f.Like != "":
		return fmt.Sprintf("code %s is tried again like %s, but %s asks %s: every attempt fails; give it a branch of its own", f.Code, f.Like, f.Vendor, ask(f.Asks))
	case f.As == httpmodel.CodeAgain:
		return fmt.Sprintf("code %s is tried again, but %s asks %s: every attempt fails; return the error", f.Code, f.Vendor, ask(f.Asks))
	case f.As == httpmodel.CodeUser:
		return fmt.Sprintf("the user is asked about code %s, but %s asks %s: nothing that he does helps; give it a branch of its own", f.Code, f.Vendor, ask(f.Asks))
	case f.As == httpmodel.CodeFixed:
		return fmt.Sprintf("code %s is given up like %s, but %s asks %s: what would work later never does; give it a branch of its own", f.Code, f.Like, f.Vendor, ask(f.Asks))
	}
	return fmt.Sprintf("codes %s and %s end alike, but %s asks %s for the one and %s for the other; give each a branch", f.Code, f.Like, f.Vendor, ask(f.Asks), ask(f.LikeAsks))
}

// ask says what a vendor asks for.
func ask(r provider.Remedy) string {
	switch r {
	case provider.Wait:
		return "to wait"
	case provider.Retry:
		return "to try later"
	case provider.User:
		return "to involve the user"
	case provider.Mend:
		return "to mend the request"
	default:
		return "to give up"
	}
}

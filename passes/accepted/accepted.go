// Package accepted defines a check for answers of success that are taken for
// something else: 202 for work that is done, or for a failure.
package accepted

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "accepted",
	Title:      "report 202 taken for work that is done, and successes taken for failures",
	Why:        "With 202 a service says that it will do the work: who goes on as after 200 reads old data or a token that does not work yet. And a program that takes one status alone for a success fails on the day when the server answers with another one, although all went well.",
	Severity:   check.Warning,
	Confidence: check.Medium,
	Fix:        "Look whether the status is 202, and wait for the job that the answer names; take every 2xx for a success of a message whose receiver is not known.",
	Limits:     "That an operation answers 202 is known for some of the vendors' operations only. Which successes an API gives is not known either: the rule about one status is for webhooks and other addresses that somebody else gives.",
	Precision:  "On eight public repositories, most of them clients of APIs, it had one finding, which was wrong: a webhook of a vendor in that vendor's own client, which is left out since. There is no figure for programs yet.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Flanks", Text: "202 ACCEPTED: Token delayed during security checks"},
	},
	Bad: `package p

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

func notify(c *http.Client, webhook string, event []byte) error {
	resp, err := c.Post(webhook, "application/json", bytes.NewReader(event))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK { // 202 and 204 are successes, too
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
		return fmt.Errorf("webhook: %s: %s", resp.Status, text)
	}
	return nil
}
`,
	Good: `package p

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

func notify(c *http.Client, webhook string, event []byte) error {
	resp, err := c.Post(webhook, "application/json", bytes.NewReader(event))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode < 200 || 299 < resp.StatusCode {
		return fmt.Errorf("webhook: %s: %s", resp.Status, text)
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
		slip, found := s.AcceptedSlip()
		if !found {
			continue
		}
		f := check.Finding{Pos: s.Pos()}
		switch slip.Kind {
		case httpmodel.DoneTooSoon:
			f.Message = fmt.Sprintf("this may be answered with 202 by %s, the work still to be done, and that is taken for a success like any other: tell it apart and wait for the job", slip.Vendor)
		case httpmodel.LaterFails:
			f.Message = fmt.Sprintf("this is answered with 202 by %s, which ends as an error here: what the answer holds is lost although all went well; take it for a success", slip.Vendor)
		case httpmodel.OnlyOne:
			f.Message = fmt.Sprintf("only %d is taken for a success of this message: a server that answers with another 2xx has got it, and is said to have failed; take any 2xx", slip.Takes)
			if slip.At.IsValid() {
				f.Related = []analysis.RelatedInformation{{Pos: slip.At, Message: "the others become an error here"}}
			}
		}
		pass.Report(f)
	}
	return nil
}

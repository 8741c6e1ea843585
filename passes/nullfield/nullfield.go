// Package nullfield defines a check for members of answers that may be null or
// absent and are used as if they were always there.
package nullfield

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "nullfield",
	Title:      "report members of answers that may be null and are used as if they never were",
	Why:        "A member that an API leaves out or sends as null is a nil pointer, which ends the program where it is followed, or the zero value, which nothing tells from a real one: an unknown balance becomes a balance of nothing. A number that does not fit its type makes the whole answer undecodable.",
	Severity:   check.Warning,
	Confidence: check.Medium,
	Fix:        "Look whether the pointer is nil before it is followed. Decode what may be null into a pointer, money into a decimal or integer type, and unsigned 32-bit numbers into uint32 or int64.",
	Precision:  "5 public repositories, every finding read: 6 right, 0 wrong, 1 doubtful.",
	Limits:     "A pointer is reported where its own function shows that it may be nil: it asks so elsewhere, it asks so of the pointer beside it, or it decoded the pointer itself a moment ago. Plain values are reported for vendors with a profile only, and never where the code compares them with zero.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Flanks", Text: "If any field of a response could not be retrieved from the entity or calculated afterwards it's value will be set to null.", URL: "https://docs.flanks.io/troubleshooting-the-api"},
	},
	Bad: `package p

import (
	"encoding/json"
	"fmt"
	"net/http"
)

type webhook struct {
	ID   string  ` + "`json:\"id\"`" + `
	Name *string ` + "`json:\"name,omitempty\"`" + `
}

func describe(c *http.Client) (string, error) {
	resp, err := c.Get("https://api.example.com/v1/webhooks/1")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("webhook: %s", resp.Status)
	}
	var w webhook
	if err := json.NewDecoder(resp.Body).Decode(&w); err != nil {
		return "", err
	}
	return w.ID + ": " + *w.Name, nil // one without a name panics
}
`,
	Good: `package p

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

type webhook struct {
	ID   string  ` + "`json:\"id\"`" + `
	Name *string ` + "`json:\"name,omitempty\"`" + `
}

func describe(c *http.Client) (string, error) {
	resp, err := c.Get("https://api.example.com/v1/webhooks/1")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return "", fmt.Errorf("webhook: %s: %s", resp.Status, why)
	}
	var w webhook
	if err := json.NewDecoder(resp.Body).Decode(&w); err != nil {
		return "", err
	}
	if w.Name == nil {
		return w.ID, nil
	}
	return w.ID + ": " + *w.Name, nil
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
	for _, d := range model.NullDerefs() {
		pass.Report(check.Finding{Pos: d.Pos, Message: pointerMessage(d), Related: evidence(d)})
	}
	for _, p := range model.PlainMembers() {
		f := check.Finding{Pos: p.Field.Pos()}
		if p.Form != "" {
			f.Message = fmt.Sprintf("%s comes from %s as %s, which %s does not hold: rounded, or the whole answer refused; use a type that holds it", p.Name, p.Vendor, p.Form, p.Field.Type())
		} else {
			f.Message = fmt.Sprintf("%s is null where %s does not know it, and the zero value is taken for a real one; decode it into a pointer", p.Name, p.Vendor)
			f.Related = []analysis.RelatedInformation{{Pos: p.Use, Message: "it decides here"}}
		}
		pass.Report(f)
	}
	return nil
}

func pointerMessage(d httpmodel.NullDeref) string {
	name := d.Field.Name()
	switch d.Kind {
	case httpmodel.NullLate:
		return fmt.Sprintf("%s is followed here and asked whether it is nil only later: an answer without it panics; ask first", name)
	case httpmodel.NullNeighbour:
		return fmt.Sprintf("%s may be nil like %s, which is asked for it here: an answer without it panics; look whether it is nil", name, d.Beside.Name())
	case httpmodel.NullDecoded:
		return fmt.Sprintf("%s is nil when the answer leaves it out, and following it panics; look whether it is nil", name)
	case httpmodel.NullVendor:
		return fmt.Sprintf("%s is nil where %s sends null, and following it panics; look whether it is nil", name, d.Vendor)
	}
	return fmt.Sprintf("%s may be nil here, as the check above it says, and following it panics; leave where it is nil", name)
}

func evidence(d httpmodel.NullDeref) []analysis.RelatedInformation {
	if d.Check == token.NoPos {
		return nil
	}
	text := "here it is asked whether it is nil"
	switch d.Kind {
	case httpmodel.NullNeighbour:
		text = "here " + d.Beside.Name() + " is asked whether it is nil"
	case httpmodel.NullDecoded:
		text = "it is decoded here"
	}
	return []analysis.RelatedInformation{{Pos: d.Check, Message: text}}
}

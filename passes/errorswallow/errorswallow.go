// Package errorswallow defines a check for answers that are used although the
// call's error was dropped, lost or only logged.
package errorswallow

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "errorswallow",
	Title:      "report answers that are used although the call failed",
	Why:        "A call that never reached the server returns no answer, only an error. Code that drops or merely logs the error and goes on panics on the nil answer, or works with empty values as if the vendor had sent them.",
	Severity:   check.Error,
	Confidence: check.High,
	Fix:        "Return the error, or deal with it, before the answer is touched: also before a deferred Close and before the answer is logged.",
	Precision:  "20 public repositories, every finding read: 7 right; 2 wrong ones (a helper that ends the program, an error that is kept in the result) are silent since.",
	Limits:     "Silent where the error is given to a function that may deal with it, kept for later, or compared with a certain error, and for calls whose result nobody uses. Of other packages' functions only those are known that are read from source.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "IXON", Text: "They return low-level errors, like socket or timeout exceptions."},
	},
	Bad: `package p

import (
	"fmt"
	"log"
	"net/http"
	"time"
)

func probe(c *http.Client) error {
	start := time.Now()
	resp, err := c.Head("https://api.example.com/v1/health")
	log.Printf("health: %s after %s", resp.Status, time.Since(start)) // nil without a network
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("health: %s", resp.Status)
	}
	return nil
}
`,
	Good: `package p

import (
	"fmt"
	"log"
	"net/http"
	"time"
)

func probe(c *http.Client) error {
	start := time.Now()
	resp, err := c.Head("https://api.example.com/v1/health")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	log.Printf("health: %s after %s", resp.Status, time.Since(start))
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("health: %s", resp.Status)
	}
	return nil
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, s := range model.SwallowedErrors() {
		f := check.Finding{Pos: s.Use}
		if s.Call != nil && s.Call.Pos() != s.Use {
			f.Related = []analysis.RelatedInformation{{Pos: s.Call.Pos(), Message: "the call that may have failed"}}
		}
		switch s.Kind {
		case httpmodel.SwallowPanics:
			f.Message = fmt.Sprintf("the result of %s is nil when the call fails, and is used here all the same: a network error becomes a panic; return the error first", s.Name)
			if s.Within {
				f.Message = fmt.Sprintf("the result of %s is nil when the call fails, and what is called here uses it: a network error becomes a panic; return the error first", s.Name)
			}
		case httpmodel.SwallowDropped:
			f.Message = fmt.Sprintf("the error of %s is dropped and its result used: after a failure the program goes on with an empty answer; return the error", s.Name)
			if s.Blank {
				f.Severity = check.Warning
			}
		case httpmodel.SwallowLost:
			f.Message = fmt.Sprintf("the result of %s is used here and its error is never looked at on this path: after a failure the answer is empty; return the error first", s.Name)
		case httpmodel.SwallowLogged:
			f.Message = fmt.Sprintf("the error of %s is at most logged, and its result used here: after a failure the program goes on with an empty answer; return the error", s.Name)
		case httpmodel.SwallowAfter:
			f.Message = fmt.Sprintf("what %s returns ends the wait before its error is looked at: a failure is reported as done; look at the error first", s.Name)
		case httpmodel.SwallowAbsent:
			f.Message = fmt.Sprintf("the answer in %s is nil when the error tells of a call without one, and is used here: a network error becomes a panic; check it for nil", s.Name)
		}
		pass.Report(f)
	}
	return nil
}

// Package pollloop defines a check for polls that never hear of a failure or
// that nothing ends.
package pollloop

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "pollloop",
	Title:      "report polls that miss a failed state, or that nothing ends",
	Why:        "A job that has failed never becomes a success: a loop that only knows that one state asks for ever, or until a deadline, and then tells of a timeout and not of the reason. A failed state that is logged and returned as no error lets the program go on as if the work were done.",
	Severity:   check.Warning,
	Confidence: check.Medium,
	Fix:        "Return an error, with the service's reason, in each state that will not change any more; wait between two questions; end after a deadline, or with the caller's context.",
	Limits:     "Loops in which a state is compared with words, or a boolean read; a state that goes to code which is not seen is not judged. Silent for daemons, streams, loops over items or pages, loops in goroutines, and for terminal states that a library knows.",
	Precision:  "On eight public repositories, most of them clients of APIs, it found nothing; there is no figure for programs.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Basiq", Text: "When a job step fails, inspect the failed step's result object for the bank-specific error details."},
		{Vendor: "Flanks", Text: "Wait until the data you are asking for has been retrieved. You can poll the v0/credentials/status endpoint."},
	},
	Bad: `package p

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

type export struct {
	Status string
	URL    string
}

func wait(ctx context.Context, c *http.Client, url string) (string, error) {
	for {
		e, err := read(ctx, c, url)
		if err != nil {
			return "", err
		}
		if e.Status == "success" { // and "failed"?
			return e.URL, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(2 * time.Second):
		}
	}
}

func read(ctx context.Context, c *http.Client, url string) (export, error) {
	var e export
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return e, err
	}
	resp, err := c.Do(req)
	if err != nil {
		return e, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
		return e, fmt.Errorf("export: %s: %s", resp.Status, text)
	}
	err = json.NewDecoder(resp.Body).Decode(&e)
	return e, err
}
`,
	Good: `package p

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

type export struct {
	Status string
	Reason string
	URL    string
}

func wait(ctx context.Context, c *http.Client, url string) (string, error) {
	for {
		e, err := read(ctx, c, url)
		if err != nil {
			return "", err
		}
		switch e.Status {
		case "success":
			return e.URL, nil
		case "failed":
			return "", fmt.Errorf("export: %s", e.Reason)
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(2 * time.Second):
		}
	}
}

func read(ctx context.Context, c *http.Client, url string) (export, error) {
	var e export
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return e, err
	}
	resp, err := c.Do(req)
	if err != nil {
		return e, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
		return e, fmt.Errorf("export: %s: %s", resp.Status, text)
	}
	err = json.NewDecoder(resp.Body).Decode(&e)
	return e, err
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
	for _, s := range model.StateSlips() {
		slip(pass, s.Slip, s.Other)
	}
	for _, u := range model.UnreadFailures() {
		pass.Report(check.Finding{
			Pos:     u.Handled,
			Related: []analysis.RelatedInformation{{Pos: u.Done.Pos, Message: "its end is looked for here"}},
			Message: fmt.Sprintf("%q is taken for a success: a failed %s is over, too, and its field %s is read nowhere; return an error where it is set",
				u.Done.State, u.Type.Name(), u.Field.Name()),
		})
	}
	for _, p := range model.Polls() {
		poll(pass, p)
	}
	return nil
}

// poll reports the first thing that is wrong with how a poll reads the state, as
// the others are often its consequences, and beside it an error that is lost.
func poll(pass *check.Pass, p *httpmodel.Poll) {
	asked := []analysis.RelatedInformation{{Pos: p.Call.Pos(), Message: "the state is asked for here"}}
	if at, ok := p.FailedOK(); ok {
		pass.Report(check.Finding{Pos: at.Pos, Related: asked,
			Message: fmt.Sprintf("%q ends this poll without an error: the caller takes the failure for a success; return an error in this state", at.State)})
		return
	}
	if at, ok := p.LosesError(); ok {
		pass.Report(check.Finding{Pos: at, Related: asked,
			Message: fmt.Sprintf("where the state cannot be asked for, this poll ends without an error: the caller takes it for %q; return the error", p.Done)})
	}
	if s, other, ok := p.CaseSlip(); ok {
		slip(pass, s, other)
		return
	}
	if at := p.ByPosition(); at.IsValid() {
		pass.Report(check.Finding{Pos: at, Related: asked,
			Message: "the step is told by its place in the list: another step that is put in shifts it, and a short list panics; look at the state of every step"})
		return
	}
	bounded := p.Bounded()
	neglect, neglected := p.Neglected()
	if neglected {
		related := analysis.RelatedInformation{Message: "this tells of a failure"}
		if neglect.Field != nil {
			related.Pos = neglect.Field.Pos()
		} else {
			related.Pos = neglect.Const.Pos()
		}
		asked = append(asked, related)
	}
	switch over, taken := p.TakenForSuccess(); {
	case p.Blind() && bounded == httpmodel.No:
		pass.Report(check.Finding{Pos: p.Call.Pos(), Related: asked,
			Message: fmt.Sprintf("this is asked until %s is %q: one that has failed is asked for without an end; return an error in the failed states, and set a deadline", p.State, p.Done)})
	case p.Blind():
		if !neglected && !p.Succeeds() || p.Flag() {
			return // a readiness wait that ends: few of these have a failed state
		}
		pass.Report(check.Finding{Pos: p.Call.Pos(), Related: asked,
			Message: fmt.Sprintf("this is asked until %s is %q: a failed one is waited for until the time is over, and its reason is lost; return an error in the failed states", p.State, p.Done)})
	case taken:
		pass.Report(check.Finding{Pos: p.Call.Pos(), Related: asked,
			Message: fmt.Sprintf("the end of %s is taken for a success: the answer's %s, which tells of a failure, is not looked at; return an error where it is set", p.State, over.Field.Name())})
	case bounded == httpmodel.No:
		pass.Report(check.Finding{Pos: p.Call.Pos(), Related: asked,
			Message: fmt.Sprintf("nothing but the answer ends this poll: it goes on for ever where %s never becomes what it waits for; set a deadline or hear a context", p.State)})
	case p.Delayed() == httpmodel.No && !p.RepeatsFailures():
		pass.Report(check.Finding{Pos: p.Call.Pos(), Related: asked,
			Message: "the state is asked for again at once: a busy loop of requests until it changes; wait between two questions"})
	default:
		if field, at := p.ZeroDelay(); field != nil {
			pass.Report(check.Finding{Pos: at.Pos(), Related: asked,
				Message: fmt.Sprintf("%s is the delay between two questions as it is given: left out, it is zero and makes a busy loop of requests; give it a default", field.Name())})
		}
	}
}

func slip(pass *check.Pass, slip, other httpmodel.StateAt) {
	pass.Report(check.Finding{
		Pos:     slip.Pos,
		Message: fmt.Sprintf("%q is written unlike the other states, such as %q: it never fits, and a failure is not noticed; write it as the service does", slip.State, other.State),
		Related: []analysis.RelatedInformation{{Pos: other.Pos, Message: "the service's way to write a state"}},
	})
}

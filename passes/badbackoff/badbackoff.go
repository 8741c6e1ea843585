// Package badbackoff defines a check for retries that come again too soon, for
// ever, or without an eye on their context.
package badbackoff

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
	"github.com/apivet/apivet/internal/play"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "badbackoff",
	Title:      "report retries without a delay, without an end, or deaf to their context",
	Why:        "A server that is out of breath gets all attempts at once from every client when there is no delay between them, and a loop that nothing ends goes on for as long as the fault lasts. A sleep that does not look at the context keeps a cancelled call, and a program that should stop, waiting.",
	Severity:   check.Warning,
	Confidence: check.Medium,
	Fix:        "Wait longer after each attempt, up to a limit, with some jitter; end after a number of attempts; wait in a select that also hears ctx.Done().",
	Limits:     "Loops only: what libraries wait is their policy. Silent where code between the attempts may wait by its name, for polls, loops over items, pages or hosts, and where the context's end is looked at anywhere in the loop.",
	Repairs:    []check.Repair{{Safety: check.Suggested, Text: "Waits in a select that also hears the context's end, where time.Sleep is a statement of the function that repeats and its other results have a short zero value."}},
	Precision:  "20 public repositories, every finding read: 1 right, 0 wrong.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "IXON", Text: "Clients should retry the same requests, ideally according to an exponential back off schedule, until they’re able to receive a result from the server."},
		{Vendor: "Flanks", Text: "The website of the bank is not available, you should try later."},
	},
	References: []string{"https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/"},
	Bad: `package p

import (
	"context"
	"net/http"
	"time"
)

func list(ctx context.Context, c *http.Client) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.example.com/v1/list", nil)
		if err != nil {
			return nil, err
		}
		resp, err := c.Do(req)
		if err == nil && resp.StatusCode < 500 && resp.StatusCode != http.StatusTooManyRequests || attempt == 5 {
			return resp, err
		}
		if err == nil {
			resp.Body.Close()
		}
		time.Sleep(time.Duration(1<<attempt) * time.Second) // goes on after ctx has ended
	}
}
`,
	Good: `package p

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"
)

func list(ctx context.Context, c *http.Client) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.example.com/v1/list", nil)
		if err != nil {
			return nil, err
		}
		resp, err := c.Do(req)
		if err == nil && resp.StatusCode < 500 && resp.StatusCode != http.StatusTooManyRequests || attempt == 5 {
			return resp, err
		}
		delay := time.Duration(1<<attempt) * time.Second
		if err == nil {
			if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
				delay = time.Duration(s) * time.Second
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(delay):
		}
	}
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
	for _, lit := range model.UnitSlips() {
		pass.Report(check.Finding{
			Pos: lit.Pos(), End: lit.End(),
			Message: fmt.Sprintf("this delay is %s nanoseconds: retries come with practically no delay; give it a unit, such as %s * time.Second", lit.Value, lit.Value),
		})
	}
	for _, r := range model.Retries() {
		retry(pass, r)
	}
	return nil
}

// few is a number of attempts that does little harm without a delay.
const few = 3

func retry(pass *check.Pass, r *httpmodel.Retry) {
	bound := r.Bound()
	delayed := r.Delayed()
	switch {
	case delayed == httpmodel.No && bound.Ends == httpmodel.No && r.On&^(play.Status(401)|play.Status(403)) == 0:
		report(pass, r, check.Warning, "this is repeated for as long as the answer is 401 or 403: a new token that is refused too makes a loop without an end; repeat it once")
		return
	case delayed == httpmodel.No && bound.Ends == httpmodel.No && r.Transient():
		report(pass, r, check.Warning, "this is repeated at once and without an end when it fails: an outage makes a busy loop of requests; wait between the attempts, and limit them")
		return
	case delayed == httpmodel.No && r.Transient():
		severity := check.Warning
		if bound.Ends == httpmodel.Yes && 0 < bound.Tries && bound.Tries <= few {
			severity = check.Note
		}
		report(pass, r, severity, "this is repeated at once when it fails: the attempts are used up before a fault can pass, and load is added to it; wait longer before each attempt")
		return
	}
	if blind, ok := r.BlindSleep(); ok {
		pass.Report(check.Finding{
			Pos:     blind.Call.Pos(),
			Message: "this sleep between two attempts ignores the context at hand: a cancelled call waits on and is sent again; select on its Done channel and a timer",
			Related: []analysis.RelatedInformation{{Pos: r.Path[0].Pos(), Message: "this is attempted again"}, {Pos: blind.Context.Pos(), Message: "the context comes from here"}},
			Fixes:   fixes(pass, r, blind),
		})
	}
}

func report(pass *check.Pass, r *httpmodel.Retry, severity check.Severity, message string) {
	var rel []analysis.RelatedInformation
	if send := r.Path[len(r.Path)-1].Pos(); send != r.Path[0].Pos() {
		rel = append(rel, analysis.RelatedInformation{Pos: send, Message: "it is sent here"})
	}
	pass.Report(check.Finding{Pos: r.Path[0].Pos(), Severity: severity, Message: message, Related: rel})
}

// Package retryclass defines a check for retries that repeat what no retry
// mends, leave out what one would, or lose how the last attempt ended.
package retryclass

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
	"github.com/apivet/apivet/internal/play"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "retryclass",
	Title:      "report retries that repeat the wrong failures",
	Why:        "A request that was refused with 400 or 422 is refused again, and wrong credentials that are sent again and again lock their user out. A retry that leaves out 429, 5xx or network errors fails where it was meant to help, one that does not wait for Retry-After is turned away again, and one that returns nil and no error after the last attempt makes its caller use nothing.",
	Severity:   check.Warning,
	Confidence: check.Medium,
	Fix:        "Repeat network errors, 408, 425, 429 and 5xx; after a 429 or 503 wait as long as Retry-After says; give every other answer to the caller, and the last error when the attempts are used up.",
	Limits:     "Silent where code that is not seen decides (a library's filter option, a function value, an error of another package), where a content of the answer decides, and where a comment in the deciding code tells why 429 is not repeated. That network errors are left out is said of reads only. That a client gives an error for its last answer is a note, where this package reads that answer and nothing that is not seen may set an ErrorHandler.",
	Precision:  "26 public repositories, every finding read: 1 right, 0 wrong; in one more, 1 right.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "IXON", Text: "Integrations should correct the original request, you need to find the part of the request that was wrong and correct it."},
		{Vendor: "Flanks", Text: "You can review the introduced credentials and try again."},
		{Vendor: "Basiq", Text: "codes in the 4xx range indicate an error that failed given the information provided"},
	},
	References: []string{"https://www.rfc-editor.org/rfc/rfc9110#name-retry-after", "https://pkg.go.dev/github.com/hashicorp/go-retryablehttp#CheckRetry"},
	Bad: `package p

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

func report(ctx context.Context, c *http.Client) ([]byte, error) {
	var last error
	for attempt := range 4 {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.example.com/v1/report", nil)
		if err != nil {
			return nil, err
		}
		resp, err := c.Do(req)
		if err != nil {
			last = err
		} else {
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return body, err
			}
			last = fmt.Errorf("report: %s: %s", resp.Status, body) // a 401 or 422 too
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Duration(1<<attempt) * time.Second):
		}
	}
	return nil, last
}
`,
	Good: `package p

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

func report(ctx context.Context, c *http.Client) ([]byte, error) {
	var last error
	for attempt := range 4 {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.example.com/v1/report", nil)
		if err != nil {
			return nil, err
		}
		delay := time.Duration(1<<attempt) * time.Second
		resp, err := c.Do(req)
		if err != nil {
			last = err
		} else {
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return body, err
			}
			last = fmt.Errorf("report: %s: %s", resp.Status, body)
			if resp.StatusCode < 500 && resp.StatusCode != http.StatusTooManyRequests {
				return nil, last
			}
			if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
				delay = time.Duration(s) * time.Second
			}
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(delay):
		}
	}
	return nil, last
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
	for _, p := range model.RetryPolicies() {
		policy(pass, p)
	}
	for _, r := range model.Retries() {
		retry(pass, r)
	}
	for _, p := range model.OwnPauses() {
		pause(pass, p)
	}
	for _, l := range model.LostAnswers() {
		lost(pass, l)
	}
	return nil
}

const permanent = "is sent again although it stays refused, and repeated wrong credentials lock their user out; repeat network errors, 429 and 5xx only"

// policy reports what a retrying client is told.
func policy(pass *check.Pass, p httpmodel.RetryPolicy) {
	rel := []analysis.RelatedInformation{{Pos: p.Set, Message: "a client is told to retry by it here"}}
	report := func(message string) {
		pass.Report(check.Finding{Pos: p.Fn.Pos(), Message: message, Related: rel})
	}
	if p.On&httpmodel.Refused == httpmodel.Refused {
		report("a request that is answered with 400 or 422 " + permanent)
	}
	if !p.Alone || p.On == 0 {
		return // the client's own rules hold beside it, or it turns retries off
	}
	var missing []string
	if p.Never.Has(play.NetError) {
		missing = append(missing, "network errors")
	}
	if p.Never.Has(httpmodel.TooMany) && !speaksOfLimits(pass, p.Fn.Pos()) {
		missing = append(missing, "429")
	}
	if p.Never&play.ServerError == play.ServerError {
		missing = append(missing, "5xx")
	}
	if len(missing) > 0 {
		report("this policy never repeats " + strings.Join(missing, ", ") + ", which pass by themselves: the first one fails the call; start from the library's default policy")
	}
}

// pause reports a time to wait after a 429 that the code chose.
func pause(pass *check.Pass, p httpmodel.OwnPause) {
	pass.Report(check.Finding{
		Pos:     p.Test,
		Message: "after a 429 requests are held back for a time of the program's own: the answer's Retry-After is not looked at, so that the next one comes too soon, or much too late; wait as long as it says",
		Related: []analysis.RelatedInformation{{Pos: p.At, Message: "the time is chosen here"}},
	})
}

// retry reports what code repeats by itself.
func retry(pass *check.Pass, r *httpmodel.Retry) {
	pos := r.Path[0].Pos()
	var rel []analysis.RelatedInformation
	if send := r.Path[len(r.Path)-1].Pos(); send != pos {
		rel = append(rel, analysis.RelatedInformation{Pos: send, Message: "it is sent here"})
	}
	if r.By != nil {
		rel = append(rel, analysis.RelatedInformation{Pos: r.By.Pos(), Message: "this makes the next attempt"})
	}
	report := func(message string) { pass.Report(check.Finding{Pos: pos, Message: message, Related: rel}) }
	if end, lost := r.LastLost(); lost {
		rel := append(rel, analysis.RelatedInformation{Pos: end.Pos, Message: "nil and no error is returned here"})
		pass.Report(check.Finding{Pos: pos, Message: "when the last attempt of this call fails, nil and no error is returned: the caller takes it for a success; return the last error", Related: rel})
	}
	on, never, known := r.Classes()
	if !known {
		return // something that is not seen decides
	}
	server := on&play.ServerError == play.ServerError && !on.Has(httpmodel.Refused)
	switch {
	case on&httpmodel.Refused == httpmodel.Refused && !r.Delivers():
		report("a request that is answered with 400 or 422 " + permanent)
	case server && never.Has(httpmodel.TooMany) && !limitsExplained(pass, r):
		report("5xx is repeated and 429 is not: the first answer that asks to slow down fails the call; repeat 429 too, after its Retry-After")
	case server && never.Has(play.NetError) && r.Send.Idempotent() == httpmodel.Yes:
		report("5xx is repeated and a network error is not: a broken connection fails the call at once; repeat network errors too")
	case r.RepeatsGone() != 0:
		report(httpmodel.Words(r.RepeatsGone()) + " has an error of its own, and this is repeated without end all the same: what is gone does not come back; stop on that error")
	case r.WaitsAsTold() == httpmodel.No:
		report("429 is repeated after a delay of its own: the answer's Retry-After is not looked at, so that the next attempt may be turned away too; wait as long as it says")
	}
}

// lost reports a client that keeps the answers for itself that code reads.
func lost(pass *check.Pass, l httpmodel.LostAnswer) {
	what := "after its last attempt this client gives an error of its own for a 429 or 5xx: the code that tells it from others is dead"
	if l.Body {
		what = "after its last attempt this client gives an error of its own for a 429 or 5xx: what the body says is lost"
	}
	pass.Report(check.Finding{
		Pos:      l.Client,
		Severity: check.Note,
		Message:  what + "; set an ErrorHandler",
		Related: []analysis.RelatedInformation{
			{Pos: l.Send.Pos(), Message: "it sends here"},
			{Pos: l.Read.Pos, Message: "the answer is read here"},
		},
	})
}

// limitsExplained reports whether the code that decides, or the code around
// it, has a comment on rate limits: 429 is left out on purpose.
func limitsExplained(pass *check.Pass, r *httpmodel.Retry) bool {
	for _, pos := range r.Deciders() {
		if speaksOfLimits(pass, pos) {
			return true
		}
	}
	return false
}

// speaksOfLimits reports whether the function around a position has a comment
// on 429 or rate limits.
func speaksOfLimits(pass *check.Pass, pos token.Pos) bool {
	for _, f := range pass.Files {
		if pos < f.FileStart || pos > f.FileEnd {
			continue
		}
		from, to := token.NoPos, token.NoPos
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Pos() <= pos && pos <= fd.End() {
				from, to = fd.Pos(), fd.End()
				if fd.Doc != nil {
					from = fd.Doc.Pos()
				}
			}
		}
		for _, group := range f.Comments {
			if from <= group.Pos() && group.End() <= to && !strings.HasPrefix(group.Text(), "want ") && onLimits(group.Text()) {
				return true
			}
		}
	}
	return false
}

// onLimits reports whether a comment says that one does not come again after a
// 429.
func onLimits(text string) bool {
	text = strings.ToLower(text)
	has := func(words ...string) bool {
		for _, word := range words {
			if strings.Contains(text, word) {
				return true
			}
		}
		return false
	}
	return has("429", "too many requests", "rate limit", "rate-limit", "ratelimit") &&
		has("not ", "n't", "never", "no retry", "too long", "without", "block", "shut", "ban", "instead", "caller")
}

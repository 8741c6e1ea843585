// Package noretry defines a check for calls whose transient failure goes
// straight to the caller because nothing on the way retries, or because the
// retries that were meant are defeated.
package noretry

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "noretry",
	Title:      "report calls whose transient failure is not retried although it should be",
	Why:        "Connections break and gateways answer 502 for a second. A call without a retry turns each of these moments into a failed job, and a retrying client whose transport was replaced does so while everybody believes it retries.",
	Severity:   check.Warning,
	Confidence: check.Medium,
	Fix:        "Send idempotent requests through a client or transport that retries network errors, 429 and 5xx with exponential back-off; keep the retrying transport inside when you wrap a client's Transport.",
	Precision:  "26 public repositories, every finding read: 14 right, 0 wrong, 1 doubtful.",
	Limits:     "A warning only where the code itself means to retry (a retrying client defeated, a path beside one that retries) or the vendor asks for it; a note otherwise. Silent for POST and PATCH, for clients of which nothing is known, loops, callbacks, handlers, probes and measured calls.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "IXON", Text: "Clients should retry the same requests, ideally according to an exponential back off schedule, until they’re able to receive a result from the server."},
		{Vendor: "Flanks", Text: "The website of the bank is not available, you should try later."},
	},
	References: []string{"https://pkg.go.dev/github.com/hashicorp/go-retryablehttp"},
	Bad: `package p

import (
	"fmt"
	"io"
	"net/http"
	"time"
)

var client = &http.Client{Timeout: 10 * time.Second}

func rates() ([]byte, error) {
	resp, err := client.Get("https://api.example.com/v1/rates") // one broken connection and the job fails
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(resp.Body)
		return nil, fmt.Errorf("rates: %s: %s", resp.Status, b)
	}
	return io.ReadAll(resp.Body)
}
`,
	Good: `package p

import (
	"fmt"
	"io"
	"net/http"
	"time"
)

var client = &http.Client{Timeout: 10 * time.Second, Transport: &retrying{http.DefaultTransport}}

// retrying sends a GET up to three times.
type retrying struct{ next http.RoundTripper }

// RoundTrip does not repeat a 429: its caller knows how long it can wait.
func (t *retrying) RoundTrip(req *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := t.next.RoundTrip(req)
		if err == nil && resp.StatusCode < 500 || attempt == 3 || req.Method != http.MethodGet {
			return resp, err
		}
		if err == nil {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		select {
		case <-req.Context().Done():
			return nil, req.Context().Err()
		case <-time.After(time.Duration(attempt) * 500 * time.Millisecond):
		}
	}
}

func rates() ([]byte, error) {
	resp, err := client.Get("https://api.example.com/v1/rates")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(resp.Body)
		return nil, fmt.Errorf("rates: %s: %s", resp.Status, b)
	}
	return io.ReadAll(resp.Body)
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

// single is a request that is sent once.
type single struct {
	send   *httpmodel.Send
	client httpmodel.Client
	end    httpmodel.Evidence
}

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	if model.Empty() {
		return nil
	}
	told := map[token.Pos]bool{} // requests whose client was defeated: one cause, one finding
	for _, d := range model.DefeatedRetries() {
		for _, pos := range d.Sends {
			told[pos] = true
		}
		pass.Report(check.Finding{
			Pos:     d.Pos,
			Message: "replacing the transport of this retrying client takes its retries away: no failed request is repeated; wrap the client's own Transport instead",
			Related: defeated(d),
		})
	}
	retriedBy := map[types.Type]token.Pos{} // receiver type to a request of it that is retried
	fields := map[*types.Var]bool{}         // clients whose requests the code around them retries
	owned := map[types.Type]int{}           // retried requests less single ones
	groups := map[token.Pos][]single{}      // by where the client comes from
	var order []token.Pos
	for _, s := range model.Sends() {
		if s.Opaque || s.Wrapper || told[s.Pos()] || pass.SkipFile(s.Pos()) {
			continue // the wrapper's own request is the lowest that sends
		}
		c := s.Client()
		failures, _ := s.RetriedHere()
		if c.Retries == httpmodel.Yes || failures.Has(httpmodel.Failure) {
			if t := s.Owner(); t != nil {
				owned[t]++
				if f := s.ClientField(); f != nil && c.Retries != httpmodel.Yes {
					fields[f] = true
				}
				if !retriedBy[t].IsValid() {
					retriedBy[t] = s.Pos()
				}
			}
			continue
		}
		if s.Idempotent() == httpmodel.No {
			continue // a repeat may do it twice
		}
		if t := s.Owner(); t != nil {
			owned[t]--
		}
		fails, end := s.FailsToCaller()
		if fails != httpmodel.Yes || s.MetAgain() != httpmodel.No {
			continue
		}
		one := single{s, c, end}
		switch {
		case c.Bypassed:
			report(pass, one, check.Warning, "this goes round the retrying client: its inner client repeats nothing, a broken connection fails the call; send through the retrying one")
		case c.Mixed:
			report(pass, one, check.Warning, "one of the clients that end up here does not retry, the others do: a broken connection fails the call; give it the retrying transport too")
		case c.Retries == httpmodel.No || c.Retries == httpmodel.Unknown && s.ClientField() != nil:
			key := s.Pos()
			if len(c.Built) > 0 {
				key = c.Built[0]
			}
			if c.Default {
				key = token.NoPos // all use one client
			}
			if len(groups[key]) == 0 {
				order = append(order, key)
			}
			groups[key] = append(groups[key], one)
		}
	}
	for t, n := range owned {
		if n < 0 {
			delete(retriedBy, t) // mostly sent once: a retry is the exception here
		}
	}
	for _, key := range order {
		reportGroup(pass, groups[key], retriedBy, fields)
	}
	return nil
}

func defeated(d httpmodel.DefeatedRetry) []analysis.RelatedInformation {
	rel := []analysis.RelatedInformation{{Pos: d.Built, Message: "the retrying client is made here"}}
	for _, pos := range d.Sends {
		rel = append(rel, analysis.RelatedInformation{Pos: pos, Message: "this is sent once"})
	}
	return rel
}

// reportGroup reports the requests that one client sends without a retry:
// one cause, one finding.
func reportGroup(pass *check.Pass, group []single, retriedBy map[types.Type]token.Pos, fields map[*types.Var]bool) {
	var plain []single
	for _, one := range group {
		sibling := retriedBy[one.send.Owner()]
		if one.client.Retries == httpmodel.Unknown && !(sibling.IsValid() && fields[one.send.ClientField()]) {
			continue // nothing is known of the client
		}
		vendor := one.send.Vendor()
		switch {
		case sibling.IsValid():
			report(pass, one, check.Warning, "a network error here fails the call at once, although a request beside it is retried; send it the same way",
				analysis.RelatedInformation{Pos: sibling, Message: "this request is retried"})
		case vendor != "" && one.send.Idempotent() == httpmodel.Yes:
			report(pass, one, check.Warning, fmt.Sprintf("a network error or 5xx of %s fails the call at once: nothing on the way retries; use a client with back-off for network errors, 429 and 5xx", vendor))
		default:
			plain = append(plain, one)
		}
	}
	if len(plain) == 0 {
		return
	}
	var others []analysis.RelatedInformation
	for _, one := range plain[1:] {
		if len(others) < 8 {
			others = append(others, analysis.RelatedInformation{Pos: one.send.Pos(), Message: "the same client sends this without a retry"})
		}
	}
	report(pass, plain[0], check.Note, "a network error or 5xx fails this call at once: neither the client nor the code around it retries; use back-off for transient failures", others...)
}

func report(pass *check.Pass, one single, severity check.Severity, message string, related ...analysis.RelatedInformation) {
	for _, pos := range one.client.Built {
		related = append(related, analysis.RelatedInformation{Pos: pos, Message: "the client comes from here"})
	}
	if len(one.client.Built) == 0 {
		for _, pos := range one.client.Kept {
			related = append(related, analysis.RelatedInformation{Pos: pos, Message: "the client is set here"})
		}
	}
	related = append(related, analysis.RelatedInformation{Pos: one.end.Pos, Message: "the network error is returned here"})
	pass.Report(check.Finding{Pos: one.send.Pos(), Severity: severity, Message: message, Related: related})
}

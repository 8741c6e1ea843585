// Package webhookdeadline defines a check for webhook handlers that answer too
// late, and for work that is cut off because its context ends with the answer.
package webhookdeadline

import (
	"fmt"
	"go/token"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/edit"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "webhookdeadline",
	Title:      "report webhook handlers that answer too late and work that ends with the request",
	Why:        "A sender of webhooks waits a few seconds for the answer, then counts the delivery as failed and sends the event again: slow work before the answer is done twice, or the webhook is switched off. Work that a handler starts on the request's context is cancelled when the handler returns, so it is lost without a trace. A server without read timeouts keeps a connection for every client that stops half-way.",
	Severity:   check.Warning,
	Confidence: check.Medium,
	Fix:        "Keep the event (queue, table), answer, and work in a goroutine or worker with a context of its own: context.WithoutCancel(r.Context()) keeps the values. Set ReadHeaderTimeout on the server.",
	Repairs:    []check.Repair{{Safety: check.Suggested, Text: "Puts context.WithoutCancel around the context of a goroutine, where it is an argument or a variable of the closure (Go 1.21 or later). The work has no deadline then: give it one."}},
	Precision:  "30 public repositories, every finding read: 2 right, 2 wrong, 0 doubtful.",
	Limits:     "A handler counts as a webhook's when it reads a vendor's signature header, uses a vendor's parser, is named or routed so and reads the payload, or has the directive //apivet:webhook vendor. Clients and contexts whose origin is not seen may be bounded: silent. A server is a note unless routes are registered for it in the package or its handler is known to serve webhooks. A database write before the answer acknowledges the event and is not slow work. Goroutines that the handler waits for, and those that look at ctx.Done themselves, are meant to end with the request.",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Ensure your endpoint responds with HTTP 200 within 5 seconds"},
	},
	Since: "v0.1.0",
	References: []string{
		"https://pkg.go.dev/net/http#Request.Context",
		"https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks",
	},
	Bad: `package p

import (
	"context"
	"encoding/json"
	"net/http"
)

type event struct{ ID string }

type store interface {
	Save(ctx context.Context, e event) error
}

func handle(s store) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var e event
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
			http.Error(w, "bad event", http.StatusBadRequest)
			return
		}
		go s.Save(r.Context(), e) // cancelled as soon as the handler returns
		w.WriteHeader(http.StatusAccepted)
	}
}
`,
	Good: `package p

import (
	"context"
	"encoding/json"
	"net/http"
)

type event struct{ ID string }

type store interface {
	Save(ctx context.Context, e event) error
}

func handle(s store) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var e event
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
			http.Error(w, "bad event", http.StatusBadRequest)
			return
		}
		go s.Save(context.WithoutCancel(r.Context()), e)
		w.WriteHeader(http.StatusAccepted)
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
	seen := map[token.Pos]bool{}
	for _, h := range model.Handlers() {
		reportOutlived(pass, h, seen)
		reportAfterStream(pass, h, seen)
		if !h.Helper {
			reportSlow(pass, h, seen)
		}
	}
	for _, g := range model.GivenClients() {
		reportGiven(pass, g)
	}
	for _, s := range model.UnboundedServers() {
		reportServer(pass, s)
	}
	return nil
}

// reportOutlived reports goroutines that work on a context which ends when the
// handler returns.
func reportOutlived(pass *check.Pass, h *httpmodel.Handler, seen map[token.Pos]bool) {
	for _, o := range h.Outlived() {
		if seen[o.Pos] {
			continue // one goroutine, one finding
		}
		seen[o.Pos] = true
		whose, source := "the request's context, which ends when the handler returns", "the request's context is taken here"
		if o.Cancelled {
			whose, source = "a context that the deferred cancel ends when the handler returns", "the handler ends the context here"
		}
		pass.Report(check.Finding{
			Pos:     o.Pos,
			Message: fmt.Sprintf("%s runs in the background on %s: it is cut off; use context.WithoutCancel", o.What, whose),
			Related: related(o.Pos, o.From, source, o.Call, "the handler gets there from here"),
			Fixes:   detach(pass, o.Pos),
		})
	}
}

// detach gives the goroutine a context that does not end with the request. It
// has no deadline either, so somebody has to read it.
func detach(pass *check.Pass, pos token.Pos) []check.Fix {
	edits, ok := edit.DetachContext(pass.Pass, pos)
	if !ok {
		return nil
	}
	return []check.Fix{{Safety: check.Suggested, Message: "work on a context that outlives the request", Edits: edits}}
}

// reportAfterStream reports writes on the request's context after an answer
// that the client may have read to its end.
func reportAfterStream(pass *check.Pass, h *httpmodel.Handler, seen map[token.Pos]bool) {
	for _, o := range h.AfterStream() {
		if seen[o.Pos] {
			continue
		}
		seen[o.Pos] = true
		pass.Report(check.Finding{
			Pos:     o.Pos,
			Message: fmt.Sprintf("%s writes after the streamed answer on the request's context, lost when the client has left; use context.WithoutCancel", o.What),
			Related: related(o.Pos, o.From, "the request's context is taken here", token.NoPos, ""),
		})
	}
}

// reportSlow reports the first thing that a webhook handler waits for and that
// nothing bounds.
func reportSlow(pass *check.Pass, h *httpmodel.Handler, seen map[token.Pos]bool) {
	hook := h.Webhook()
	if hook == nil {
		return // others' clients wait as long as they like
	}
	slow := h.SlowWork(hook.Deadline())
	if len(slow) == 0 {
		return
	}
	first := slow[0]
	if hook.Named && first.Answers {
		return // a name alone, and the caller wants the result: no event
	}
	if seen[first.At] {
		return
	}
	seen[first.At] = true
	vendor := "the sender"
	if hook.Vendor != "" {
		vendor = hook.Vendor
	}
	pass.Report(check.Finding{
		Pos:     first.Pos,
		Message: fmt.Sprintf("webhook answers only after %s, %s: %s gives up after %s and the delivery fails; queue the work", first.What, howLong(first), vendor, hook.Deadline()),
		Related: related(first.Pos, hook.Pos, "a webhook by "+hook.Why, first.At, "it waits here"),
	})
}

// reportGiven reports a client that is too patient for the handler that gets it.
func reportGiven(pass *check.Pass, g httpmodel.GivenClient) {
	vendor, limit := "the sender", "which nothing limits"
	if g.Vendor != "" {
		vendor = g.Vendor
	}
	if g.Limit > 0 {
		limit = fmt.Sprintf("which may take %s", g.Limit.Round(time.Second))
	}
	pass.Report(check.Finding{
		Pos:     g.Pos,
		Message: fmt.Sprintf("webhook waits for this client, %s: %s gives up after %s and the delivery fails; queue the work", limit, vendor, g.Deadline),
		Related: []analysis.RelatedInformation{{Pos: g.Pos, Message: fmt.Sprintf("the handler calls %s at %s", g.What, g.At)}},
	})
}

func howLong(s httpmodel.Slow) string {
	switch {
	case s.Kind == "channel":
		return "a channel without buffer whose receiver is slow"
	case s.Limit == 0:
		return "which nothing limits"
	}
	return fmt.Sprintf("which may take %s", s.Limit.Round(time.Second))
}

func reportServer(pass *check.Pass, s httpmodel.Server) {
	if s.Direct {
		pass.Report(check.Finding{
			Pos:      s.Pos,
			Severity: check.Note,
			Message:  "this server has no timeouts: a client that sends its header slowly holds a connection for ever; use an http.Server with ReadHeaderTimeout",
		})
		return
	}
	f := check.Finding{
		Pos:     s.Pos,
		Message: "server without ReadHeaderTimeout or ReadTimeout: a client that sends its header slowly holds a connection for ever; set ReadHeaderTimeout",
		Related: related(s.Pos, s.Served, "it is served here", token.NoPos, ""),
	}
	if !s.Certain { // a redirect, or a server for tests
		f.Severity = check.Note
		f.Message = "this server has no read timeout: a client that sends its header slowly holds a connection for ever; set ReadHeaderTimeout"
	}
	pass.Report(f)
}

// related lists up to two places of evidence that are not the finding's own.
func related(at, a token.Pos, why string, b token.Pos, whyB string) []analysis.RelatedInformation {
	var list []analysis.RelatedInformation
	if a.IsValid() && a != at {
		list = append(list, analysis.RelatedInformation{Pos: a, Message: why})
	}
	if b.IsValid() && b != at && b != a {
		list = append(list, analysis.RelatedInformation{Pos: b, Message: whyB})
	}
	return list
}

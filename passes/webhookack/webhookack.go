// Package webhookack defines a check for handlers whose answer does not tell
// what became of the request: two answers, and what senders of webhooks take
// for a failure.
package webhookack

import (
	"fmt"
	"go/token"
	"net/http"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "webhookack",
	Title:      "report handlers that answer twice, and webhooks whose answer says the wrong thing",
	Why:        "A sender of webhooks sees nothing but the status. One that is no success makes it send the event again, for days, and switch the webhook off in the end; a success that comes too early loses the event. net/http sends the first status only: a handler that goes on after an error answer does the work that it refused, and its second answer is glued to the first.",
	Severity:   check.Warning,
	Confidence: check.High,
	Fix:        "Return after an error answer. Answer what the vendor takes for success as soon as the event is kept, also for events that are merely unknown; answer an error only for what should be sent again or was never the vendor's.",
	Precision:  "20 public repositories, every finding read: 1 right, 0 wrong.",
	Limits:     "Two answers are reported in every handler, the rest where a vendor's header, parser or a directive says whose webhook it is. Helpers of the package are followed; where code that is not seen gets the writer the check is silent. An unknown event that GitHub, Bitbucket or Gitea gets an error for is a note: they do not send it again.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Ensure your endpoint responds with HTTP 200 within 5 seconds"},
		{Vendor: "Aelix", Text: "Check the Webhook Delivery Log in the portal for response codes and retry history"},
	},
	References: []string{"https://pkg.go.dev/net/http#ResponseWriter"},
	Bad: `package p

import "net/http"

type queue interface{ Put(id string) }

func event(q queue) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Event-Id")
		if id == "" {
			http.Error(w, "no event", http.StatusBadRequest)
		}
		q.Put(id)
		w.WriteHeader(http.StatusAccepted)
	}
}
`,
	Good: `package p

import "net/http"

type queue interface{ Put(id string) }

func event(q queue) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Event-Id")
		if id == "" {
			http.Error(w, "no event", http.StatusBadRequest)
			return
		}
		q.Put(id)
		w.WriteHeader(http.StatusAccepted)
	}
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, s := range model.SecondAnswers() {
		reportSecond(pass, s)
	}
	for _, a := range model.WrongAcks() {
		reportAck(pass, a)
	}
	return nil
}

// reportSecond reports a request that is answered twice.
func reportSecond(pass *check.Pass, s httpmodel.SecondAnswer) {
	f := check.Finding{Pos: s.Pos}
	switch {
	case s.Unreturned && s.Status == 0:
		f.Message = "the request goes on after another handler has answered it, and is answered again on every way; return here"
		f.Related = related(s.First, "it is answered again here")
	case s.Unreturned:
		f.Message = fmt.Sprintf("the request goes on after it was refused with %d, and is answered again on every way; return here", s.Status)
		f.Related = related(s.First, "it is answered again here")
	case s.Status == 0:
		f.Message = "this status is never sent: a part of the answer was, and its status with it; set the status first, or not at all"
		f.Related = related(s.First, "the answer begins here")
	default:
		f.Message = fmt.Sprintf("status %d is never sent: a part of the answer was, and its status with it; set the status first, or not at all", s.Status)
		f.Related = related(s.First, "the answer begins here")
	}
	pass.Report(f)
}

// reportAck reports an answer from which the sender learns something else than
// what became of the event.
func reportAck(pass *check.Pass, a httpmodel.WrongAck) {
	vendor := a.Hook.Vendor
	if vendor == "" {
		vendor = "the sender"
	}
	f := check.Finding{Pos: a.Pos}
	switch a.Kind {
	case httpmodel.AckUnknown:
		f.Message = fmt.Sprintf("%s sends the event again and again: one that is merely unknown is answered %d; answer %d and leave it", vendor, a.Status, http.StatusOK)
		if a.Once {
			f.Severity = check.Note
			f.Message = fmt.Sprintf("an event that is merely unknown counts as a failed delivery at %s: it is answered %d; answer %d and leave it", vendor, a.Status, http.StatusOK)
		}
		f.Related = related(a.At, "the event is compared with those that are known here")
	case httpmodel.AckStatus:
		f.Message = fmt.Sprintf("%s takes %d for a failure and sends the event again: it wants %d; answer that", vendor, a.Status, a.Want)
	case httpmodel.AckEarly:
		f.Message = fmt.Sprintf("%s is told %d before the event is read: what fails from here on loses the event; answer when it is kept", vendor, a.Status)
		f.Related = related(a.At, "the event is read here")
	case httpmodel.AckPanic:
		f.Message = "the webhook panics instead of answering when the call fails: its result is used before the error is looked at; check the error first"
		f.Related = related(a.At, "the result is of this call")
	}
	pass.Report(f)
}

func related(pos token.Pos, why string) []analysis.RelatedInformation {
	if !pos.IsValid() {
		return nil
	}
	return []analysis.RelatedInformation{{Pos: pos, Message: why}}
}

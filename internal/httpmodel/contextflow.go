package httpmodel

import (
	"go/token"

	"github.com/apivet/apivet/internal/httpfacts"
)

// An Outlived is work on a context that ends before the work does.
type Outlived struct {
	Pos  token.Pos // the go statement, or the call after the answer
	From token.Pos // where the context was taken from the request, or the deferred cancel
	Call token.Pos // the call in the handler that leads to Pos
	What string    // what the context is given to
	// Cancelled says that a deferred cancel ends the context, not net/http.
	Cancelled bool
}

// Outlived returns the work that goroutines (or queued closures) started by
// the handler do on a context that ends when the handler returns. Goroutines
// that the handler waits for, that detach the context, that look at its end
// themselves or that take only values from it are not among them.
func (h *Handler) Outlived() []Outlived {
	var list []Outlived
	for _, site := range h.model.facts.Work.Sum(h.fn).Kept {
		if site.Ctx.Ends() && !(h.Helper && h.joinedByCallers()) {
			list = append(list, outlived(site))
		}
	}
	return list
}

// AfterStream returns the database writes that the handler makes on the
// request's context after it has streamed its answer: a client that has read
// all of it leaves, and the context ends.
func (h *Handler) AfterStream() []Outlived {
	var list []Outlived
	for _, site := range h.model.facts.Work.Sum(h.fn).Late {
		list = append(list, outlived(site))
	}
	return list
}

func outlived(site httpfacts.CtxSite) Outlived {
	o := Outlived{Pos: site.Pos, From: site.Ctx.From, Call: site.Call, What: site.What}
	if site.Ctx.Kind != httpfacts.CtxRequest {
		o.From, o.Cancelled = site.Ctx.Cancel, true
	}
	return o
}

// joinedByCallers reports whether a caller in the package may wait for what
// the helper started.
func (h *Handler) joinedByCallers() bool { return h.model.facts.Work.JoinedByCallers(h.fn) }

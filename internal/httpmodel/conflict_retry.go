package httpmodel

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/play"
)

// retries notes the requests that create something and are sent again after a
// failure: the first may have done its work, or was refused because the thing
// is there.
func (x *conflictSearch) retries() {
	for _, r := range x.m.Retries() {
		fn := outermost(r.In)
		x.tried[fn] = true
		kind, wrong := r.takesConflict()
		if !wrong || r.Send.Opaque || r.Send.ReadsOnly() || r.looksUp() || x.m.skipsTest(fn) {
			continue
		}
		c := &creation{send: r.Send, path: r.Path}
		if kind == ConflictLost && !r.creates() {
			continue // a collection in the path alone may be asked, too
		}
		if !c.creates() || c.keyed() || x.known(c) || x.m.callersKnow(fn) || x.m.looksAfter(fn, r.Path[0]) {
			continue
		}
		x.note(kind, c, fn)
		for _, call := range r.Path[:len(r.Path)-1] {
			x.told[call] = true
		}
	}
	for _, s := range x.m.Sends() {
		if s.Wrapper || s.Opaque || s.ReadsOnly() || x.m.skipsTest(outermost(s.Fn)) || !x.clientRepeats(s) || !s.failsOnConflict() {
			continue
		}
		c := &creation{send: s, path: []ssa.CallInstruction{s.Call}}
		if fn := outermost(s.Fn); c.creates() && !c.keyed() && !x.known(c) && !x.m.callersKnow(fn) && !x.m.looksAfter(fn, s.Call) {
			x.note(ConflictLost, c, fn)
		}
	}
}

// known reports whether a function on the way knows of such things.
func (x *conflictSearch) known(c *creation) bool {
	return slices.ContainsFunc(c.path, func(call ssa.CallInstruction) bool { return x.m.knowsConflict(outermost(call.Parent())) })
}

// takesConflict reports whether the retry takes a conflict for a failure: it is
// tried again, too, or it ends as any refusal after an attempt of which nobody
// knows what it did.
func (r *Retry) takesConflict() (ConflictKind, bool) {
	ends := r.Ends
	if r.Form == InLoop { // these end where the loop does
		ends = r.model.facts.PlayFrom(r.Send.Send, r.Path[0], r.In).Ends
	}
	fails := false
	for _, e := range ends {
		switch {
		case !onConflict(e):
		case succeeds(e.Out) || !e.Out.Has(Refused) || e.Flags&play.DataCheck != 0 && !failsAt(e):
			return 0, false
		default:
			fails = fails || failsAt(e)
		}
	}
	if on, _, known := r.asked(); !fails || !known || !r.On.Has(doubtful) {
		return 0, false
	} else if on.Has(conflict) {
		return ConflictRefused, true
	}
	return ConflictLost, true
}

// failsAt reports whether an end is another attempt, or an error.
func failsAt(e play.End) bool {
	if e.Kind != play.Returns || len(e.Results) == 0 {
		return true
	}
	k := e.Results[len(e.Results)-1].K
	return k == play.NonNil || k == play.Ptr
}

// clientRepeats reports whether the request's client repeats it whatever its
// method is.
func (x *conflictSearch) clientRepeats(s *Send) bool {
	if s.clientRepeatsWrites() {
		return true
	}
	return s.Client().Retries == Yes && slices.ContainsFunc(x.m.Retries(), func(r *Retry) bool {
		return outermost(r.In).Name() == "RoundTrip" && !r.byMethod() && r.On.Has(doubtful)
	})
}

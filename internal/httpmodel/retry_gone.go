package httpmodel

import (
	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/play"
)

// gone says that what is asked for is not there.
var gone = play.Status(404) | play.Status(410)

// RepeatsGone returns the answers with 404 or 410 that are made an error of
// their own and are repeated for ever all the same, like every other failure.
func (r *Retry) RepeatsGone() play.Outcomes {
	on, _, known := r.Classes()
	if !known || on&gone == 0 || !on.Has(play.NetError) || r.Form != InLoop || !r.uncounted() {
		return 0
	}
	var own, waited play.Outcomes
	for _, e := range r.Ends {
		switch {
		case e.Kind != play.Repeats && e.Out.Has(play.ServerError) && e.Flags&play.CtxSeen == 0 && !e.Unknown:
			return 0 // other failures end it: this one is waited for
		case e.Kind == play.Repeats && e.Out&^gone == 0 && !e.Given && !e.Unknown:
			own |= e.Out
		case e.Kind == play.Repeats && e.Out.Has(play.ServerError):
			waited |= e.Out
		}
	}
	if !waited.Has(play.ServerError) {
		return 0
	}
	return own & on
}

// uncounted reports whether nothing but the outcome and the end of a context
// ends a loop.
func (r *Retry) uncounted() bool {
	for block := range r.loop.Blocks {
		iff, ok := block.Instrs[len(block.Instrs)-1].(*ssa.If)
		if !ok || r.staysIn(block.Succs[0]) == r.staysIn(block.Succs[1]) || r.ofOutcome(iff.Cond, map[ssa.Value]bool{}) {
			continue
		}
		if !ofContext(iff.Cond) {
			return false
		}
	}
	return true
}

// ofContext reports whether a condition asks which channel of a select was
// ready, or whether a context has ended.
func ofContext(cond ssa.Value) bool {
	c, ok := cond.(*ssa.BinOp)
	if !ok {
		return false
	}
	for _, v := range []ssa.Value{c.X, c.Y} {
		switch v := v.(type) {
		case *ssa.Extract:
			if _, ok := v.Tuple.(*ssa.Select); ok {
				return true
			}
		case *ssa.Call:
			return looksAtContext(v)
		}
	}
	return false
}

package httpmodel

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Bounds of the way from a request to the code that makes it again.
const (
	maxCreationDepth = 4
	maxCreationSteps = 60
)

// climb looks for what makes a request again: in the function that sends it and
// in those that lead there. Who knows of the answer that says that the thing is
// there, or looks first, has done what there is to do.
func (x *conflictSearch) climb(s *Send) {
	work := []*creation{{send: s, path: []ssa.CallInstruction{s.Call}}}
	seen := map[ssa.CallInstruction]bool{}
	for len(work) > 0 && len(seen) < maxCreationSteps {
		at := work[0]
		work = work[1:]
		call := at.path[0]
		fn := outermost(call.Parent())
		if seen[call] || x.told[call] || x.tried[fn] || x.m.knowsConflict(fn) || x.m.skipsTest(fn) {
			continue
		}
		seen[call] = true
		// The status may be what a function gives to its callers.
		at.fails = at.fails || s.endsAsRefused(x.m.facts.PlayFrom(s.Send, call, call.Parent()), call.Parent())
		if at.fails && (x.race(at, fn) || x.m.looksFirst(fn, call) || x.again(at, fn)) || len(at.path) == maxCreationDepth {
			continue
		}
		calls, _ := x.m.Callers(fn)
		for _, c := range calls {
			if _, plain := c.(*ssa.Call); plain {
				work = append(work, &creation{s, append([]ssa.CallInstruction{c}, at.path...), at.fails})
			}
		}
	}
}

// again reports whether the function at the head of the way makes the request
// more than once, and notes it unless something speaks against it.
func (x *conflictSearch) again(c *creation, fn *ssa.Function) bool {
	kind, found := x.reason(c, fn)
	if !found {
		return false
	}
	if !c.creates() && c.documented() == nil || c.keyed() || c.namedAnew() || x.m.callersKnow(fn) || x.m.looksAfter(fn, c.path[0]) {
		return true
	}
	x.note(kind, c, fn)
	return true
}

// note adds a conflict. Of a vendor that knows of none a repeated request may as
// well make a second thing.
func (x *conflictSearch) note(kind ConflictKind, c *creation, fn *ssa.Function) {
	found := Conflict{Kind: kind, Pos: c.path[0].Pos(), Send: c.send, In: fn.Name()}
	if p := c.documented(); p != nil {
		found.Vendor = p.Name
	} else if p := x.m.vendorOf(played{send: c.send}); p != nil && kind == ConflictLost && !p.SaysConflict() {
		return
	}
	x.add(found)
}

// reason says why the function at the head of the way makes the request again.
func (x *conflictSearch) reason(c *creation, fn *ssa.Function) (ConflictKind, bool) {
	switch {
	case runsAgain(fn.Name()):
		return ConflictRerun, true
	case x.atStart(c, fn):
		return ConflictStart, true
	case x.scheduled(c, fn):
		return ConflictSchedule, true
	case x.delivered(c, fn):
		return ConflictDelivery, true
	case x.batch(c, fn):
		return ConflictBatch, true
	}
	return 0, false
}

// runsAgain reports whether a function's name says that it is run again and
// finds what it did before.
func runsAgain(name string) bool {
	return nameHas(name, "ensure", "provision", "sync", "synchronize", "reconcile", "apply", "bootstrap", "seed", "migrate")
}

// race reports whether a function looks whether the thing is there before it
// makes it, and notes it if somebody else who does so may be faster.
func (x *conflictSearch) race(c *creation, fn *ssa.Function) bool {
	makes := nameHas(fn.Name(), "create", "make", "add", "register") && nameHas(fn.Name(), "get", "find", "lookup", "fetch", "load", "or", "if")
	if !makes && !nameHas(fn.Name(), "ensure", "upsert") {
		return false
	}
	call := c.path[0]
	lookup := slices.ContainsFunc(x.m.otherCalls(fn, call), func(look ssa.CallInstruction) bool {
		return look.Parent() == call.Parent() && x.m.looksUp(look) && reachesInstr(look, call)
	})
	if !lookup {
		return false
	}
	if c.creates() && !c.keyed() && !x.m.callersKnow(fn) && !x.m.looksAfter(fn, call) && !locks(fn) {
		x.note(ConflictRace, c, fn)
	}
	return true
}

// locks reports whether a function lets one in at a time, or one for all.
func locks(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if callee := calleeOfInstr(instr); callee != nil && (nameHas(callee.Name(), "lock", "acquire") || callee.Pkg() != nil && callee.Pkg().Name() == "singleflight") {
				return true
			}
		}
	}
	return false
}

package httpmodel

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
)

// batch reports whether a loop makes one thing after the other and breaks off
// at the first that it cannot make: what it made stays, and the next run ends
// there.
func (x *conflictSearch) batch(c *creation, fn *ssa.Function) bool {
	call := c.path[0]
	loops := x.m.loopsAround(call)
	if len(loops) == 0 || x.askedByPerson(fn, map[*ssa.Function]bool{}) || !c.creates() || c.isNew() || x.partOfNew(c) {
		return false
	}
	for _, l := range loops {
		if rangesOverChannel(l) || keepsProgress(l, call) {
			return false
		}
		if x.breaksOff(c, l) {
			return true
		}
	}
	return false
}

// breaksOff reports whether a loop goes on after each success and ends at a
// conflict as at any failure.
func (x *conflictSearch) breaksOff(c *creation, l *httpfacts.Loop) bool {
	r := x.m.facts.PlayLoop(c.send.Send, c.path[0], l)
	if r.Overflow || !r.Reached {
		return false
	}
	goesOn, ends := false, false
	for _, e := range r.Ends {
		repeats := e.Kind == play.Repeats && !e.Elsewhere
		goesOn = goesOn || repeats && e.Out.Has(play.Success)
		if !onConflict(e) {
			continue
		}
		if repeats || succeeds(e.Out) || !e.Out.Has(Refused) {
			return false
		}
		ends = true
	}
	return goesOn && ends
}

// askedByPerson reports whether a function does what somebody asked for just
// then: a command with arguments, an inbound request that nobody sends again.
func (x *conflictSearch) askedByPerson(fn *ssa.Function, seen map[*ssa.Function]bool) bool {
	if seen[fn] || len(seen) > maxCreationSteps {
		return false
	}
	seen[fn] = true
	if choosesCommand(fn) || slices.ContainsFunc(withClosures(fn), func(f *ssa.Function) bool { return serves(f.Signature) || isCommand(f.Signature) }) {
		return true
	}
	calls, _ := x.m.Callers(fn)
	return slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool { return x.askedByPerson(outermost(c.Parent()), seen) })
}

// keepsProgress reports whether a loop knows what an earlier run has done: it
// looks a thing up in a map, or notes each that is done.
func keepsProgress(l *httpfacts.Loop, own ssa.CallInstruction) bool {
	for b := range l.Blocks {
		for _, instr := range b.Instrs {
			switch i := instr.(type) {
			case *ssa.Lookup:
				if !isText(i.X.Type()) {
					return true
				}
			case ssa.CallInstruction:
				if i != own && nameHas(calledName(i.Common()), "mark", "save", "checkpoint", "progress", "done", "record", "commit", "seen", "skip", "contains", "exec", "resume") {
					return true
				}
			}
		}
	}
	return false
}

// partOfNew reports whether the request adds to a thing that the same function
// made just before: the next run has another.
func (x *conflictSearch) partOfNew(c *creation) bool {
	call := c.path[0]
	for other := range lazyssa.Each[*ssa.Call](call.Parent()) {
		if other == call || !reachesInstr(other, call) || reachesInstr(call, other) {
			continue
		}
		s := x.m.sendAt(other)
		if s != nil && s.posts() || x.m.isOwnCall(other) && namesMake([]string{calledName(&other.Call)}) {
			return true
		}
	}
	return false
}

package httpmodel

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
)

// scheduled reports whether the request is made whenever the time has come: in
// a loop that waits for a clock and nothing else, or in a function that a
// scheduler calls.
func (x *conflictSearch) scheduled(c *creation, fn *ssa.Function) bool {
	call := c.path[0]
	if x.isTimed(call.Parent()) || x.isTimed(fn) {
		return !c.isNew()
	}
	for _, l := range x.m.loopsAround(call) {
		if waitsForClock(l) && x.goesRound(c, l) {
			return !c.isNew()
		}
	}
	return false
}

// goesRound reports whether a loop comes again after a success.
func (x *conflictSearch) goesRound(c *creation, l *httpfacts.Loop) bool {
	r := x.m.facts.PlayLoop(c.send.Send, c.path[0], l)
	for _, e := range r.Ends {
		if e.Kind == play.Repeats && e.Out.Has(play.Success) {
			return !r.Overflow
		}
	}
	return false
}

// waitsForClock reports whether each round of a loop waits for some time, and
// takes nothing else from a channel.
func waitsForClock(l *httpfacts.Loop) bool {
	clock := false
	for b := range l.Blocks {
		for _, instr := range b.Instrs {
			var channels []ssa.Value
			switch i := instr.(type) {
			case *ssa.UnOp:
				if i.Op == token.ARROW {
					channels = append(channels, i.X)
				}
			case *ssa.Select:
				for _, s := range i.States {
					if s.Dir == types.RecvOnly {
						channels = append(channels, s.Chan)
					}
				}
			case *ssa.Call:
				clock = clock || isTimeFunc(i, "Sleep")
			}
			for _, ch := range channels {
				typ, ok := ch.Type().Underlying().(*types.Chan)
				if !ok {
					return false // of a type parameter
				}
				elem := typ.Elem()
				if isNamed(elem, "time", "Time") {
					clock = true
				} else if st, ok := elem.Underlying().(*types.Struct); !ok || st.NumFields() > 0 {
					return false // work of its own comes in
				}
			}
		}
	}
	return clock
}

// isTimed reports whether a function is given to a scheduler.
func (x *conflictSearch) isTimed(fn *ssa.Function) bool {
	if x.timed == nil {
		x.timed = map[*ssa.Function]bool{}
		for call := range lazyssa.Each[ssa.CallInstruction](x.m.flow().funcs...) {
			if !schedules(call) {
				continue
			}
			for _, a := range call.Common().Args {
				if isFunc(a.Type()) {
					for _, o := range x.m.Origins(a) {
						x.timed[declared(funcOfValue(o.Value))] = true
					}
				}
			}
		}
	}
	return x.timed[fn]
}

// schedules reports whether a call is called after doing something at certain
// times.
func schedules(call ssa.CallInstruction) bool {
	name := calledName(call.Common())
	return name == "AddFunc" || name == "AddJob" || nameHas(name, "schedule", "cron", "every", "interval", "periodic", "periodically", "daily", "hourly", "tick")
}

// declared returns the method that a method value calls, or the function itself.
func declared(fn *ssa.Function) *ssa.Function {
	if fn == nil || fn.Synthetic == "" {
		return fn
	}
	if obj, ok := fn.Object().(*types.Func); ok {
		if method := fn.Prog.FuncValue(obj.Origin()); method != nil {
			return method
		}
	}
	return fn
}

package httpmodel

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/lazyssa"
)

// delivered reports whether the request is made for a message that comes again
// until it is dealt with: the function fails with the request, or gives the
// message back.
func (x *conflictSearch) delivered(c *creation, fn *ssa.Function) bool {
	call := c.path[0]
	if x.receivesWebhook(call.Parent()) {
		return x.failsAgain(c, call.Parent())
	}
	if takesMessage(call.Parent()) && returnsError(call.Parent().Signature) {
		return x.failsAgain(c, call.Parent())
	}
	for _, l := range x.m.loopsAround(call) {
		if takesInMessages(l) && (givesBack(call) || acknowledgesAfter(call, l)) {
			return true
		}
	}
	return false
}

// failsAgain reports whether a function ends at a conflict as at any refusal.
func (x *conflictSearch) failsAgain(c *creation, fn *ssa.Function) bool {
	return c.send.endsAsRefused(x.m.facts.PlayFrom(c.send.Send, c.path[0], fn), fn)
}

func (x *conflictSearch) receivesWebhook(fn *ssa.Function) bool {
	for _, h := range x.m.Handlers() {
		if h.fn == fn {
			return h.Webhook() != nil
		}
	}
	return false
}

func returnsError(sig *types.Signature) bool {
	n := sig.Results().Len()
	return n > 0 && isErrorType(sig.Results().At(n-1).Type())
}

// takesMessage reports whether a function is called after dealing with what it
// is given, and that is called after what a queue holds.
func takesMessage(fn *ssa.Function) bool {
	deals := fn.Parent() != nil || nameHas(fn.Name(), "handle", "handler", "process", "consume", "on", "receive", "work", "perform", "deliver", "execute")
	for _, p := range fn.Params {
		if deals && isMessage(p.Type()) {
			return true
		}
	}
	return false
}

// isMessage reports whether a type is called after what a queue holds.
func isMessage(t types.Type) bool {
	n := namedOf(t)
	return n != nil && nameHas(n.Name(), "message", "msg", "delivery", "job", "task", "event", "record", "envelope")
}

// takesInMessages reports whether each round of a loop takes a message.
func takesInMessages(l *httpfacts.Loop) bool {
	for b := range l.Blocks {
		for _, instr := range b.Instrs {
			if v, ok := instr.(ssa.Value); ok && holdsMessage(v.Type()) {
				return true
			}
		}
	}
	return false
}

// holdsMessage reports whether a value is a message, or what comes with one.
func holdsMessage(t types.Type) bool {
	if tuple, ok := t.(*types.Tuple); ok {
		for v := range tuple.Variables() {
			if isMessage(v.Type()) {
				return true
			}
		}
		return false
	}
	return isMessage(t)
}

// givesBack reports whether a message is given back to its queue after a call.
func givesBack(own ssa.CallInstruction) bool {
	for call := range lazyssa.Each[ssa.CallInstruction](own.Parent()) {
		if !nameHas(calledName(call.Common()), "nack", "reject", "requeue", "release", "redeliver") || !reachesInstr(own, call) {
			continue
		}
		args := call.Common().Args
		if n := len(args); n > 0 && isBool(args[n-1].Type()) {
			if requeue, ok := args[n-1].(*ssa.Const); ok && requeue.Value != nil && !constant.BoolVal(requeue.Value) {
				continue
			}
		}
		return true
	}
	return false
}

// acknowledgesAfter reports whether a message is taken off its queue after a
// call in a loop, and not on every way to the next round.
func acknowledgesAfter(own ssa.CallInstruction, l *httpfacts.Loop) bool {
	acks := map[*ssa.BasicBlock]bool{}
	for b := range l.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok && nameHas(calledName(call.Common()), "ack", "acknowledge", "delete", "commit", "complete") {
				if !before(own, call) && !own.Block().Dominates(b) {
					return false // it is off before
				}
				acks[b] = true
			}
		}
	}
	return len(acks) > 0 && !acks[own.Block()] && blocksAfter(own.Block(), acks)[l.Head]
}

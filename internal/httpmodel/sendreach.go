package httpmodel

import (
	"cmp"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// A sendReach finds the requests that calls of the package's functions lead to.
type sendReach struct {
	m     *Model
	sends map[*ssa.Function][]*Send // by the function that makes them
}

func newSendReach(m *Model) *sendReach {
	r := &sendReach{m: m, sends: map[*ssa.Function][]*Send{}}
	for _, s := range m.Sends() {
		r.sends[s.Fn] = append(r.sends[s.Fn], s)
	}
	return r
}

// from returns the request that a call makes, by itself or in the package's
// functions that it leads to: nil where there is none, or more than one.
func (r *sendReach) from(call ssa.CallInstruction) *Send {
	return r.within(call, 0, map[*ssa.Function]bool{})
}

func (r *sendReach) within(call ssa.CallInstruction, depth int, seen map[*ssa.Function]bool) *Send {
	if s := r.m.sendAt(call); s != nil {
		return s
	}
	fn := staticCallee(call.Common())
	if fn == nil || fn.Blocks == nil || depth > 3 || seen[fn] {
		return nil
	}
	seen[fn] = true
	if sends := r.sends[fn]; len(sends) > 0 {
		if len(sends) == 1 {
			return sends[0]
		}
		return nil
	}
	var found *Send
	for inner := range lazyssa.Each[ssa.CallInstruction](fn) {
		s := r.within(inner, depth+1, seen)
		if s != nil && found != nil {
			return nil
		}
		found = cmp.Or(found, s)
	}
	return found
}

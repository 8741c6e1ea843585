package httpmodel

import (
	"go/token"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// A RetryPolicy is a function by which a retrying client decides whether to
// send again: a CheckRetry, a retry condition.
type RetryPolicy struct {
	Fn  *ssa.Function
	Set token.Pos // where the client gets it
	// Alone says that it decides by itself; otherwise it adds to what the
	// client repeats anyway.
	Alone bool
	// On holds the outcomes that it repeats, Never those that it surely does not.
	On, Never play.Outcomes
	// ByMethod says that it looks at the request's method.
	ByMethod bool
}

// RetryPolicies returns the policies of the package, each once.
func (m *Model) RetryPolicies() []RetryPolicy {
	m.policyMemo.once.Do(func() { m.policyMemo.list = m.findPolicies() })
	return m.policyMemo.list
}

// policyMemo holds a package's policies: each request of a retrying client asks
// for them.
type policyMemo struct {
	once sync.Once
	list []RetryPolicy
}

func (m *Model) findPolicies() []RetryPolicy {
	var list []RetryPolicy
	had := map[*ssa.Function]bool{}
	add := func(v ssa.Value, pos token.Pos, alone bool) {
		for _, o := range m.Origins(v) {
			fn := funcOfValue(o.Value)
			if fn == nil || had[fn] || len(fn.Blocks) == 0 || fn.Synthetic != "" {
				continue
			}
			had[fn] = true
			p := RetryPolicy{Fn: fn, Set: pos, Alone: alone, ByMethod: asksForMethod(fn, 0)}
			if p.play(m) {
				list = append(list, p)
			}
		}
	}
	for _, s := range m.Settings() {
		if t := library.TypeOf(s.Base.Type()); s.Role == "client.retry-if" || s.Role == "transport.retry-if" {
			add(s.Store.Val, s.Pos(), t.Retries)
		}
	}
	for _, fn := range m.flow().funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				if lib := library.FuncOf(calleeOf(call.Common())); lib != nil && lib.Client != nil && lib.Client.RetryIf != nil {
					add(argAt(call.Common(), lib.Client.RetryIf), call.Pos(), false)
				}
			}
		}
	}
	return list
}

// play notes what the policy says of each outcome; it reports false where that
// is not known.
func (p *RetryPolicy) play(m *Model) bool {
	res := m.facts.PlayPolicy(p.Fn)
	if res == nil || res.Overflow {
		return false
	}
	var maybe, refused play.Outcomes
	for _, e := range res.Ends {
		if e.Kind != play.Returns || len(e.Results) == 0 {
			continue
		}
		yes, no := e.Results[0].Sides()
		if yes|no == 0 || e.Unknown || e.Flags&play.DataCheck != 0 {
			maybe |= e.Out
			continue
		}
		p.On |= e.Out & yes
		refused |= e.Out & no
	}
	p.On &^= maybe
	p.Never = refused &^ (p.On | maybe)
	return p.On|p.Never != 0
}

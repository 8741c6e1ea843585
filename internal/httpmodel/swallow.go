package httpmodel

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
)

// A SwallowKind says what becomes of an error whose answer is used.
type SwallowKind int

const (
	// SwallowPanics: the answer is nil with an error, and is used then.
	SwallowPanics SwallowKind = iota
	// SwallowDropped: nothing looks at the error.
	SwallowDropped
	// SwallowLost: another error takes its place before it is looked at.
	SwallowLost
	// SwallowLogged: the error is tested or logged, and the code goes on.
	SwallowLogged
	// SwallowAfter: the answer says that a poll is over, and ends it, before
	// the error is looked at.
	SwallowAfter
	// SwallowAbsent: the answer that an error keeps is used, and there is none
	// after a network error.
	SwallowAbsent
)

// A Swallowed is a request whose answer is used on a path on which it failed.
type Swallowed struct {
	Kind SwallowKind
	Use  token.Pos
	Call ssa.CallInstruction // nil for SwallowAbsent
	Name string              // of the function that is called, or of what the answer is in
	// Within is the use in a function that is given the answer, where Use is
	// the call of that function.
	Within bool
	// Blank says that the error is dropped on purpose.
	Blank bool
}

// SwallowedErrors returns the requests, also those behind functions that
// return something else than the answer, whose result is used although they
// failed. There is one for each request, and one for each use of an answer that
// an error keeps.
func (m *Model) SwallowedErrors() []Swallowed {
	if m.Empty() {
		return nil
	}
	m.swallowedOnce.Do(func() { m.swallowed = m.findSwallowed() })
	return append(m.absentUses(), m.swallowed...)
}

func (m *Model) findSwallowed() []Swallowed {
	var list []Swallowed
	for _, fn := range m.SSA().Funcs {
		for call := range lazyssa.Each[*ssa.Call](fn) {
			if t := m.failing(call); t != nil {
				if s, ok := t.walk(); ok {
					list = append(list, s)
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b Swallowed) int { return int(a.Call.Pos() - b.Call.Pos()) })
	return list
}

// A failingCall is a call that makes a request and returns an error beside its result.
type failingCall struct {
	m     *Model
	call  *ssa.Call
	name  string
	err   *ssa.Extract // nil where the error is dropped
	res   map[ssa.Value]int
	nils  map[int]bool // results that are nil with an error
	looks bool         // the error has a use
}

// failing describes a call that makes a request, or returns nil.
func (m *Model) failing(call *ssa.Call) *failingCall {
	results := call.Call.Signature().Results()
	n := results.Len()
	if n < 2 || !types.Identical(results.At(n-1).Type(), errorType) {
		return nil
	}
	t := &failingCall{m: m, call: call, name: calledName(&call.Call), res: map[ssa.Value]int{}, nils: map[int]bool{}}
	send := m.sendAt(call)
	callee := CalleeObject(call)
	switch {
	case send != nil:
		for i := range n - 1 {
			t.nils[i] = nilWithoutAnswer(send.Rows, i)
		}
	case m.facts.Fails().Calls(callee):
		for i := range n - 1 {
			t.nils[i] = m.facts.Fails().NilOnError(callee, i)
		}
	default:
		return nil
	}
	for _, ref := range *call.Referrers() {
		x, ok := ref.(*ssa.Extract)
		if !ok {
			continue
		}
		if x.Index == n-1 {
			t.err = x
			t.looks = used(x)
		} else {
			t.res[x] = x.Index
		}
	}
	if len(t.res) == 0 {
		return nil // nobody uses what it returns
	}
	return t
}

// nilWithoutAnswer reports whether a result is nil whenever there is no answer.
func nilWithoutAnswer(rows []play.Row, i int) bool {
	found := false
	for _, r := range rows {
		if !r.Out.Has(play.NetError) || r.NoRet {
			continue
		}
		if i >= len(r.Res) || r.Res[i].K != play.Nil {
			return false
		}
		found = true
	}
	return found
}

// used reports whether something is done with a value beside keeping it in a
// variable that nothing reads.
func used(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch r := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.Store:
			a, ok := r.Addr.(*ssa.Alloc)
			if !ok || r.Val != v {
				return true
			}
			for _, other := range *a.Referrers() {
				switch o := other.(type) {
				case *ssa.DebugRef:
				case *ssa.Store:
					if o.Addr != a {
						return true
					}
				default:
					return true
				}
			}
		default:
			return true
		}
	}
	return false
}

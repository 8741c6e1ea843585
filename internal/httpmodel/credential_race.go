package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// A ConcurrentRenewal is a token that goroutines of one loop fetch and store
// at the same time.
type ConcurrentRenewal struct {
	Pos   token.Pos // stores the token
	Field *types.Var
	Spawn token.Pos // starts the goroutines
}

// ConcurrentRenewals returns the renewals of the package that nothing guards:
// a loop starts goroutines, each of which calls a method that fetches a token
// and stores it in the one object that all of them use, and no lock, channel
// or other guard is in sight.
func (m *Model) ConcurrentRenewals() []ConcurrentRenewal {
	if m.Empty() {
		return nil
	}
	w := &raceWalk{m: m, renewals: map[*ssa.Function]ConcurrentRenewal{}}
	for _, c := range m.Credentials() {
		if !m.Expires(c) {
			continue
		}
		for _, v := range c.Values {
			for _, s := range m.Sinks(v) {
				if s.Kind == SinkField && s.Field.Pkg() == m.pass.Pkg {
					w.store(s)
				}
			}
		}
	}
	if len(w.renewals) == 0 {
		return nil
	}
	for call := range lazyssa.Each[ssa.CallInstruction](m.flow().funcs...) {
		if inLoop(call.Block()) {
			w.spawn(call)
		}
	}
	return w.list
}

type raceWalk struct {
	m        *Model
	renewals map[*ssa.Function]ConcurrentRenewal // methods that fetch a token and store it in their receiver
	list     []ConcurrentRenewal
}

func (w *raceWalk) store(s Sink) {
	st := s.Instr.(*ssa.Store)
	fn := st.Parent()
	if fn.Signature.Recv() == nil || len(fn.Params) == 0 || st.Addr.(*ssa.FieldAddr).X != fn.Params[0] {
		return
	}
	if _, ok := w.renewals[fn]; !ok && w.m.reaches(fn, w.m.isSend) {
		w.renewals[fn] = ConcurrentRenewal{Pos: st.Pos(), Field: s.Field}
	}
}

// spawn looks at a call in a loop that starts a goroutine.
func (w *raceWalk) spawn(call ssa.CallInstruction) {
	var run ssa.Value
	if g, ok := call.(*ssa.Go); ok {
		run = g.Call.Value
	} else if f := library.FuncOf(CalleeObject(call)); f != nil && f.Spawns != nil && !oneAtATime(call) {
		i := int(*f.Spawns)
		if CalleeObject(call).Signature().Recv() != nil {
			i++
		}
		run = argument(call, i)
	}
	if ct, ok := run.(*ssa.ChangeType); ok {
		run = ct.X
	}
	mc, ok := run.(*ssa.MakeClosure)
	if !ok || narrow(call.Parent()) {
		return
	}
	fn := mc.Fn.(*ssa.Function)
	shared := func(v ssa.Value) bool {
		fv, ok := ownerOf(v).(*ssa.FreeVar)
		if !ok {
			return false
		}
		for i, f := range fn.FreeVars {
			if f == fv && i < len(mc.Bindings) {
				return madeBefore(mc.Bindings[i])
			}
		}
		return false
	}
	w.walk(fn, shared, call, 0)
}

// madeBefore reports whether a captured variable is a parameter or declared
// outside any loop.
func madeBefore(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Parameter:
		return true
	case *ssa.Alloc:
		val := onlyStore(v)
		return val != nil && !inLoop(v.Block())
	}
	return false
}

// walk looks for a renewal of a shared object in a function of the goroutine
// and those that it calls.
func (w *raceWalk) walk(fn *ssa.Function, shared func(ssa.Value) bool, spawn ssa.CallInstruction, depth int) {
	if depth > 4 || guards(fn, depth > 0) {
		return
	}
	if r, ok := w.renewals[fn]; ok && depth > 0 && !w.m.calls(spawn.Parent(), fn) {
		r.Spawn = spawn.Pos()
		w.list = append(w.list, r)
		delete(w.renewals, fn)
		return
	}
	for call := range lazyssa.Each[*ssa.Call](fn) {
		callee := staticCallee(&call.Call)
		if callee == nil || callee.Blocks == nil || callee.Signature.Recv() == nil || len(callee.Params) == 0 || !shared(call.Call.Args[0]) {
			continue
		}
		w.walk(callee, func(v ssa.Value) bool { return ownerOf(v) == callee.Params[0] && v == callee.Params[0] }, spawn, depth+1)
	}
}

// calls reports whether a function itself calls another, to have a token
// before the goroutines start.
func (m *Model) calls(fn, callee *ssa.Function) bool {
	for call := range lazyssa.Each[ssa.CallInstruction](fn) {
		if c := staticCallee(call.Common()); c != nil && (c == callee || m.reaches(c, func(d ssa.CallInstruction) bool { return staticCallee(d.Common()) == callee })) {
			return true
		}
	}
	return false
}

// guards reports whether something in a function may keep goroutines apart:
// a lock, a once or a flight, by name, an atomic; in a callee also a channel.
func guards(fn *ssa.Function, channels bool) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Select, *ssa.Send:
				if channels {
					return true
				}
			case *ssa.UnOp:
				if channels && instr.Op == token.ARROW {
					return true
				}
			case ssa.CallInstruction:
				if obj := CalleeObject(instr); obj != nil && isGuard(obj) {
					return true
				}
			}
		}
	}
	return false
}

func isGuard(fn *types.Func) bool {
	name := strings.ToLower(fn.Name())
	for _, word := range []string{"lock", "once", "acquire", "compareandswap"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	// sync.Once, singleflight and their like; not http.Client.
	return strings.HasPrefix(name, "do") && library.FuncOf(fn) == nil
}

// narrow reports whether a function makes a channel with room for one, or none.
func narrow(fn *ssa.Function) bool {
	for mc := range lazyssa.Each[*ssa.MakeChan](fn) {
		if atMostOne(mc.Size) {
			return true
		}
	}
	return false
}

// oneAtATime reports whether the group that runs a function is told a limit
// of one.
func oneAtATime(call ssa.CallInstruction) bool {
	if len(call.Common().Args) == 0 {
		return false
	}
	group := call.Common().Args[0]
	if group.Referrers() == nil {
		return false
	}
	for _, ref := range *group.Referrers() {
		other, ok := ref.(ssa.CallInstruction)
		if !ok {
			continue
		}
		for _, arg := range other.Common().Args[min(1, len(other.Common().Args)):] {
			if atMostOne(arg) && strings.Contains(strings.ToLower(other.Common().Value.Name()), "limit") {
				return true
			}
		}
	}
	return false
}

func atMostOne(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Int {
		return false
	}
	n, exact := constant.Int64Val(c.Value)
	return exact && n <= 1
}

package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// A PerCall is a pool of connections that is made anew each time a function
// runs, used, and dropped.
type PerCall struct {
	Pos   token.Pos // where it is made
	Used  token.Pos // where it is used
	Often token.Pos // what runs often: the function, or a loop's call
}

// PoolsPerCall returns the transports, and clients with one of their own, that
// are made for each request or so.
func (m *Model) PoolsPerCall() []PerCall {
	if m.Empty() {
		return nil
	}
	m.clients.mu.Lock()
	defer m.clients.mu.Unlock()
	var list []PerCall
	for _, fn := range m.flow().funcs {
		if fn.Synthetic != "" {
			continue // init runs once
		}
		pools := m.freshPools(fn)
		for i, v := range pools {
			u := &poolUse{m: m, seen: map[ssa.Value]bool{}}
			u.follow(v)
			if slices.ContainsFunc(pools[i+1:], func(outer ssa.Value) bool { return u.seen[outer] }) {
				continue // a part of another one, which counts
			}
			if u.kept || !u.used.IsValid() || closesIdle(outermost(fn)) {
				continue
			}
			often := m.runsOften(fn, v.(ssa.Instruction).Block(), map[*ssa.Function]bool{})
			if !often.IsValid() {
				continue
			}
			list = append(list, PerCall{Pos: m.madeAt(v), Used: u.used, Often: often})
		}
	}
	return list
}

// freshPools returns the values in a function that are new pools, or made of
// new ones.
func (m *Model) freshPools(fn *ssa.Function) []ssa.Value {
	var list []ssa.Value
	for instr := range lazyssa.Each[ssa.Instruction](fn) {
		v, ok := instr.(ssa.Value)
		if !ok {
			continue
		}
		switch v := v.(type) {
		case *ssa.Alloc:
			t := library.TypeOf(v.Type())
			if t == nil || t.Kind != "transport" || !isStruct(v.Type().Underlying().(*types.Pointer).Elem()) {
				continue
			}
		case *ssa.Call:
			lib := library.FuncOf(calleeOf(&v.Call))
			if lib != nil && (lib.Client == nil || !lib.Client.Fresh) || clientAmong(v.Call.Signature()) < 0 || isFluent(&v.Call) {
				continue
			}
			if lib == nil && v.Call.IsInvoke() {
				continue
			}
		default:
			continue
		}
		e := m.clientEval(fn)
		var t Traits
		if call, ok := v.(*ssa.Call); ok && call.Call.Signature().Results().Len() > 1 {
			t = joined(e.call(call, clientAmong(call.Call.Signature())))
		} else {
			t = joined(e.value(v))
		}
		if t.Says[traitFresh] == saysYes && t.Says[traitReuse] == saysYes {
			list = append(list, v)
		}
	}
	return list
}

// madeAt is the place to report: the literal where a helper makes it for this
// place alone.
func (m *Model) madeAt(v ssa.Value) token.Pos {
	call, ok := v.(*ssa.Call)
	if !ok {
		return ValuePos(v)
	}
	fn := staticCallee(&call.Call)
	if fn == nil || fn.Pkg != call.Parent().Pkg || len(m.flow().calls[fn]) > 1 || len(fn.Blocks) == 0 {
		return call.Pos()
	}
	for _, o := range m.clientResult(fn, clientAmong(call.Call.Signature())) {
		if o.pos.IsValid() && o.fn == fn {
			return o.pos
		}
	}
	return call.Pos()
}

// closesIdle reports whether a function closes idle connections itself.
func closesIdle(fn *ssa.Function) bool {
	for call := range lazyssa.Each[ssa.CallInstruction](fn) {
		if c := calleeOf(call.Common()); c != nil && c.Name() == "CloseIdleConnections" {
			return true
		}
	}
	for _, anon := range fn.AnonFuncs {
		if closesIdle(anon) {
			return true
		}
	}
	return false
}

// runsOften returns what proves that a place in a function is reached again
// and again: a loop, a handler or RoundTrip, or an exported function of a
// package that others import. Functions that build or start something do not
// count.
func (m *Model) runsOften(fn *ssa.Function, at *ssa.BasicBlock, seen map[*ssa.Function]bool) token.Pos {
	if seen[fn] || len(seen) > 40 {
		return token.NoPos
	}
	seen[fn] = true
	if at != nil && inLoop(at) {
		return fn.Pos()
	}
	out := outermost(fn)
	obj, ok := out.Object().(*types.Func)
	if !ok || isCommand(out.Signature) {
		return token.NoPos
	}
	if obj.Name() == "RoundTrip" || serves(out.Signature) || serves(fn.Signature) {
		return out.Pos()
	}
	if startsSomething(obj.Name()) {
		return token.NoPos
	}
	recv := obj.Signature().Recv()
	public := obj.Exported() && (recv == nil || namedOf(recv.Type()) == nil || namedOf(recv.Type()).Exported())
	if public && !m.InCommand() {
		return out.Pos()
	}
	calls := m.flow().calls[out]
	if recv != nil {
		calls = append(calls[:len(calls):len(calls)], m.flow().invokes[obj.Name()]...)
	}
	for _, call := range calls {
		if pos := m.runsOften(call.Parent(), call.Block(), seen); pos.IsValid() {
			return pos
		}
	}
	return token.NoPos
}

// startsSomething reports whether a name says that a function builds, opens or
// starts something, which is done once.
func startsSomething(name string) bool {
	words := camelWords(name)
	if len(words) == 0 {
		return true
	}
	switch words[0] {
	case "new", "make", "build", "create", "init", "setup", "configure", "configured", "open", "connect", "dial", "start", "run", "main", "must",
		"with", "default", "load", "register", "provision", "validate", "parse", "apply", "login", "serve", "listen", "execute", "test":
		return true
	}
	return strings.HasSuffix(words[len(words)-1], "client") || words[len(words)-1] == "transport"
}

// poolUse follows a pool, and what is made of it, forward.
type poolUse struct {
	m    *Model
	seen map[ssa.Value]bool
	used token.Pos
	kept bool // it, or what holds it, lives on, or goes where that cannot be seen
}

func (u *poolUse) follow(v ssa.Value) {
	if v == nil || u.seen[v] || u.kept || v.Referrers() == nil {
		return
	}
	u.seen[v] = true
	for _, ref := range *v.Referrers() {
		u.use(v, ref)
	}
}

func (u *poolUse) use(v ssa.Value, ref ssa.Instruction) {
	switch ref := ref.(type) {
	case *ssa.DebugRef, *ssa.BinOp, *ssa.If:
	case *ssa.Extract:
		if !isErrorType(ref.Type()) {
			u.follow(ref)
		}
	case *ssa.Phi, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.MakeInterface, *ssa.TypeAssert:
		u.follow(ref.(ssa.Value))
	case *ssa.FieldAddr:
		u.field(ref)
	case *ssa.UnOp: // a copy of the struct
		u.follow(ref)
	case *ssa.Store:
		if ref.Val == v {
			u.store(ref)
		}
	case *ssa.MakeClosure:
		fn := ref.Fn.(*ssa.Function)
		if !calledAtOnce(fn) && !u.onlyHandedOn(ref) {
			u.kept = true
			return
		}
		for i, b := range ref.Bindings {
			if b == v && i < len(fn.FreeVars) {
				u.follow(fn.FreeVars[i])
			}
		}
	case *ssa.Return:
		u.kept = true // whoever gets it decides
	case *ssa.Go, *ssa.Defer:
		u.kept = true
	case ssa.CallInstruction:
		u.call(v, ref)
	default:
		u.kept = true // a map, a channel, a slice
	}
}

// field follows a load of a field that holds the pool, of an object made here.
func (u *poolUse) field(fa *ssa.FieldAddr) {
	for _, ref := range *fa.Referrers() {
		if load, ok := ref.(*ssa.UnOp); ok && (sends(load.Type()) || isClient(load.Type())) {
			u.follow(load)
		}
	}
}

// runsInside reports whether a variable of a function is read while that runs:
// there, or in literals that run at once or are only handed on.
func (u *poolUse) runsInside(load ssa.Value, fn *ssa.Function) bool {
	for g := load.Parent(); g != fn && g != nil; g = g.Parent() {
		if calledAtOnce(g) {
			continue
		}
		for _, mc := range u.m.flow().closures[g] {
			if !u.onlyHandedOn(mc) {
				return false
			}
		}
	}
	return true
}

// onlyHandedOn reports whether a closure is an argument of calls that end
// before the function does, as far as names tell: a retry, a traced section.
func (u *poolUse) onlyHandedOn(mc *ssa.MakeClosure) bool {
	for _, ref := range *mc.Referrers() {
		switch call := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.Call:
			if !takesContext(&call.Call) && !repeats(call) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func (u *poolUse) store(st *ssa.Store) {
	switch addr := st.Addr.(type) {
	case *ssa.Alloc:
		if !isStruct(addr.Type().Underlying().(*types.Pointer).Elem()) {
			uses := u.m.flow().cellUses(addr)
			u.kept = u.kept || uses.leaks
			for _, load := range uses.loads {
				if !u.runsInside(load, addr.Parent()) {
					u.kept = true
					return
				}
				u.follow(load)
			}
			return
		}
		u.follow(addr)
	case *ssa.FieldAddr:
		base := addr.X
		for {
			fa, ok := base.(*ssa.FieldAddr)
			if !ok {
				break
			}
			base = fa.X
		}
		switch base := base.(type) {
		case *ssa.Alloc:
			u.follow(base)
		case *ssa.Call: // hc := newClient(); hc.Transport = pool
			u.follow(base)
		default:
			u.kept = true
		}
	default:
		u.kept = true
	}
}

func (u *poolUse) call(v ssa.Value, call ssa.CallInstruction) {
	common := call.Common()
	lib := library.FuncOf(calleeOf(common))
	recv := receiver(common)
	switch {
	case lib != nil && lib.Send != nil:
		u.used = call.Pos()
		return
	case lib != nil && (lib.Client != nil || lib.NewRequest != nil) || isFluent(common):
		u.follow(call.Value()) // made of it
		return
	case lib != nil:
		return
	}
	if recv == v {
		u.used = call.Pos()
		if !endsHere(common.Signature()) {
			u.follow(call.Value())
		}
		return
	}
	fn := staticCallee(common)
	if fn != nil && fn.Blocks != nil {
		for i, p := range fn.Params {
			if argument(call, i) == v {
				u.follow(p)
			}
		}
		return
	}
	if fn == nil {
		u.kept = true // a function value
		return
	}
	if endsHere(common.Signature()) {
		u.used = call.Pos() // another package's function sends with it
		return
	}
	u.follow(call.Value())
}

// endsHere reports whether what a function returns cannot hold what it was
// given: numbers, texts, errors, answers.
func endsHere(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		switch t := v.Type().Underlying().(type) {
		case *types.Basic:
			continue
		case *types.Slice:
			if _, basic := t.Elem().Underlying().(*types.Basic); basic {
				continue
			}
		}
		if isErrorType(v.Type()) {
			continue
		}
		if t := library.TypeOf(v.Type()); t != nil && t.Kind == "response" {
			continue
		}
		return false
	}
	return true
}

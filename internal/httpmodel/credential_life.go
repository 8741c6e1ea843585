package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// forever reports whether nothing that the package shows puts a newer token
// into a place: Yes or Unknown.
func (k *keeper) forever(kept *KeptToken) (Answer, token.Pos) {
	if k.ix.main && !k.m.longLived() {
		return Unknown, token.NoPos // fetches, works and ends
	}
	stores, ok := k.placeStores(kept)
	if !ok || !k.writtenOnce(kept) {
		return Unknown, token.NoPos
	}
	guard := token.NoPos
	for _, fill := range k.ix.fieldFills[kept.Field] {
		once, at := k.runsOnce(fill.call, ownerOf(fill.addr), kept, 0)
		if !once {
			return Unknown, token.NoPos
		}
		guard = at
	}
	for _, st := range stores {
		if st != kept.Store && isNilOrZero(st.Val) {
			if !k.inFreshObject(st) {
				return Unknown, token.NoPos // dropped somewhere, so that it is fetched again
			}
			continue
		}
		once, at := k.once(st, kept, 0)
		if !once {
			return Unknown, token.NoPos
		}
		if st == kept.Store || guard == token.NoPos {
			guard = at
		}
	}
	return Yes, guard
}

// writtenOnce reports whether the answer that a place holds is never written
// again where it is: its token field, all of it through a pointer, or by a
// decoder.
func (k *keeper) writtenOnce(kept *KeptToken) bool {
	a := k.cred.Answer
	if a == nil {
		return true
	}
	for _, st := range k.ix.stores[a.Token.Origin()] {
		if owner := ownerOf(st.Addr); !k.isFresh(owner) {
			if once, _ := k.runsOnce(st, owner, kept, 0); !once {
				return false
			}
		}
	}
	if a.Name == nil {
		return true
	}
	for _, st := range k.ix.overwrites[a.Name] {
		if once, _ := k.runsOnce(st, ownerOf(st.Addr), kept, 0); !once {
			return false
		}
	}
	for _, call := range k.ix.fills[a.Name] {
		for _, arg := range call.Common().Args {
			mi, ok := arg.(*ssa.MakeInterface)
			if !ok || namedOf(mi.X.Type()) != a.Name {
				continue
			}
			if load, ok := mi.X.(*ssa.UnOp); !ok || !k.heldBase(load.X) {
				continue
			}
			if once, _ := k.runsOnce(call, ownerOf(mi.X), kept, 0); !once {
				return false
			}
		}
	}
	return true
}

// placeStores returns every store to the place; ok is false when others may
// store there too.
func (k *keeper) placeStores(kept *KeptToken) (stores []*ssa.Store, ok bool) {
	if kept.Global != nil {
		use := k.ix.globals[kept.Global]
		if use.leaks || token.IsExported(kept.Global.Name()) && !k.ix.main {
			return nil, false
		}
		return use.stores, true
	}
	f := kept.Field
	if k.ix.leaks[f] || f.Exported() && !k.ix.main && k.m.FieldUse(f).Foreign {
		return nil, false
	}
	return k.ix.stores[f], true
}

// once reports whether an instruction that fills the place runs once in the
// life of the place's owner: in its constructor, before anything is there, or
// at the start of the program. It errs on the side of false.
func (k *keeper) once(at ssa.Instruction, kept *KeptToken, depth int) (bool, token.Pos) {
	if depth > 5 {
		return false, token.NoPos
	}
	var owner ssa.Value
	if st, ok := at.(*ssa.Store); ok && kept.Field != nil {
		owner = ownerOf(st.Addr)
	}
	return k.runsOnce(at, owner, kept, depth)
}

func (k *keeper) runsOnce(at ssa.Instruction, owner ssa.Value, kept *KeptToken, depth int) (bool, token.Pos) {
	fn := at.Parent()
	if depth > 5 || inLoop(at.Block()) {
		return false, token.NoPos
	}
	if pos := k.presenceGuard(at.Block(), kept); pos.IsValid() {
		return true, pos
	}
	if owner != nil && k.isFresh(owner) {
		return k.objectOutlives(owner, depth), token.NoPos
	}
	if fn.Parent() != nil {
		return k.closureOnce(fn, owner, kept, depth)
	}
	if fn.Name() == "init" || k.ix.main && fn.Name() == "main" {
		return true, token.NoPos
	}
	calls, complete := k.ix.callers(fn)
	if !complete && k.isSetup(fn) {
		return true, token.NoPos
	}
	if !complete || len(calls) == 0 {
		return false, token.NoPos
	}
	guard := token.NoPos
	for _, call := range calls {
		if _, spawned := call.(*ssa.Go); spawned {
			return false, token.NoPos
		}
		next := owner
		if p, ok := owner.(*ssa.Parameter); ok {
			next = ownerOf(argument(call, paramIndex(p)))
		}
		once, pos := k.runsOnce(call, next, kept, depth+1)
		if !once {
			return false, token.NoPos
		}
		if pos.IsValid() {
			guard = pos
		}
	}
	return true, guard
}

// isSetup reports whether a token file is read in a method that frameworks
// call once: Init and the like.
func (k *keeper) isSetup(fn *ssa.Function) bool {
	if k.cred.Source != SourceTokenFile {
		return false
	}
	switch strings.ToLower(fn.Name()) {
	case "init", "setup", "initialize", "provision":
		return true
	}
	return false
}

// closureOnce handles a store in a function literal: run by a sync.Once, or
// where it is made.
func (k *keeper) closureOnce(fn *ssa.Function, owner ssa.Value, kept *KeptToken, depth int) (bool, token.Pos) {
	made := k.ix.closures[genericOrigin(fn)]
	if len(made) != 1 {
		return false, token.NoPos
	}
	if fv, ok := owner.(*ssa.FreeVar); ok {
		if bound := k.ix.bindings(fv); len(bound) == 1 {
			owner = ownerOf(bound[0])
		}
	}
	for _, ref := range *made[0].Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.ChangeType: // to a named function type
			return k.isOption(made[0], owner, ref, depth), token.NoPos
		case *ssa.Return:
			return k.isOption(made[0], owner, made[0], depth), token.NoPos
		case *ssa.Call:
			if ref.Call.Value != made[0] && !isSyncOnce(CalleeObject(ref)) {
				return false, token.NoPos
			}
			if isSyncOnce(CalleeObject(ref)) {
				return true, token.NoPos
			}
			return k.runsOnce(ref, owner, kept, depth+1)
		default:
			return false, token.NoPos
		}
	}
	return false, token.NoPos
}

// isOption reports whether a function literal, returned as v, is an option for
// a constructor: it changes the object that it gets, and the package gives one
// to the constructor of an object that is kept.
func (k *keeper) isOption(mc *ssa.MakeClosure, owner, v ssa.Value, depth int) bool {
	fn := mc.Fn.(*ssa.Function)
	if len(fn.Params) != 1 || owner != fn.Params[0] || v.Referrers() == nil {
		return false
	}
	for _, ref := range *v.Referrers() {
		switch ref.(type) {
		case *ssa.DebugRef, *ssa.Return:
		default:
			return false
		}
	}
	maker := fn.Parent()
	if maker.Parent() != nil || maker.Signature.Recv() != nil {
		return false
	}
	calls, _ := k.ix.callers(maker)
	for _, call := range calls {
		if call.Value() != nil && k.objectOutlives(call.Value(), depth+1) {
			return true
		}
	}
	return false
}

// takesOption reports whether a constructor is given options for what it
// returns: functions that get it, one or a list of them.
func takesOption(call *ssa.Call, v ssa.Value) bool {
	t := types.Unalias(v.Type()).Underlying()
	if s, ok := t.(*types.Slice); ok {
		t = types.Unalias(s.Elem()).Underlying()
	}
	sig, ok := t.(*types.Signature)
	res := call.Call.Signature().Results()
	if !ok || sig.Params().Len() != 1 || res.Len() == 0 {
		return false
	}
	n := namedOf(sig.Params().At(0).Type())
	return n != nil && n == namedOf(res.At(0).Type())
}

// isSyncOnce reports whether a function of package sync runs its argument once.
func isSyncOnce(fn *types.Func) bool {
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "sync" && (fn.Name() == "Do" || strings.HasPrefix(fn.Name(), "Once"))
}

// ownerOf returns the object that holds the addressed field, at the outermost.
func ownerOf(addr ssa.Value) ssa.Value {
	for range 10 {
		switch x := addr.(type) {
		case *ssa.FieldAddr:
			addr = x.X
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return addr
			}
			if a, ok := x.X.(*ssa.Alloc); ok {
				// A local variable that holds the pointer.
				if v := onlyStore(a); v != nil {
					addr = v
					continue
				}
				return addr
			}
			addr = x.X
		case *ssa.IndexAddr:
			addr = x.X
		case *ssa.ChangeType:
			addr = x.X
		case *ssa.MakeInterface:
			addr = x.X
		default:
			return addr
		}
	}
	return addr
}

func onlyStore(a *ssa.Alloc) ssa.Value {
	var v ssa.Value
	for _, ref := range *a.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == a {
			if v != nil {
				return nil
			}
			v = st.Val
		}
	}
	return v
}

// isFresh reports whether an object is made in the function that holds v, or by
// a constructor of the package that the function calls.
func (k *keeper) isFresh(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Alloc:
		return true
	case *ssa.Extract, *ssa.Call:
		list := k.m.Origins(v)
		for _, o := range list {
			if c, ok := o.Value.(*ssa.Const); ok && o.Kind == OriginConst && c.Value == nil {
				continue
			}
			if o.Kind != OriginObject {
				return false
			}
			if _, ok := o.Value.(*ssa.Alloc); !ok {
				return false
			}
		}
		return len(list) > 0
	}
	return false
}

func (k *keeper) inFreshObject(st *ssa.Store) bool {
	return k.isFresh(ownerOf(st.Addr))
}

// objectOutlives reports whether an object made in a function is kept beyond
// the call: handed to importing packages by a constructor, or stored by its
// callers. An object that all callers use and drop is not.
func (k *keeper) objectOutlives(v ssa.Value, depth int) bool {
	if depth > 5 {
		return false
	}
	seen := map[ssa.Value]bool{}
	var visit func(ssa.Value) bool
	visit = func(v ssa.Value) bool {
		if v == nil || seen[v] || v.Referrers() == nil {
			return false
		}
		seen[v] = true
		for _, ref := range *v.Referrers() {
			switch ref := ref.(type) {
			case *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType, *ssa.Phi, *ssa.Extract, *ssa.TypeAssert:
				if visit(ref.(ssa.Value)) {
					return true
				}
			case *ssa.Store:
				if ref.Val == v && k.storedForGood(ref, visit, depth) {
					return true
				}
			case *ssa.UnOp: // a struct by value
				if ref.Op == token.MUL && isStruct(ref.Type()) && visit(ref) {
					return true
				}
			case *ssa.MapUpdate: // a list or table of such objects
				if ref.Value == v && (visit(ref.Map) || k.ofKeptObject(ref.Map, depth)) {
					return true
				}
			case *ssa.MakeClosure:
				if visit(ref) {
					return true
				}
			case *ssa.Go:
				if fn := staticCallee(ref.Common()); fn != nil && waits(fn) {
					return true
				}
			case *ssa.Return:
				if k.returnedForGood(ref, v, depth) {
					return true
				}
			case *ssa.Call:
				// A library's client around the source or client.
				f := library.FuncOf(CalleeObject(ref))
				if f != nil && (f.Client != nil || f.Token != nil) && visit(ref) {
					return true
				}
				if f != nil && (f.Route != nil || f.Serve != nil) {
					return true // a handler's
				}
				if k.ix.main && ref.Parent().Name() == "main" {
					return true
				}
				if k.callKeeps(ref, v, depth) {
					return true
				}
			}
		}
		return false
	}
	return visit(v)
}

// ofKeptObject reports whether a map is a field of an object that is made here
// and kept.
func (k *keeper) ofKeptObject(m ssa.Value, depth int) bool {
	load, ok := m.(*ssa.UnOp)
	if !ok {
		return false
	}
	owner := ownerOf(load.X)
	return k.isFresh(owner) && k.objectOutlives(owner, depth+1)
}

// waits reports whether a function has a loop that waits.
func waits(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		if inLoop(b) && waitsInLoop(b) {
			return true
		}
	}
	return false
}

// callKeeps reports whether a function of the package stores or returns an
// object that it is given.
func (k *keeper) callKeeps(call *ssa.Call, v ssa.Value, depth int) bool {
	fn := staticCallee(&call.Call)
	if takesOption(call, v) {
		return k.objectOutlives(call, depth+1)
	}
	if fn == nil || fn.Blocks == nil {
		return k.packed(call, depth) || k.hooked(call, v, depth)
	}
	for i, p := range fn.Params {
		if argument(call, i) != v || p.Referrers() == nil {
			continue
		}
		if k.intoOption(p) && k.objectOutlives(call, depth+1) {
			return true
		}
		for _, ref := range *p.Referrers() {
			switch ref := ref.(type) {
			case *ssa.Store:
				if fa, ok := ref.Addr.(*ssa.FieldAddr); ok && ref.Val == p {
					if o := ownerOf(fa); k.isFresh(o) && k.objectOutlives(o, depth+1) {
						return true
					}
				}
			}
		}
	}
	return false
}

// intoOption reports whether a parameter is stored by the function literal
// that its function returns, into the object that the literal gets.
func (k *keeper) intoOption(p *ssa.Parameter) bool {
	for _, s := range k.m.Sinks(p) {
		st, ok := s.Instr.(*ssa.Store)
		if !ok || s.Kind != SinkField || st.Parent().Parent() != p.Parent() {
			continue
		}
		if res := p.Parent().Signature.Results(); res.Len() == 1 {
			_, isFunc := types.Unalias(res.At(0).Type()).Underlying().(*types.Signature)
			return isFunc
		}
	}
	return false
}

// hooked handles a function literal that a library's client calls before each
// of its requests.
func (k *keeper) hooked(call *ssa.Call, v ssa.Value, depth int) bool {
	fn := CalleeObject(call)
	if ct, ok := v.(*ssa.ChangeType); ok {
		v = ct.X
	}
	if _, literal := v.(*ssa.MakeClosure); !literal || fn == nil || fn.Signature().Recv() == nil || len(call.Call.Args) == 0 {
		return false
	}
	recv := call.Call.Args[0]
	t := library.TypeOf(recv.Type())
	return t != nil && t.Kind == "client" && recv != v && k.objectOutlives(recv, depth+1)
}

// packed handles a constructor or option of another package that the object
// is given to: what it returns holds the object.
func (k *keeper) packed(call *ssa.Call, depth int) bool {
	fn := CalleeObject(call)
	if fn == nil || fn.Signature().Recv() != nil || !strings.HasPrefix(fn.Name(), "New") && !strings.HasPrefix(fn.Name(), "With") {
		return false
	}
	return k.objectOutlives(call, depth+1)
}

func (k *keeper) storedForGood(st *ssa.Store, visit func(ssa.Value) bool, depth int) bool {
	switch addr := st.Addr.(type) {
	case *ssa.IndexAddr: // an argument of a variadic call
		if a, ok := addr.X.(*ssa.Alloc); ok && isArray(a) {
			for _, ref := range *a.Referrers() {
				if s, ok := ref.(*ssa.Slice); ok && visit(s) {
					return true
				}
			}
		}
	case *ssa.Alloc:
		for _, load := range k.ix.cellUses(addr).loads {
			if visit(load) {
				return true
			}
		}
		return visit(addr)
	case *ssa.Global:
		once, _ := k.runsOnce(st, nil, &KeptToken{Global: addr}, depth+1)
		return once
	case *ssa.FieldAddr:
		f := structField(addr.X.Type(), addr.Field)
		if f == nil {
			return false
		}
		once, _ := k.runsOnce(st, ownerOf(addr), &KeptToken{Field: f}, depth+1)
		return once
	}
	return false
}

func (k *keeper) returnedForGood(ret *ssa.Return, v ssa.Value, depth int) bool {
	fn := ret.Parent()
	if fn.Parent() != nil || fn.Signature.Recv() != nil {
		return false // a method that makes clients makes many
	}
	obj := fn.Object()
	if obj == nil {
		return false
	}
	if obj.Exported() && !k.ix.main {
		return true
	}
	calls, _ := k.ix.callers(fn)
	for _, call := range calls {
		if call.Value() == nil {
			continue
		}
		if k.objectOutlives(call.Value(), depth+1) {
			return true
		}
	}
	return false
}

// presenceGuard returns the condition that lets a block run only while the
// place is empty, or NoPos.
func (k *keeper) presenceGuard(b *ssa.BasicBlock, kept *KeptToken) token.Pos {
	for d := b.Idom(); d != nil; d = d.Idom() {
		br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		whenTrue, ok := k.emptyTest(br.Cond, kept, 0)
		if !ok {
			continue
		}
		succ := d.Succs[1]
		if whenTrue {
			succ = d.Succs[0]
		}
		if len(succ.Preds) == 1 && succ.Dominates(b) {
			return condPos(br)
		}
	}
	return token.NoPos
}

func condPos(br *ssa.If) token.Pos {
	if p := br.Cond.Pos(); p.IsValid() {
		return p
	}
	return br.Pos()
}

// emptyTest reports whether a condition says that the place is empty, and with
// which outcome.
func (k *keeper) emptyTest(cond ssa.Value, kept *KeptToken, depth int) (whenTrue, ok bool) {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			t, ok := k.emptyTest(c.X, kept, depth)
			return !t, ok
		}
	case *ssa.BinOp:
		x, y := c.X, c.Y
		if _, isConst := x.(*ssa.Const); isConst {
			x, y = y, x
		}
		zero, isConst := y.(*ssa.Const)
		if !isConst || !isZeroConst(zero) || !k.readsPlace(x, kept) {
			return false, false
		}
		switch c.Op {
		case token.EQL, token.LEQ:
			return true, true
		case token.NEQ, token.GTR:
			return false, true
		}
	case *ssa.Call:
		fn := staticCallee(&c.Call)
		if fn == nil || depth > 2 || len(fn.Blocks) != 1 {
			return false, false
		}
		if ret, ok := fn.Blocks[0].Instrs[len(fn.Blocks[0].Instrs)-1].(*ssa.Return); ok && len(ret.Results) == 1 {
			return k.emptyTest(ret.Results[0], kept, depth+1)
		}
	}
	return false, false
}

// readsPlace reports whether a value is the place's content or its length.
func (k *keeper) readsPlace(v ssa.Value, kept *KeptToken) bool {
	switch x := v.(type) {
	case *ssa.Call:
		if b, ok := x.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
			return k.readsPlace(x.Call.Args[0], kept)
		}
		return false
	case *ssa.Phi:
		return false
	case *ssa.Convert:
		return k.readsPlace(x.X, kept)
	case *ssa.UnOp:
		if x.Op != token.MUL {
			return false
		}
		switch addr := x.X.(type) {
		case *ssa.Global:
			return addr == kept.Global
		case *ssa.FieldAddr:
			f := structField(addr.X.Type(), addr.Field)
			if f == kept.Field && f != nil {
				return true
			}
			// The token inside the kept answer.
			return k.readsPlaceAddr(addr.X, kept) && k.cred.Answer != nil && f == k.cred.Answer.Token.Origin()
		}
	}
	return false
}

func (k *keeper) readsPlaceAddr(v ssa.Value, kept *KeptToken) bool {
	switch x := v.(type) {
	case *ssa.Global:
		return x == kept.Global
	case *ssa.FieldAddr:
		return structField(x.X.Type(), x.Field) == kept.Field && kept.Field != nil
	case *ssa.UnOp:
		return x.Op == token.MUL && k.readsPlaceAddr(x.X, kept)
	}
	return false
}

func isZeroConst(c *ssa.Const) bool {
	if c.Value == nil {
		return true
	}
	switch c.Value.Kind() {
	case constant.String:
		return constant.StringVal(c.Value) == ""
	case constant.Int:
		return constant.Sign(c.Value) == 0
	}
	return false
}

func isNilOrZero(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && isZeroConst(c)
}

// reachable reports whether to can be reached from one of the blocks without
// passing through a block that stop names.
func reachable(from []*ssa.BasicBlock, to *ssa.BasicBlock, stop func(*ssa.BasicBlock) bool) bool {
	seen := map[*ssa.BasicBlock]bool{}
	work := slices.Clone(from)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		if b == to {
			return true
		}
		if stop == nil || !stop(b) {
			work = append(work, b.Succs...)
		}
	}
	return false
}

// longLived reports whether a program serves, waits on timers or loops for
// ever, so that a token it keeps can expire while it runs.
func (m *Model) longLived() bool {
	memo := &m.flowMemo.credential
	memo.livedOnce.Do(func() {
		for _, fn := range m.SSA().Funcs {
			if runsLong(fn) {
				memo.lived = true
				return
			}
		}
	})
	return memo.lived
}

func runsLong(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case ssa.CallInstruction:
				if f := library.FuncOf(CalleeObject(instr)); f != nil && (f.Serve != nil || f.Route != nil) {
					return true
				}
				if t := instr.Value(); t != nil && isNamed(t.Type(), "time", "Ticker") {
					return true
				}
			case *ssa.Select:
				if instr.Blocking && inLoop(b) {
					return true
				}
			}
		}
	}
	return false
}

func inPackage(fn *types.Func, path string) bool {
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == path
}

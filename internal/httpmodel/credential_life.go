package httpmodel

import (
	"go/token"
	"go/types"
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
		if st != kept.Store && isZero(st.Val) {
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

package httpmodel

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// load goes on at what was stored at an address.
func (w *backWalk) load(addr ssa.Value, at ssa.Value, fr *callFrame) {
	switch addr := addr.(type) {
	case *ssa.Alloc:
		w.cell(addr, fr)
	case *ssa.FreeVar:
		w.freeVar(addr, func(bound ssa.Value) {
			if w.enter(bound, nil, nil) || isCell(bound) {
				w.load(bound, at, nil)
			}
		})
	case *ssa.Global:
		w.global(addr, at)
	case *ssa.FieldAddr:
		w.part(addr.X, structField(addr.X.Type(), addr.Field), at, fr)
	case *ssa.IndexAddr:
		w.emit(Origin{Kind: OriginElement, Value: at, Base: addr.X})
	default:
		// A pointer from elsewhere: what it points to may be a local.
		w.emit(Origin{Value: at})
	}
}

func isCell(v ssa.Value) bool {
	_, ok := v.(*ssa.Alloc)
	return ok
}

type cellKey struct{ a *ssa.Alloc }

// cell goes on at every store to a local variable.
func (w *backWalk) cell(a *ssa.Alloc, fr *callFrame) {
	if !w.enter(cellKey{a}, nil, fr) {
		return
	}
	uses := w.ix.cellUses(a)
	for _, st := range uses.stores {
		in := fr
		if st.Parent() != a.Parent() {
			in = nil
		}
		w.value(st.Val, in)
	}
	for _, call := range uses.fills {
		w.emit(Origin{Kind: OriginFilled, Value: a, Call: call})
	}
	if uses.leaks {
		w.emit(Origin{Value: a})
	}
	if len(uses.stores) == 0 && len(uses.fills) == 0 && !uses.leaks {
		w.emit(Origin{Kind: OriginConst, Value: ssa.NewConst(nil, a.Type().Underlying().(*types.Pointer).Elem())})
	}
}

// cellUse says what writes a local variable.
type cellUse struct {
	stores []*ssa.Store
	fills  []ssa.CallInstruction // calls that get its address
	loads  []ssa.Value
	leaks  bool // its address is kept somewhere
}

func (ix *flowIndex) cellUses(a *ssa.Alloc) cellUse {
	var u cellUse
	ix.addrUses(a, &u, map[ssa.Value]bool{})
	return u
}

func (ix *flowIndex) addrUses(addr ssa.Value, u *cellUse, seen map[ssa.Value]bool) {
	if seen[addr] || addr.Referrers() == nil {
		return
	}
	seen[addr] = true
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.FieldAddr, *ssa.IndexAddr:
		case *ssa.Store:
			if ref.Addr == addr {
				u.stores = append(u.stores, ref)
			} else {
				u.leaks = true
			}
		case *ssa.UnOp:
			u.loads = append(u.loads, ref)
		case *ssa.MakeClosure:
			fn := ref.Fn.(*ssa.Function)
			for i, b := range ref.Bindings {
				if b == addr && i < len(fn.FreeVars) {
					ix.addrUses(fn.FreeVars[i], u, seen)
				}
			}
		case *ssa.MakeInterface, *ssa.ChangeType, *ssa.Phi:
			v := ref.(ssa.Value)
			if seen[v] {
				continue
			}
			seen[v] = true
			for _, r := range *v.Referrers() {
				switch r := r.(type) {
				case *ssa.DebugRef:
				case ssa.CallInstruction:
					u.fills = append(u.fills, r)
				default:
					u.leaks = true
				}
			}
		case ssa.CallInstruction:
			fn := staticCallee(ref.Common())
			if fn == nil || fn.Blocks == nil {
				u.fills = append(u.fills, ref)
				continue
			}
			for i := range fn.Params {
				if argument(ref, i) == addr {
					ix.addrUses(fn.Params[i], u, seen)
				}
			}
		case *ssa.BinOp:
			// compared
		default:
			u.leaks = true
		}
	}
}

// global goes on at every store to a package-level variable.
func (w *backWalk) global(g *ssa.Global, at ssa.Value) {
	if !w.enter(g, nil, nil) {
		return
	}
	use := w.ix.globals[g]
	own := g.Pkg == w.ix.pkg.SSA
	if !own || use == nil || use.leaks || (token.IsExported(g.Name()) && !w.ix.main) {
		w.emit(Origin{Kind: OriginGlobal, Value: g})
	}
	if use == nil {
		return
	}
	for _, st := range use.stores {
		w.value(st.Val, nil)
	}
	for _, call := range use.fills {
		w.emit(Origin{Kind: OriginFilled, Value: g, Call: call})
	}
}

// part goes on at what was stored to a field. The struct (or its address) is
// followed where it is a local that stays local or the result of a call;
// otherwise every store to the field in the package counts.
func (w *backWalk) part(base ssa.Value, f *types.Var, at ssa.Value, fr *callFrame) {
	if f == nil {
		w.emit(Origin{Value: at})
		return
	}
	if !w.enter(base, f, fr) {
		return
	}
	switch b := base.(type) {
	case *ssa.Alloc:
		if w.localPart(b, f, at, fr) {
			return
		}
	case *ssa.UnOp:
		if a, ok := b.X.(*ssa.Alloc); ok && b.Op == token.MUL && isStruct(b.Type()) && w.localPart(a, f, at, fr) {
			return
		}
	case *ssa.Phi:
		for _, e := range b.Edges {
			w.part(e, f, at, fr)
		}
		return
	case *ssa.Call:
		if fn := staticCallee(b.Common()); fn != nil && fn.Blocks != nil && isStruct(b.Type()) {
			w.returns(b, 0, fr, func(v ssa.Value, in *callFrame) { w.part(v, f, at, in) })
			return
		}
	case *ssa.Extract:
		if call, ok := b.Tuple.(*ssa.Call); ok && isStruct(b.Type()) {
			if fn := staticCallee(call.Common()); fn != nil && fn.Blocks != nil {
				w.returns(call, b.Index, fr, func(v ssa.Value, in *callFrame) { w.part(v, f, at, in) })
				return
			}
		}
	case *ssa.Const:
		w.emit(Origin{Kind: OriginConst, Value: b})
		return
	}
	w.anyPart(base, f, at)
}

// localPart handles a field of a local variable whose address stays here.
func (w *backWalk) localPart(a *ssa.Alloc, f *types.Var, at ssa.Value, fr *callFrame) bool {
	uses := w.ix.cellUses(a)
	if uses.leaks || !isStruct(a.Type().Underlying().(*types.Pointer).Elem()) {
		return false
	}
	for _, ref := range *a.Referrers() {
		switch ref.(type) {
		case *ssa.MakeClosure, *ssa.Return:
			return false
		}
	}
	var own []*ssa.Store
	for _, st := range w.ix.stores[f] {
		fa := st.Addr.(*ssa.FieldAddr)
		switch {
		case fa.X == a:
			own = append(own, st)
		case fa.Parent() != a.Parent():
			// In a callee that got the address: it could be this variable.
			if _, isParam := fa.X.(*ssa.Parameter); isParam {
				own = append(own, st)
			}
		}
	}
	if w.ix.leaks[f] || len(w.ix.fieldFills[f]) > 0 {
		return false
	}
	for _, st := range own {
		in := fr
		if st.Parent() != a.Parent() {
			in = nil
		}
		w.value(st.Val, in)
	}
	for _, st := range uses.stores {
		w.part(st.Val, f, at, fr)
	}
	for _, call := range uses.fills {
		w.emit(Origin{Kind: OriginFilled, Value: a, Call: call, Field: f})
	}
	if len(own) == 0 && len(uses.stores) == 0 && len(uses.fills) == 0 {
		w.emit(Origin{Kind: OriginConst, Value: ssa.NewConst(nil, f.Type())})
	}
	return true
}

type anyPartKey struct{ f *types.Var }

// anyPart counts every store to the field in the package.
func (w *backWalk) anyPart(base ssa.Value, f *types.Var, at ssa.Value) {
	own := f.Pkg() == w.ix.pkg.SSA.Pkg
	if !own || w.ix.leaks[f] || (f.Exported() && !w.ix.main) {
		w.emit(Origin{Kind: OriginField, Value: at, Field: f, Base: base})
	}
	if !w.enter(anyPartKey{f}, nil, nil) {
		return
	}
	for _, st := range w.ix.stores[f] {
		w.value(st.Val, nil)
	}
	for _, fill := range w.ix.fieldFills[f] {
		w.emit(Origin{Kind: OriginFilled, Value: at, Call: fill.call, Field: f})
	}
	if !f.Exported() {
		return // decoders set exported fields only
	}
	if n := namedOf(base.Type()); n != nil {
		for _, call := range w.ix.fills[n] {
			w.emit(Origin{Kind: OriginFilled, Value: at, Call: call, Field: f})
		}
	}
}

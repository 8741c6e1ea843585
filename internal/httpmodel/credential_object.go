package httpmodel

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

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
				f := k.m.lib.FuncOf(CalleeObject(ref))
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
	t := k.m.lib.TypeOf(recv.Type())
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

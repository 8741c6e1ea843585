package httpmodel

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A pageUse is what becomes of a page that was read.
type pageUse struct {
	cursor bool // something that tells of other pages is looked at
	items  bool // the items are gone through, or given to somebody
	away   bool // the page as a whole goes to code that may look at its cursor
	seen   map[ssa.Value]bool
}

// results follows one result of a call; list says that it holds the items.
func (u *pageUse) results(call *ssa.Call, index int, list bool) {
	u.seen = map[ssa.Value]bool{}
	for _, ref := range *call.Referrers() {
		if x, ok := ref.(*ssa.Extract); ok && x.Index == index {
			if list && isList(x.Type()) {
				u.list(x)
			} else {
				u.page(x)
			}
		}
	}
}

// page follows a value that is a page or a part of one.
func (u *pageUse) page(v ssa.Value) {
	if u.seen[v] || v.Referrers() == nil {
		return
	}
	u.seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.If, *ssa.BinOp:
		case *ssa.UnOp:
			u.page(ref)
		case *ssa.Phi:
			u.page(ref)
		case *ssa.ChangeType:
			u.page(ref)
		case *ssa.FieldAddr:
			u.part(structField(ref.X.Type(), ref.Field), ref, true)
		case *ssa.Field:
			u.part(structField(ref.X.Type(), ref.Field), ref, false)
		case *ssa.Store:
			a, local := ref.Addr.(*ssa.Alloc)
			if ref.Val != v || !local {
				u.away = true
				continue
			}
			u.page(a)
		case *ssa.MakeInterface:
			if !onlyPrinted(ref) {
				u.away = true
			}
		case *ssa.Call:
			if receiver(&ref.Call) != v || ref.Call.Signature().Params().Len() != 0 {
				u.away = true
				continue
			}
			u.getter(ref)
		default:
			u.away = true
		}
	}
}

// part follows a field of a page.
func (u *pageUse) part(f *types.Var, v ssa.Value, addr bool) {
	if f == nil || !used(v) {
		return
	}
	if namesCursor(f.Name()) || namesPages(f.Name()) {
		u.cursor = true
		return
	}
	switch {
	case isList(f.Type()) && addr:
		for _, ref := range *v.Referrers() {
			if load, ok := ref.(*ssa.UnOp); ok && load.Op == token.MUL {
				u.list(load)
			} else if _, debug := ref.(*ssa.DebugRef); !debug {
				u.away = true
			}
		}
	case isList(f.Type()):
		u.list(v)
	case structOf(f.Type()) != nil:
		u.page(v)
	}
}

// getter follows what a method without arguments returns.
func (u *pageUse) getter(call *ssa.Call) {
	fn := calleeOf(&call.Call)
	if fn == nil || namesCursor(fn.Name()) || namesPages(fn.Name()) {
		u.cursor = true
		return
	}
	res := fn.Signature().Results()
	if res.Len() == 0 {
		return
	}
	follow := func(v ssa.Value) {
		switch t := v.Type(); {
		case isList(t):
			u.list(v)
		case structOf(t) != nil:
			u.page(v)
		}
	}
	if res.Len() == 1 {
		follow(call)
		return
	}
	for _, ref := range *call.Referrers() {
		if x, ok := ref.(*ssa.Extract); ok {
			follow(x)
		}
	}
}

// list notes whether items are gone through: the first one alone is a look-up.
func (u *pageUse) list(v ssa.Value) {
	if u.seen[v] || v.Referrers() == nil {
		return
	}
	u.seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.BinOp, *ssa.If:
		case *ssa.IndexAddr:
			if _, constant := ref.Index.(*ssa.Const); !constant {
				u.items = true
			}
		case *ssa.Call:
			if isBuiltin(ref) && ref.Call.Value.Name() == "len" {
				continue
			}
			u.items = true
		case *ssa.Phi:
			u.list(ref)
		case *ssa.UnOp:
			u.list(ref)
		case *ssa.Store:
			if a, ok := ref.Addr.(*ssa.Alloc); ok && ref.Val == v {
				u.list(a)
				continue
			}
			u.items = true
		default:
			u.items = true
		}
	}
}

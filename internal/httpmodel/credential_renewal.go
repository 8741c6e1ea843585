package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"
	"time"

	"github.com/apivet/apivet/internal/lazyssa"
	"golang.org/x/tools/go/ssa"
)

// holdsToken reports whether the struct around a field also has a token, so
// that the field is the token's end and not some cache entry's.
func (w *expiryWalk) holdsToken(f *types.Var) bool {
	if f.Pkg() != w.m.pass.Pkg {
		return true // only a library's token gets here
	}
	for _, a := range w.m.TokenAnswers() {
		if a.Expiry == f {
			return true
		}
	}
	s := w.ix.structOf(f)
	if s == nil {
		return false
	}
	for g := range s.Fields() {
		name := strings.ToLower(g.Name())
		for _, word := range []string{"token", "jwt", "bearer", "credential", "authorization"} {
			if strings.Contains(name, word) {
				return true
			}
		}
	}
	return false
}

// structOf returns the struct that declares a field, where it is stored or read.
func (ix *flowIndex) structOf(f *types.Var) *types.Struct {
	under := func(t types.Type) *types.Struct {
		if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		s, _ := types.Unalias(t).Underlying().(*types.Struct)
		return s
	}
	for _, st := range ix.stores[f] {
		return under(st.Addr.(*ssa.FieldAddr).X.Type())
	}
	for _, v := range ix.loads[f] {
		switch v := v.(type) {
		case *ssa.UnOp:
			if fa, ok := v.X.(*ssa.FieldAddr); ok {
				return under(fa.X.Type())
			}
		case *ssa.Field:
			return under(v.X.Type())
		}
	}
	return nil
}

// renewal returns the place, reachable from a branch without another decision
// about the same end, that stores a new end after fetching a token.
func (w *expiryWalk) renewal(from *ssa.BasicBlock, br *ssa.If, f *types.Var) token.Pos {
	seen := map[*ssa.BasicBlock]bool{br.Block(): true}
	work := []*ssa.BasicBlock{from}
	stores, fetches := token.NoPos, false
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		for _, instr := range b.Instrs {
			if st, ok := instr.(*ssa.Store); ok && w.storesEnd(st, f) {
				stores = st.Pos()
			}
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			callee := staticCallee(call.Common())
			if w.m.isSend(call) || callee != nil && w.m.reaches(callee, w.m.isSend) {
				fetches = true
			}
			if callee != nil && w.storesBelow(callee, f) {
				stores = call.Pos()
			}
		}
		if last, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
			if sp, _, ok := w.condition(last.Cond, 0); ok && sp.end != 0 {
				continue // another decision about an end
			}
		}
		work = append(work, b.Succs...)
	}
	if !fetches {
		return token.NoPos
	}
	return stores
}

// storesEnd reports whether a store puts a new end, or a whole new token, in place.
func (w *expiryWalk) storesEnd(st *ssa.Store, f *types.Var) bool {
	fa, ok := st.Addr.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	g := structField(fa.X.Type(), fa.Field)
	if g == f {
		return true
	}
	if g == nil || isZero(st.Val) {
		return false
	}
	// c.token = &token{…} where token declares the end.
	t := types.Unalias(g.Type())
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := types.Unalias(t).Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for h := range s.Fields() {
		if h.Origin() == f {
			return true
		}
	}
	return false
}

func (w *expiryWalk) storesBelow(fn *ssa.Function, f *types.Var) bool {
	found := false
	look := func(fn *ssa.Function) {
		for st := range lazyssa.Each[*ssa.Store](fn) {
			if w.storesEnd(st, f) {
				found = true
			}
		}
	}
	look(fn)
	w.m.reaches(fn, func(call ssa.CallInstruction) bool {
		if callee := staticCallee(call.Common()); callee != nil {
			look(callee)
		}
		return found
	})
	return found
}

// units looks for lifetimes in seconds (expires_in beside access_token) that
// are used as a Duration or added to a clock in another unit as they are.
func (w *expiryWalk) units() {
	for _, a := range w.m.TokenAnswers() {
		if a.Expiry == nil || a.tags[a.Expiry] != "expires_in" || a.tags[a.Token] != "access_token" {
			continue
		}
		if !w.m.decodedFromAnswer(a) {
			continue // also made here, in whatever unit
		}
		for _, load := range w.ix.loads[a.Expiry.Origin()] {
			if len(w.ix.stores[a.Expiry.Origin()]) > 0 {
				break // a Duration is put in after decoding
			}
			w.unit(a.Expiry, load)
		}
	}
	for f, loads := range w.ix.loads {
		for _, load := range loads {
			if w.foreignSeconds(f, load) {
				w.unit(f, load)
			}
		}
	}
}

// foreignSeconds reports whether a value is read from the lifetime in seconds
// of another package's token.
func (w *expiryWalk) foreignSeconds(f *types.Var, load ssa.Value) bool {
	if f == nil || f.Pkg() == nil || f.Pkg() == w.m.pass.Pkg {
		return false
	}
	var holder types.Type
	switch load := load.(type) {
	case *ssa.UnOp:
		if fa, ok := load.X.(*ssa.FieldAddr); ok {
			holder = fa.X.Type()
		}
	case *ssa.Field:
		holder = load.X.Type()
	}
	if holder == nil {
		return false
	}
	t := w.m.tokenType(holder)
	return t != nil && slices.ContainsFunc(t.Ends, func(e TokenEnd) bool { return e.Field == f.Name() && e.Seconds })
}

func (w *expiryWalk) unit(f *types.Var, v ssa.Value) {
	if v.Referrers() == nil {
		return
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Convert:
			w.unit(f, ref)
		case *ssa.ChangeType:
			w.unit(f, ref)
		case *ssa.BinOp:
			other := ref.X
			if other == v {
				other = ref.Y
			}
			if ref.Op == token.MUL && isDuration(ref.Type()) {
				if sp, ok := w.span(other, 0); ok && (sp == span{known: time.Minute, unit: 1} || sp == span{known: time.Hour, unit: 1}) {
					w.list = append(w.list, ExpirySlip{Kind: SlipScale, Pos: ref.Pos(), Field: f, Late: sp.known})
				}
			}
			if ref.Op != token.ADD {
				continue
			}
			if sp, ok := w.span(other, 0); ok && sp.now == 1 && sp.end == 0 && (sp.unit == time.Nanosecond || sp.unit == time.Millisecond) {
				w.list = append(w.list, ExpirySlip{Kind: SlipUnit, Pos: ref.Pos(), Field: f})
			}
		case *ssa.Call:
			fn := CalleeObject(ref)
			if inPackage(fn, "time") && fn.Name() == "Add" && isDuration(v.Type()) {
				w.list = append(w.list, ExpirySlip{Kind: SlipUnit, Pos: ref.Pos(), Field: f})
			}
		}
	}
}

package httpmodel

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// object follows a client or transport that the package makes.
func (w *headerWalk) object(a *ssa.Alloc, fr *callFrame) {
	elem := a.Type().Underlying().(*types.Pointer).Elem()
	st, ok := elem.Underlying().(*types.Struct)
	if !ok {
		w.unknown = true
		return
	}
	typ := library.TypeOf(elem)
	if typ == nil {
		w.ownTransport(a, elem, st, fr)
		return
	}
	if w.name == "Authorization" && hasRole(typ, "source") {
		w.sets = true
		return
	}
	next := false
	if roles := w.m.rolesOf(a); typ.Kind == "client" {
		for _, role := range []string{"transport", "client"} {
			if v := roles[role]; v != nil {
				next = true
				w.client(v, frameOf(v, fr))
			}
		}
	} else {
		for i := range st.NumFields() {
			if !sends(st.Field(i).Type()) {
				continue
			}
			for _, v := range storesOf(a, i) {
				next = true
				w.client(v, fr)
			}
		}
	}
	if !next {
		w.plain = true
	}
}

// frameOf is the frame in which a value of an object is seen: none where another
// function stores it.
func frameOf(v ssa.Value, fr *callFrame) *callFrame {
	if instr, ok := v.(ssa.Instruction); ok && fr != nil && instr.Parent() != fr.fn {
		return nil
	}
	return fr
}

// ownTransport looks at a type with RoundTrip or Do, and goes on at what it
// sends through.
func (w *headerWalk) ownTransport(a *ssa.Alloc, elem types.Type, st *types.Struct, fr *callFrame) {
	n := namedOf(elem)
	if n == nil {
		w.unknown = true
		return
	}
	headers, known := w.m.transportHeaders(n)
	if !known {
		w.unknown = true
		return
	}
	for _, h := range headers {
		switch {
		case h.Name == "":
			w.unknown = true
			return
		case h.Name != w.name:
		case h.If == "", w.isSet(a, st, h.If):
			w.sets = true
			return
		}
	}
	next := false
	for i := range st.NumFields() {
		if !sends(st.Field(i).Type()) {
			continue
		}
		stored := storesOf(a, i)
		if len(stored) == 0 && st.Field(i).Pkg() == w.m.pass.Pkg {
			stores, _ := w.m.FieldStores(st.Field(i))
			for _, s := range stores {
				stored = append(stored, s.Val)
			}
		}
		for _, v := range stored {
			next = true
			w.client(v, frameOf(v, fr))
		}
	}
	if !next {
		w.plain = true
	}
}

// isSet reports whether a field of an object may be set.
func (w *headerWalk) isSet(a *ssa.Alloc, st *types.Struct, field string) bool {
	for i := range st.NumFields() {
		if st.Field(i).Name() == field {
			stores, _ := w.m.FieldStores(st.Field(i))
			return len(storesOf(a, i)) > 0 || a.Parent() == nil || len(stores) > 0 && !setOnlyInLiterals(stores)
		}
	}
	return true
}

// setOnlyInLiterals reports whether a field is only set where an object is made.
func setOnlyInLiterals(stores []*ssa.Store) bool {
	for _, st := range stores {
		fa, ok := st.Addr.(*ssa.FieldAddr)
		if !ok {
			return false
		}
		if _, ok := fa.X.(*ssa.Alloc); !ok {
			return false
		}
	}
	return true
}

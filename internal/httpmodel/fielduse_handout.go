package httpmodel

import (
	"go/types"
)

// handedOut returns the exported fields of structs that importing packages can
// get values of: through exported functions, variables, methods and fields. A
// type that is merely exported is not handed out.
func handedOut(pkg *types.Package) map[*types.Var]bool {
	h := &handOut{pkg: pkg, fields: map[*types.Var]bool{}, seen: map[types.Type]bool{}}
	for _, name := range pkg.Scope().Names() {
		obj := pkg.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		switch obj := obj.(type) {
		case *types.Var, *types.Func:
			h.visit(obj.Type())
		case *types.TypeName:
			n, ok := types.Unalias(obj.Type()).(*types.Named)
			if !ok {
				h.visit(obj.Type())
				continue
			}
			h.members(n, false)
		}
	}
	return h.fields
}

type handOut struct {
	pkg    *types.Package
	fields map[*types.Var]bool
	seen   map[types.Type]bool
}

// members visits what a named type's exported methods and fields hand out.
func (h *handOut) members(n *types.Named, own bool) {
	for fn := range n.Methods() {
		if fn.Exported() {
			h.visit(fn.Type())
		}
	}
	h.under(n.Underlying(), own)
}

func (h *handOut) under(t types.Type, own bool) {
	s, ok := t.(*types.Struct)
	if !ok {
		h.visit(t)
		return
	}
	for f := range s.Fields() {
		if !f.Exported() && !f.Embedded() {
			continue
		}
		if own {
			h.fields[f.Origin()] = true
		}
		h.visit(f.Type())
	}
}

func (h *handOut) visit(t types.Type) {
	if t == nil || h.seen[t] {
		return
	}
	h.seen[t] = true
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			h.visit(arg)
		}
		if t.Obj().Pkg() == h.pkg {
			h.members(t.Origin(), true)
		}
	case *types.Pointer:
		h.visit(t.Elem())
	case *types.Slice:
		h.visit(t.Elem())
	case *types.Array:
		h.visit(t.Elem())
	case *types.Chan:
		h.visit(t.Elem())
	case *types.Map:
		h.visit(t.Key())
		h.visit(t.Elem())
	case *types.Struct:
		h.under(t, true)
	case *types.Tuple:
		for v := range t.Variables() {
			h.visit(v.Type())
		}
	case *types.Signature:
		h.visit(t.Params())
		h.visit(t.Results())
	case *types.Interface:
		for m := range t.Methods() {
			h.visit(m.Type())
		}
	}
}

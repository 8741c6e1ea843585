package httpmodel

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// placeOfValue names where a value was read from, so that two reads of one
// place have the same name: a field of a variable, an element, the result of a
// getter. It is "" for constants.
func placeOfValue(v ssa.Value) string { return placeAt(v, 0) }

func placeAt(v ssa.Value, depth int) string {
	if depth > 12 {
		return root(v)
	}
	switch v := v.(type) {
	case *ssa.Const:
		return ""
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return placeAt(v.X, depth+1) + "*"
		}
	case *ssa.FieldAddr:
		return placeAt(v.X, depth+1) + fmt.Sprintf(".%d", v.Field)
	case *ssa.Field:
		if load, ok := v.X.(*ssa.UnOp); ok && load.Op == token.MUL {
			return placeAt(load.X, depth+1) + fmt.Sprintf(".%d*", v.Field)
		}
		return placeAt(v.X, depth+1) + fmt.Sprintf(".%d", v.Field)
	case *ssa.IndexAddr:
		return placeAt(v.X, depth+1) + "[" + indexPlace(v.Index, depth) + "]"
	case *ssa.Lookup:
		return placeAt(v.X, depth+1) + "[" + indexPlace(v.Index, depth) + "]"
	case *ssa.ChangeType:
		return placeAt(v.X, depth+1)
	case *ssa.MakeInterface:
		return placeAt(v.X, depth+1)
	case *ssa.ChangeInterface:
		return placeAt(v.X, depth+1)
	case *ssa.Call:
		// A getter: the same receiver gives the same value.
		args := v.Call.Args
		switch {
		case v.Call.IsInvoke() && len(args) == 0:
			return placeAt(v.Call.Value, depth+1) + "." + v.Call.Method.Name() + "()"
		case !v.Call.IsInvoke() && len(args) == 1 && v.Call.Signature().Recv() != nil && v.Call.StaticCallee() != nil:
			return placeAt(args[0], depth+1) + "." + v.Call.StaticCallee().Name() + "()"
		}
	}
	return root(v)
}

func indexPlace(v ssa.Value, depth int) string {
	if c, ok := v.(*ssa.Const); ok && c.Value != nil {
		return c.Value.ExactString()
	}
	return placeAt(v, depth+1)
}

func root(v ssa.Value) string { return fmt.Sprintf("%p", v) }

// nilGuarded reports whether a use of a pointer is reached only where somebody
// looked at it, or may have: it was compared with nil, its place was written,
// or a function that may have looked decided the way.
func nilGuarded(at ssa.Instruction, v ssa.Value) bool {
	place := placeOfValue(v)
	b := at.Block()
	for d := b.Idom(); d != nil; d = d.Idom() {
		branch, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		for i, s := range d.Succs {
			if len(s.Preds) == 1 && (s == b || s.Dominates(b)) && provesNonNil(branch.Cond, i == 0, place, map[guardSide]bool{}) {
				return true
			}
		}
	}
	for st := range lazyssa.Each[*ssa.Store](at.Parent()) {
		if p := placeOfValue(st.Addr); p != "" && (p+"*" == place || p == place) {
			return true
		}
	}
	return false
}

// A guardSide is a condition that is true, or false.
type guardSide struct {
	cond ssa.Value
	side bool
}

// comparedWithNil returns what is compared with nil, or nil where neither side
// of a comparison is.
func comparedWithNil(c *ssa.BinOp) ssa.Value {
	switch {
	case isNilConst(c.X):
		return c.Y
	case isNilConst(c.Y):
		return c.X
	}
	return nil
}

// provesNonNil reports whether a condition that is true, or false, says that a
// pointer is not nil, or may say so. What was seen is not asked again: a
// condition of a loop may be made from itself.
func provesNonNil(cond ssa.Value, side bool, place string, seen map[guardSide]bool) bool {
	if seen[guardSide{cond, side}] {
		return false
	}
	seen[guardSide{cond, side}] = true
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return provesNonNil(c.X, !side, place, seen)
		}
	case *ssa.BinOp:
		if c.Op == token.EQL || c.Op == token.NEQ {
			if x := comparedWithNil(c); x != nil {
				return (c.Op == token.NEQ) == side && placeOfValue(x) == place
			}
		}
		return calledWith(c.X, place) || calledWith(c.Y, place)
	case *ssa.Phi: // a && b
		for _, e := range c.Edges {
			if provesNonNil(e, side, place, seen) {
				return true
			}
		}
	}
	return calledWith(cond, place)
}

// calledWith reports whether a value is the result of a call that was given
// the pointer, or what holds it.
func calledWith(v ssa.Value, place string) bool {
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	if fn := calleeOf(&call.Call); fn != nil && fn.Name() == "As" && fn.Pkg() != nil && strings.HasSuffix(fn.Pkg().Path(), "errors") {
		return false // it looks at the type alone
	}
	args := call.Call.Args
	if call.Call.IsInvoke() {
		args = append([]ssa.Value{call.Call.Value}, args...)
	}
	for _, a := range args {
		p := placeOfValue(a)
		if p != "" && len(p) <= len(place) && place[:len(p)] == p {
			if _, builtin := call.Call.Value.(*ssa.Builtin); !builtin {
				return true
			}
		}
	}
	return false
}

// derefs returns the first instruction that needs a pointer not to be nil: an
// access to what it points at.
func derefs(v ssa.Value) []ssa.Instruction {
	var list []ssa.Instruction
	refs := v.Referrers()
	if refs == nil {
		return nil
	}
	for _, ref := range *refs {
		switch r := ref.(type) {
		case *ssa.FieldAddr:
			list = append(list, r)
		case *ssa.UnOp:
			if r.Op == token.MUL {
				list = append(list, r)
			}
		}
	}
	return list
}

// isPointer reports whether t is a pointer.
func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

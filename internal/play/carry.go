package play

import "go/types"

// mayCarry reports whether a value of a type may give access to an open body:
// there is an interface, a function or a channel somewhere in it. Numbers,
// texts and times give none, whatever they were made from.
func mayCarry(t types.Type) bool { return mayCarryIn(t, map[types.Type]bool{}) }

// keep drops the body from what a value of a type was made from, where the type
// gives no access to it.
func (t Taint) keep(typ types.Type) Taint {
	if t&FromBody != 0 && !mayCarry(typ) {
		return t &^ FromBody
	}
	return t
}

func mayCarryIn(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Pointer:
		return mayCarryIn(u.Elem(), seen)
	case *types.Slice:
		return mayCarryIn(u.Elem(), seen)
	case *types.Array:
		return mayCarryIn(u.Elem(), seen)
	case *types.Map:
		return mayCarryIn(u.Key(), seen) || mayCarryIn(u.Elem(), seen)
	case *types.Struct:
		for f := range u.Fields() {
			if mayCarryIn(f.Type(), seen) {
				return true
			}
		}
		return false
	}
	return true
}

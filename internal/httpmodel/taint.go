package httpmodel

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// flowsTo reports whether something of some values reaches a call together with
// one of the writers, or with something made of one; a return, where there are
// no writers. Errors, numbers and truth values carry nothing. It follows one
// function, whatever its paths.
func flowsTo(fn *ssa.Function, from []ssa.Value, writers map[ssa.Value]bool) bool {
	tainted := map[ssa.Value]bool{}
	for _, v := range from {
		tainted[v] = true
	}
	out := map[ssa.Value]bool{}
	for w := range writers {
		out[w] = true
	}
	for changed := true; changed; {
		changed = false
		mark := func(set map[ssa.Value]bool, v ssa.Value) {
			if v != nil && !set[v] {
				set[v] = true
				changed = true
			}
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Store:
					if tainted[instr.Val] {
						mark(tainted, baseOf(instr.Addr))
					}
				case *ssa.MapUpdate:
					if tainted[instr.Value] {
						mark(tainted, instr.Map)
					}
				case *ssa.Return:
					if len(writers) > 0 {
						continue
					}
					for _, r := range instr.Results {
						if carries(r.Type()) && (tainted[r] || tainted[baseOf(r)]) {
							return true
						}
					}
				case ssa.CallInstruction:
					if v := instr.Value(); v != nil && slices.Contains(from, ssa.Value(v)) {
						continue
					}
					isTainted, isOut := false, false
					operands := instr.Common().Args
					if instr.Common().IsInvoke() {
						operands = append([]ssa.Value{instr.Common().Value}, operands...)
					}
					for _, a := range operands {
						isTainted = isTainted || carries(a.Type()) && (tainted[a] || tainted[baseOf(a)])
						isOut = isOut || out[a]
					}
					switch {
					case isTainted && isOut:
						return true
					case isTainted:
						mark(tainted, instr.Value())
						for _, a := range operands {
							if isReference(a.Type()) {
								mark(tainted, baseOf(a))
							}
						}
					case isOut:
						mark(out, instr.Value())
					}
				case ssa.Value:
					for _, op := range instr.(ssa.Instruction).Operands(nil) {
						if *op == nil {
							continue
						}
						if tainted[*op] && carries(instr.Type()) {
							mark(tainted, instr)
						}
						if out[*op] {
							mark(out, instr)
						}
					}
				}
			}
		}
	}
	return false
}

// baseOf is the object that an address or an interface is of.
func baseOf(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.IndexAddr:
			v = x.X
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.Slice:
			v = x.X
		case *ssa.UnOp:
			a, ok := x.X.(*ssa.Alloc)
			if !ok {
				return v
			}
			return a
		default:
			return v
		}
	}
}

// carries reports whether a value of a type can hold something of an answer.
func carries(t types.Type) bool {
	if isErrorType(t) {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return !ok || b.Info()&types.IsString != 0
}

func isReference(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Slice, *types.Map:
		return true
	}
	return false
}

// A taint is what a function makes of some values.
type taint struct {
	values map[ssa.Value]bool
	names  map[string]bool // of the fields and keys that are read of them
}

// taintFrom follows values through one function, whatever its paths: into what
// they are stored to, decoded into and compared with. Errors carry nothing.
func taintFrom(fn *ssa.Function, from []ssa.Value) *taint {
	t := &taint{values: map[ssa.Value]bool{}, names: map[string]bool{}}
	for _, v := range from {
		if v != nil {
			t.values[v] = true
		}
	}
	for t.spread(fn) {
	}
	return t
}

func (t *taint) has(v ssa.Value) bool { return v != nil && (t.values[v] || t.values[baseOf(v)]) }

// holds reports whether an argument holds contents, not only the object as such.
func (t *taint) holds(v ssa.Value) bool {
	if slice, ok := v.(*ssa.Slice); ok {
		return t.has(slice)
	}
	return t.has(v)
}

func (t *taint) mark(v ssa.Value) bool {
	if v == nil || t.values[v] || isErrorType(v.Type()) {
		return false
	}
	if _, isConst := v.(*ssa.Const); isConst {
		return false
	}
	t.values[v] = true
	return true
}

// spread takes one more round, and reports whether it found anything.
func (t *taint) spread(fn *ssa.Function) (changed bool) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Store:
				if t.has(instr.Val) {
					changed = t.mark(baseOf(instr.Addr)) || changed
				}
			case *ssa.MapUpdate:
				if t.has(instr.Value) {
					changed = t.mark(instr.Map) || changed
				}
			case ssa.CallInstruction:
				changed = t.call(instr) || changed
			case *ssa.BinOp:
				if (t.has(instr.X) || t.has(instr.Y)) && judgesType(instr) {
					changed = t.mark(instr) || changed
				}
			case *ssa.Extract:
				if t.has(instr.Tuple) && (instr.Index == 0 || !isBool(instr.Type())) {
					changed = t.mark(instr) || changed
				}
			case *ssa.FieldAddr:
				if t.has(instr.X) {
					t.names[structField(instr.X.Type(), instr.Field).Name()] = true
					changed = t.mark(instr) || changed
				}
			case *ssa.Lookup:
				if t.has(instr.X) {
					if name, ok := constString(instr.Index); ok {
						t.names[name] = true
					}
					changed = t.mark(instr) || changed
				}
			case ssa.Value:
				for _, op := range instr.(ssa.Instruction).Operands(nil) {
					if *op != nil && t.has(*op) {
						changed = t.mark(instr) || changed
					}
				}
			}
		}
	}
	return changed
}

func (t *taint) call(call ssa.CallInstruction) (changed bool) {
	if isBuiltin(call) && calleeName(call) == "" && isNumber(call) {
		return false // how long it is
	}
	operands := operandsOf(call)
	given := false
	for _, a := range operands {
		given = given || t.has(a)
	}
	if !given {
		return false
	}
	if len(operands) > 0 && t.has(operands[0]) {
		t.names[calledName(call.Common())] = true
	}
	if v := call.Value(); v != nil {
		changed = t.mark(v)
	}
	if lib := library.FuncOf(CalleeObject(call)); lib != nil && (lib.Decode != nil || lib.Wrap != nil || lib.Read != nil) {
		for _, a := range operands {
			if isReference(a.Type()) {
				changed = t.mark(baseOf(a)) || changed
			}
		}
	}
	return changed
}

func isNumber(call ssa.CallInstruction) bool {
	v := call.Value()
	if v == nil {
		return false
	}
	b, ok := v.Type().Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// judges reports whether a condition depends on the values themselves.
func (t *taint) judges(cond ssa.Value) bool { return t.has(cond) && judgesType(cond) }

// controls reports whether such a condition decides whether a block runs.
func (t *taint) controls(b *ssa.BasicBlock) bool {
	for _, cond := range conditionsOf(b) {
		if t.judges(cond) {
			return true
		}
	}
	return false
}

// beyondTime reports whether anything but times is read.
func (t *taint) beyondTime() bool {
	for name := range t.names {
		if !isTimeClaim(name) && !isPlumbing(name) {
			return true
		}
	}
	return false
}

// isPlumbing reports whether a field or method only leads to claims.
func isPlumbing(name string) bool {
	switch name {
	case "Claims", "RegisteredClaims", "StandardClaims", "Header", "Valid", "Unmarshal", "Decode", "NewReader", "NewDecoder", "Time", "Unix", "Before", "After", "Add", "Sub", "Int64", "Float64", "IsZero", "":
		return true
	}
	return false
}

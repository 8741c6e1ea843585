package httpmodel

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// A NullKind is the reason why a pointer of an answer may be nil.
type NullKind int

const (
	NullChecked   NullKind = iota // the function asks whether it is nil, and goes on with nil
	NullLate                      // it is asked after the use
	NullNeighbour                 // the pointer beside it is asked, this one is not
	NullDecoded                   // it was decoded just before
	NullVendor                    // the vendor says so
)

// A NullDeref is a use of a pointer of an answer that may be nil there.
type NullDeref struct {
	Kind   NullKind
	Pos    token.Pos
	Field  *types.Var
	Beside *types.Var // of NullNeighbour
	Check  token.Pos  // where the function asks; the decode of NullDecoded
	Vendor string     // of NullVendor
}

// NullDerefs returns the places that follow an optional pointer of an answer
// without a look whether there is something, one for each type and function.
func (m *Model) NullDerefs() []NullDeref {
	var list []NullDeref
	for _, fn := range m.SSA().Funcs {
		if !m.skipsTest(fn) {
			list = append(list, m.nullDerefs(fn)...)
		}
	}
	slices.SortFunc(list, func(a, b NullDeref) int { return cmp.Compare(a.Pos, b.Pos) })
	return list
}

// A pointerRead is a read of a pointer field of an answer.
type pointerRead struct {
	v     ssa.Value
	field *types.Var
	base  string // the place of the struct
	place string
	uses  []ssa.Instruction // that follow the pointer
}

// A nilCheck is a branch on whether a pointer field is nil.
type nilCheck struct {
	branch *ssa.If
	field  *types.Var
	base   string
	place  string
	isNil  int // the successor where it is nil
}

func (m *Model) nullDerefs(fn *ssa.Function) []NullDeref {
	reads := m.pointerReads(fn)
	if len(reads) == 0 {
		return nil
	}
	checks := nilChecks(fn)
	found := map[*types.TypeName]NullDeref{}
	unnamed := map[string]NullDeref{}
	for _, r := range reads {
		for _, use := range r.uses {
			d, ok := m.nullDeref(r, use, checks)
			if !ok {
				continue
			}
			d.Pos, d.Field = cmp.Or(use.Pos(), ValuePos(r.v)), r.field
			if owner := ownerRead(r.v); owner != nil {
				if old, known := found[owner]; !known || d.Pos < old.Pos {
					found[owner] = d
				}
			} else if old, known := unnamed[r.base]; !known || d.Pos < old.Pos {
				unnamed[r.base] = d
			}
		}
	}
	var list []NullDeref
	for _, d := range found {
		list = append(list, d)
	}
	for _, d := range unnamed {
		list = append(list, d)
	}
	return list
}

// nullDeref says why a pointer may be nil at a use of it, if it may.
func (m *Model) nullDeref(r pointerRead, use ssa.Instruction, checks []nilCheck) (NullDeref, bool) {
	if nilGuarded(use, r.v) || m.mayHaveLooked(use, r) {
		return NullDeref{}, false
	}
	src, decode := m.answerSource(r.v)
	if src == sourceNone {
		return NullDeref{}, false
	}
	for _, c := range checks {
		if c.place != r.place {
			continue
		}
		if before(use, c.branch) && !changedBetween(use, c.branch, r.base) {
			return NullDeref{Kind: NullLate, Check: ValuePos(c.branch.Cond)}, true
		}
		if nilReaches(c, use) {
			return NullDeref{Kind: NullChecked, Check: ValuePos(c.branch.Cond)}, true
		}
	}
	if src == sourceParam {
		return NullDeref{}, false // its caller may have looked
	}
	if n := m.membersOf()[r.field]; n != nil && n.Nulls.Has(memberName(r.v)) {
		return NullDeref{Kind: NullVendor, Vendor: n.Name}, true
	}
	if src == sourceDecoded && isBasicPointer(r.v.Type()) && r.field.Pkg() == m.pass.Pkg {
		return NullDeref{Kind: NullDecoded, Check: decode}, true
	}
	for _, c := range checks {
		if c.base == r.base && c.field != r.field && sameKind(c.field.Type(), r.field.Type()) && marksOptional(r) &&
			guardsUse(c) && besideCheck(c, use) {
			return NullDeref{Kind: NullNeighbour, Beside: c.field, Check: ValuePos(c.branch.Cond)}, true
		}
	}
	return NullDeref{}, false
}

// pointerReads returns the reads of a function of pointers that are fields of
// structs with names of their own for documents, and that it follows.
func (m *Model) pointerReads(fn *ssa.Function) []pointerRead {
	var list []pointerRead
	for instr := range lazyssa.Each[ssa.Instruction](fn) {
		v, ok := instr.(ssa.Value)
		if !ok {
			continue
		}
		f := fieldRead(v)
		if f == nil || !f.Exported() || f.Embedded() || !isPointer(f.Type()) {
			continue
		}
		uses := derefs(v)
		if len(uses) == 0 {
			continue
		}
		list = append(list, pointerRead{v: v, field: f.Origin(), base: placeOfValue(holderOf(v)), place: placeOfValue(v), uses: uses})
	}
	return list
}

// holderOf returns the struct, or its address, that a field was read from.
func holderOf(v ssa.Value) ssa.Value {
	switch v := v.(type) {
	case *ssa.Field:
		if load, ok := v.X.(*ssa.UnOp); ok && load.Op == token.MUL {
			return load.X
		}
		return v.X
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			return fa.X
		}
	}
	return v
}

// ownerRead returns the named struct that a field was read from, or nil.
func ownerRead(v ssa.Value) *types.TypeName { return namedOf(structRead(v)) }

// structRead returns the type of the struct that a field was read from.
func structRead(v ssa.Value) types.Type {
	switch v := v.(type) {
	case *ssa.Field:
		return v.X.Type()
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			return types.Unalias(fa.X.Type()).Underlying().(*types.Pointer).Elem()
		}
	}
	return v.Type()
}

// memberName is the name that a field which was read has in documents.
func memberName(v ssa.Value) string {
	f := fieldRead(v)
	st, ok := structRead(v).Underlying().(*types.Struct)
	if !ok || f == nil {
		return ""
	}
	for i := range st.NumFields() {
		if st.Field(i).Name() == f.Name() {
			return jsonName(st.Tag(i), f.Name())
		}
	}
	return ""
}

// nilChecks returns the branches of a function on whether a field is nil.
func nilChecks(fn *ssa.Function) []nilCheck {
	var list []nilCheck
	for branch := range lazyssa.Each[*ssa.If](fn) {
		cmp, ok := branch.Cond.(*ssa.BinOp)
		if !ok || cmp.Op != token.EQL && cmp.Op != token.NEQ {
			continue
		}
		x := comparedWithNil(cmp)
		if x == nil {
			continue
		}
		f := fieldRead(x)
		if f == nil || !isPointer(f.Type()) {
			continue
		}
		c := nilCheck{branch: branch, field: f.Origin(), base: placeOfValue(holderOf(x)), place: placeOfValue(x)}
		if cmp.Op == token.NEQ {
			c.isNil = 1
		}
		list = append(list, c)
	}
	return list
}

// mayHaveLooked reports whether code that is not followed was given the struct
// before a use of its pointer: it may have looked, or filled it.
func (m *Model) mayHaveLooked(use ssa.Instruction, r pointerRead) bool {
	for call := range lazyssa.Each[ssa.CallInstruction](use.Parent()) {
		if !reachesInstr(call, use) || m.onlyPrints(call) {
			continue
		}
		args := call.Common().Args
		if call.Common().IsInvoke() {
			args = append([]ssa.Value{call.Common().Value}, args...)
		}
		for i, a := range args {
			if m.fillsOnly(call, i) {
				continue
			}
			a = unwrapped(a)
			if _, basic := a.Type().Underlying().(*types.Basic); basic {
				continue
			}
			if p := placeOfValue(a); p != "" && strings.HasPrefix(r.place, p) {
				return true
			}
		}
	}
	return false
}

// onlyPrints reports whether a call only shows what it is given.
func (m *Model) onlyPrints(call ssa.CallInstruction) bool {
	if _, builtin := call.Common().Value.(*ssa.Builtin); builtin {
		return true
	}
	callee := CalleeObject(call)
	return callee != nil && callee.Pkg() != nil && (callee.Pkg().Path() == "fmt" || callee.Pkg().Path() == "log")
}

// isBasicPointer reports whether a type is a pointer to a number, text or bool.
func isBasicPointer(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	_, basic := p.Elem().Underlying().(*types.Basic)
	return basic
}

// sameKind reports whether two pointers are both to values of basic types, or
// both to structs.
func sameKind(a, b types.Type) bool { return isBasicPointer(a) == isBasicPointer(b) }

// marksOptional reports whether a pointer in its struct tells that a member may
// be absent: other members of basic types are no pointers. Where all are
// pointers only members do that come and go by their nature.
func marksOptional(r pointerRead) bool {
	st, ok := structRead(r.v).Underlying().(*types.Struct)
	if !ok {
		return false
	}
	plain, pointers := 0, 0
	for f := range st.Fields() {
		// A type of its own for each enumeration has no pointers to it.
		if _, basic := types.Unalias(f.Type()).(*types.Basic); basic && f.Exported() {
			plain++
		} else if isBasicPointer(f.Type()) {
			pointers++
		}
	}
	return plain > 0 && pointers > 0 || isBasicPointer(r.v.Type()) && comesAndGoes(r.field.Name())
}

// comesAndGoes reports whether a member of that name is there on occasion only.
func comesAndGoes(name string) bool {
	name = strings.ToLower(name)
	for _, end := range []string{"reason", "detail", "details", "message", "description", "comment", "note", "notes",
		"endedat", "finishedat", "stoppedat", "deletedat", "expiresat", "completedat", "closedat", "canceledat", "cancelledat"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

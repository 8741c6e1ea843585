package httpmodel

import (
	"cmp"
	"go/constant"
	"go/token"
	"go/types"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
	"github.com/apivet/apivet/internal/provider"
)

// A PlainMember is a member of a vendor's answers whose Go type cannot hold
// what the vendor sends.
type PlainMember struct {
	Vendor string
	Field  *types.Var
	Name   string // of the member
	// Use is the branch or sum that takes null for a value; NoPos where it is
	// the type itself that is too small.
	Use token.Pos
	// Form is what the vendor sends where the type is too small.
	Form string
}

type memberMemo struct {
	once sync.Once
	of   map[*types.Var]*provider.Profile
	list []memberField
}

// A memberField is a field that a vendor's answers are decoded into.
type memberField struct {
	field *types.Var
	name  string
	owner types.Type // the struct
}

// membersOf returns the vendors whose answers fields are filled from.
func (m *Model) membersOf() map[*types.Var]*provider.Profile {
	memo := &m.memberMemo
	memo.once.Do(func() {
		memo.of = map[*types.Var]*provider.Profile{}
		for _, p := range m.plays() {
			profile := m.vendorOf(p)
			if profile == nil {
				continue
			}
			for _, e := range p.Ends {
				for _, d := range e.Decoded {
					if d.Out.Has(play.Success) && d.Type != nil {
						memo.add(d.Type, profile, map[types.Type]bool{})
					}
				}
			}
		}
		if profile := m.vendorOf(played{}); profile != nil {
			m.addDecoded(memo, profile)
		}
	})
	return memo.of
}

// addDecoded adds what the package decodes anything into, where it talks to
// one vendor alone.
func (m *Model) addDecoded(memo *memberMemo, profile *provider.Profile) {
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		for _, arg := range call.Common().Args {
			if mi, ok := arg.(*ssa.MakeInterface); ok && isPointer(mi.X.Type()) && m.decodesArg(call, arg, 0) {
				memo.add(mi.X.Type(), profile, map[types.Type]bool{})
			}
		}
	}
}

func (memo *memberMemo) add(t types.Type, profile *provider.Profile, seen map[types.Type]bool) {
	t = types.Unalias(t)
	if seen[t] || len(seen) > 200 || decodesItself(t) {
		return
	}
	seen[t] = true
	switch under := t.Underlying().(type) {
	case *types.Pointer:
		memo.add(under.Elem(), profile, seen)
	case *types.Slice:
		memo.add(under.Elem(), profile, seen)
	case *types.Map:
		memo.add(under.Elem(), profile, seen)
	case *types.Struct:
		for i := range under.NumFields() {
			f := under.Field(i).Origin()
			if name := jsonName(under.Tag(i), f.Name()); f.Exported() && name != "-" && memo.of[f] == nil {
				memo.of[f] = profile
				memo.list = append(memo.list, memberField{f, name, t})
			}
			memo.add(f.Type(), profile, seen)
		}
	}
}

// PlainMembers returns the members of vendors' answers that are decoded into
// types which cannot hold them, one for each struct: null where a branch or a
// sum takes the zero value for one that was sent, and numbers out of range.
func (m *Model) PlainMembers() []PlainMember {
	var list []PlainMember
	of := m.membersOf()
	seen := map[types.Type]bool{}
	for _, f := range m.memberMemo.list {
		p, ok := m.plainMember(f, of[f.field])
		if ok && !seen[f.owner] {
			seen[f.owner] = true
			list = append(list, p)
		}
	}
	return list
}

func (m *Model) plainMember(f memberField, profile *provider.Profile) (PlainMember, bool) {
	p := PlainMember{Vendor: profile.Name, Field: f.field, Name: f.name}
	if f.field.Pkg() != m.pass.Pkg || m.skipsTestAt(f.field.Pos()) {
		return p, false
	}
	basic, _ := f.field.Type().Underlying().(*types.Basic)
	switch {
	case basic != nil && profile.Wide.Has(f.name) && tooSmall(basic.Kind()):
		p.Form = profile.Wide.Form
		return p, true
	case basic != nil && basic.Info()&types.IsFloat != 0 && profile.Money.Has(f.name):
		p.Form = profile.Money.Form
		return p, true
	}
	isTime := isNamed(f.field.Type(), "time", "Time")
	if !profile.Nulls.Has(f.name) || isPointer(f.field.Type()) ||
		!isTime && (basic == nil || basic.Info()&(types.IsNumeric|types.IsBoolean) == 0 || decodesItself(f.field.Type())) {
		return p, false
	}
	if stores, _ := m.FieldStores(f.field); len(stores) > 0 {
		return p, false // null leaves what the code put there itself
	}
	for _, load := range m.FieldLoads(f.field) {
		use, presence := factUse(load, 0)
		if presence {
			return p, false // zero stands for absence on purpose
		}
		if !p.Use.IsValid() {
			p.Use = use
		}
	}
	return p, p.Use.IsValid()
}

// tooSmall reports whether an integer type does not hold every unsigned
// 32-bit integer.
func tooSmall(k types.BasicKind) bool {
	switch k {
	case types.Int8, types.Int16, types.Int32, types.Uint8, types.Uint16:
		return true
	}
	return false
}

// factUse returns where a value decides a branch or becomes part of a sum.
// Presence says that it is compared with zero, which may be a look whether
// there is something.
func factUse(v ssa.Value, depth int) (use token.Pos, presence bool) {
	if depth > 4 || v.Referrers() == nil {
		return token.NoPos, false
	}
	for _, ref := range *v.Referrers() {
		var at token.Pos
		var zero bool
		switch ref := ref.(type) {
		case *ssa.If:
			at = ValuePos(v)
		case *ssa.UnOp:
			if ref.Op != token.MUL {
				at, zero = factUse(ref, depth+1)
			}
		case *ssa.Convert:
			at, zero = factUse(ref, depth+1)
		case *ssa.BinOp:
			at = ref.Pos()
			zero = isZeroTest(ref)
		case *ssa.Call:
			at, zero = timeUse(ref)
		}
		if zero {
			return token.NoPos, true
		}
		use = cmp.Or(use, at)
	}
	return use, false
}

// isZeroTest reports whether a comparison asks for something other than zero.
func isZeroTest(b *ssa.BinOp) bool {
	x, op := b.Y, b.Op
	if _, ok := b.X.(*ssa.Const); ok {
		x = b.X
		switch op { // 0 < x is x > 0
		case token.LSS:
			op = token.GTR
		case token.GEQ:
			op = token.LEQ
		case token.GTR, token.LEQ:
			return false
		}
	}
	c, ok := x.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() == constant.Bool || constant.Sign(c.Value) != 0 {
		return false
	}
	switch op {
	case token.EQL, token.NEQ, token.GTR, token.LEQ:
		return true
	}
	return false
}

// timeUse returns where a time is compared or calculated with.
func timeUse(call *ssa.Call) (use token.Pos, presence bool) {
	fn := CalleeObject(call)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "time" {
		return token.NoPos, false
	}
	switch fn.Name() {
	case "IsZero":
		return token.NoPos, true
	case "Before", "After", "Sub", "Equal", "Compare", "Since", "Until", "Add", "AddDate":
		return call.Pos(), false
	}
	return token.NoPos, false
}

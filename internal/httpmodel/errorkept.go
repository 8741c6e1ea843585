package httpmodel

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A PutAway is a list of error details that is decoded, put into a field and
// never looked at again.
type PutAway struct {
	Pos  token.Pos  // of the assignment
	List *types.Var // the field that it is decoded into
	Kept *types.Var // the field that it is put into
}

// PutAwayLists returns the lists of error details that go nowhere but into
// fields which nothing reads.
func (m *Model) PutAwayLists() []PutAway {
	var found []PutAway
	seen := map[*types.Var]bool{}
	for _, fn := range m.SSA().Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				list, _ := detailList(instr)
				if list == nil || seen[list] {
					continue
				}
				seen[list] = true
				if p, ok := m.putAway(list); ok {
					found = append(found, p)
				}
			}
		}
	}
	return found
}

// putAway follows every read of a list.
func (m *Model) putAway(list *types.Var) (PutAway, bool) {
	use := m.FieldUse(list)
	if list.Pkg() != m.pass.Pkg || len(use.Decoded) == 0 || use.Aliased || len(use.Reflected) > 0 || use.Foreign {
		return PutAway{}, false
	}
	p := PutAway{List: list.Origin()}
	for _, load := range m.FieldLoads(list) {
		for _, ref := range *load.Referrers() {
			switch r := ref.(type) {
			case *ssa.DebugRef:
			case *ssa.Call: // len(list)
				if b, ok := r.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" || !onlyCompared(r) {
					return PutAway{}, false
				}
			case *ssa.Store:
				fa, ok := r.Addr.(*ssa.FieldAddr)
				if !ok || r.Val != load {
					return PutAway{}, false
				}
				f := structField(fa.X.Type(), fa.Field)
				if f == nil || !m.unread(f, namedOf(fa.X.Type())) {
					return PutAway{}, false
				}
				p.Pos, p.Kept = r.Pos(), f
			default:
				return PutAway{}, false
			}
		}
	}
	return p, p.Kept != nil
}

// unread reports whether nothing can look at a field of the package's own
// struct.
func (m *Model) unread(f *types.Var, owner *types.TypeName) bool {
	use := m.FieldUse(f)
	if f.Pkg() != m.pass.Pkg || len(use.Reads) > 0 || use.Aliased || use.Foreign || len(m.FieldLoads(f)) > 0 {
		return false
	}
	if len(use.Reflected) == 0 {
		return true
	}
	// The whole struct went into an interface: an error shows what its text says.
	if owner == nil {
		return false
	}
	n, ok := owner.Type().(*types.Named)
	return ok && m.errorMethod(n) != nil && !m.printsWhole(n)
}

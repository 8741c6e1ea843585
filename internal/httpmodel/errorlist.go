package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A DetailList is a field that holds the details of an error answer: a list
// of structs called errors, details or the like.
type DetailList struct {
	Field *types.Var
	Owner *types.Named // the struct that has the field
	// Decoded are the places that fill it, for a type that is no error itself.
	Decoded []token.Pos
}

// isListName reports whether a list of that name holds the details of an error.
func isListName(name string) bool {
	switch strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name)) {
	case "errors", "details", "issues", "violations", "errordetails", "fielderrors", "invalidparams", "causes",
		"validationerrors", "errorlist", "errormessages", "fieldviolations", "errs", "errorsdetails", "reasons":
		return true
	}
	return false
}

// ListOf describes a field of a struct if it is a list of details.
func ListOf(st *types.Struct, i int) bool {
	f := st.Field(i)
	sl, ok := f.Type().Underlying().(*types.Slice)
	if !ok {
		return false
	}
	elem := sl.Elem()
	if p, ok := elem.Underlying().(*types.Pointer); ok {
		elem = p.Elem()
	}
	detail, ok := elem.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	name := jsonName(st.Tag(i), f.Name())
	return isListName(f.Name()) || isListName(name) || strings.EqualFold(name, "data") && isDetail(detail)
}

// isDetail reports whether a struct says what is wrong with a request: it has a
// code or text of an error and names the guilty field.
func isDetail(st *types.Struct) bool {
	text, place := false, false
	for i := range st.NumFields() {
		switch strings.ToLower(jsonName(st.Tag(i), st.Field(i).Name())) {
		case "detail", "message", "issue", "reason", "title", "description":
			text = true
		case "field", "propertyname", "property", "source", "pointer", "parameter", "path", "code":
			place = true
		}
	}
	return text && place
}

// DroppedLists returns the lists of error details that the package's own error
// types decode and that nothing in the package ever looks at, although the
// error's text is built from their siblings.
func (m *Model) DroppedLists() []DetailList {
	var dropped []DetailList
	scope := m.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() {
			continue
		}
		named, ok := tn.Type().(*types.Named)
		if !ok {
			continue
		}
		st, ok := named.Underlying().(*types.Struct)
		if !ok {
			continue
		}
		dropped = append(dropped, m.decodedLists(named, st, 0)...)
		if m.errorMethod(named) == nil {
			continue
		}
		for i := range st.NumFields() {
			f := st.Field(i)
			if f.Pkg() != m.pass.Pkg || !ListOf(st, i) || jsonName(st.Tag(i), "") == "" || jsonName(st.Tag(i), "") == "-" {
				continue
			}
			use := m.FieldUse(f)
			if len(use.Reads) > 0 || use.Aliased || len(use.Reflected) > 0 && m.printsWhole(named) {
				continue
			}
			dropped = append(dropped, DetailList{Field: f, Owner: named})
		}
	}
	return dropped
}

// decodedLists returns the lists of a type that is not an error itself but is
// decoded from answers here: its message is used and its list of details never.
func (m *Model) decodedLists(n *types.Named, st *types.Struct, depth int) []DetailList {
	var dropped []DetailList
	message := false
	for i := range st.NumFields() {
		switch strings.ToLower(jsonName(st.Tag(i), st.Field(i).Name())) {
		case "message", "code", "title":
			message = message || len(m.FieldUse(st.Field(i)).Reads) > 0
		}
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		if inner, ok := f.Type().Underlying().(*types.Struct); ok && depth < 2 {
			if _, isNamed := types.Unalias(f.Type()).(*types.Named); !isNamed {
				dropped = append(dropped, m.decodedLists(n, inner, depth+1)...)
			}
			continue
		}
		if !message || f.Pkg() != m.pass.Pkg || !ListOf(st, i) || m.errorMethod(n) != nil {
			continue
		}
		use := m.FieldUse(f)
		if len(use.Decoded) > 0 && len(use.Reads) == 0 && len(use.Reflected) == 0 && !use.Aliased && !use.Foreign {
			dropped = append(dropped, DetailList{Field: f, Owner: n, Decoded: use.Decoded})
		}
	}
	return dropped
}

// errorMethod returns the Error method that the type itself declares, or nil.
func (m *Model) errorMethod(n *types.Named) *types.Func {
	for fn := range n.Methods() {
		if fn.Name() == "Error" && fn.Signature().Params().Len() == 0 && fn.Signature().Results().Len() == 1 {
			return fn
		}
	}
	return nil
}

// ErrorText returns the position of the type's Error method.
func (m *Model) ErrorText(n *types.Named) token.Pos {
	if fn := m.errorMethod(n); fn != nil {
		return fn.Pos()
	}
	return n.Obj().Pos()
}

// printsWhole reports whether the Error method gives its whole receiver to
// another function, which may print every field.
func (m *Model) printsWhole(n *types.Named) bool {
	fn := m.SSA().SSA.Prog.FuncValue(m.errorMethod(n))
	if fn == nil || len(fn.Params) == 0 {
		return true
	}
	for _, ref := range *fn.Params[0].Referrers() {
		switch r := ref.(type) {
		case *ssa.FieldAddr, *ssa.Field, *ssa.DebugRef:
		case *ssa.Store:
			// The receiver's own cell, of a method on the value.
			if a, ok := r.Addr.(*ssa.Alloc); ok && wholeLoaded(a) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

func wholeLoaded(a *ssa.Alloc) bool {
	for _, ref := range *a.Referrers() {
		switch r := ref.(type) {
		case *ssa.FieldAddr, *ssa.DebugRef:
		case *ssa.Store:
			if r.Addr != a {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// A FirstOnly is a use of element 0 of a list of error details in a function
// that never looks at the others.
type FirstOnly struct {
	Pos   token.Pos
	Field *types.Var
	Fn    *ssa.Function
	// Guarded says that the length is tested before.
	Guarded bool
}

// FirstOnlyLists returns the functions that take only element 0 of a list of
// error details.
func (m *Model) FirstOnlyLists() []FirstOnly {
	var found []FirstOnly
	for _, fn := range m.SSA().Funcs {
		type use struct {
			first   token.Pos
			others  bool
			guarded bool
		}
		uses := map[*types.Var]*use{}
		var order []*types.Var
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				field, list := detailList(instr)
				if field == nil {
					continue
				}
				u := uses[field]
				if u == nil {
					u = &use{}
					uses[field] = u
					order = append(order, field)
				}
				for _, ref := range *list.Referrers() {
					switch r := ref.(type) {
					case *ssa.IndexAddr:
						c, ok := r.Index.(*ssa.Const)
						if ok && c.Value != nil && constant.Sign(c.Value) == 0 {
							if !u.first.IsValid() {
								u.first = r.Pos()
							}
							continue
						}
						u.others = true
					case *ssa.Call:
						if bi, ok := r.Call.Value.(*ssa.Builtin); ok && bi.Name() == "len" {
							if !comparedWithOne(r) && onlyCompared(r) {
								u.guarded = true
								continue
							}
						}
						u.others = true
					case *ssa.DebugRef:
					case *ssa.BinOp: // compared with nil
						u.guarded = true
					default:
						u.others = true
					}
				}
			}
		}
		for _, f := range order {
			if u := uses[f]; u.first.IsValid() && !u.others {
				found = append(found, FirstOnly{Pos: u.first, Field: f, Fn: fn, Guarded: u.guarded})
			}
		}
	}
	return found
}

// detailList returns the field and the value of a load of a list of details.
func detailList(instr ssa.Instruction) (*types.Var, ssa.Value) {
	load, ok := instr.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		if fv, ok := instr.(*ssa.Field); ok {
			if st, ok := fv.X.Type().Underlying().(*types.Struct); ok && ListOf(st, fv.Field) {
				return st.Field(fv.Field), fv
			}
		}
		return nil, nil
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return nil, nil
	}
	st, ok := fa.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
	if !ok || !ListOf(st, fa.Field) {
		return nil, nil
	}
	return st.Field(fa.Field), load
}

// comparedWithOne reports whether a length is tested to be 1: then element 0 is
// the whole list.
func comparedWithOne(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		b, ok := ref.(*ssa.BinOp)
		if !ok || b.Op != token.EQL && b.Op != token.NEQ {
			continue
		}
		for _, side := range []ssa.Value{b.X, b.Y} {
			if c, ok := side.(*ssa.Const); ok && c.Value != nil && c.Value.ExactString() == "1" {
				return true
			}
		}
	}
	return false
}

// onlyCompared reports whether a length only decides branches.
func onlyCompared(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch r := ref.(type) {
		case *ssa.BinOp:
			if _, isBool := r.Type().Underlying().(*types.Basic); !isBool || r.Type().Underlying().(*types.Basic).Info()&types.IsBoolean == 0 {
				return false // counted
			}
		case *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}

package httpmodel

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// An AbsentFact is a fact on a field of an error, or on a method that returns
// it: the answer in it is nil when the error tells of a call without one.
type AbsentFact struct{ Version int }

const absentVersion = 1

// AFact marks the type as a fact.
func (*AbsentFact) AFact() {}

// String describes the fact for tests and debugging.
func (*AbsentFact) String() string { return "nil without an answer" }

// absences are the fields and methods of errors that may have no answer.
type absences struct {
	fields  map[*types.Var]bool
	methods map[*types.Func]bool
}

// exportAbsentFacts tells importing packages which errors come without an answer.
func (m *Model) exportAbsentFacts() {
	if m.Empty() {
		return
	}
	m.absent = absences{fields: map[*types.Var]bool{}, methods: map[*types.Func]bool{}}
	for _, obj := range m.pass.TypesInfo.Uses {
		if obj.Pkg() == nil || obj.Pkg() == m.pass.Pkg {
			continue
		}
		switch obj := obj.(type) {
		case *types.Func:
			if f := new(AbsentFact); m.pass.ImportObjectFact(obj.Origin(), f) && f.Version == absentVersion {
				m.absent.methods[obj.Origin()] = true
			}
		case *types.Var:
			if f := new(AbsentFact); obj.IsField() && m.pass.ImportObjectFact(obj.Origin(), f) && f.Version == absentVersion {
				m.absent.fields[obj.Origin()] = true
			}
		}
	}
	if !m.keepsAnswers() {
		return
	}
	m.SwallowedErrors() // which finds what is put into the fields
	for f := range m.absent.fields {
		if f.Exported() && f.Pkg() == m.pass.Pkg {
			m.pass.ExportObjectFact(f, &AbsentFact{Version: absentVersion})
		}
	}
	var getters []*types.Func
	for _, fn := range m.SSA().Funcs {
		obj, ok := fn.Object().(*types.Func)
		if ok && fn.Parent() == nil && obj.Signature().Recv() != nil && m.getsAbsent(fn) {
			getters = append(getters, obj)
		}
	}
	scope := m.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || !types.IsInterface(tn.Type()) || tn.IsAlias() {
			continue
		}
		iface, ok := tn.Type().Underlying().(*types.Interface)
		if !ok {
			continue
		}
		for method := range iface.Methods() {
			if method.Pkg() != m.pass.Pkg {
				continue // of an embedded interface
			}
			same := func(g *types.Func) bool {
				return g.Name() == method.Name() && types.Implements(g.Signature().Recv().Type(), iface)
			}
			if slices.ContainsFunc(getters, same) {
				getters = append(getters, method)
			}
		}
	}
	for _, g := range getters {
		m.absent.methods[g] = true
		if g.Exported() {
			m.pass.ExportObjectFact(g, &AbsentFact{Version: absentVersion})
		}
	}
}

// keepsAnswers reports whether an error of the package has a field for an answer.
func (m *Model) keepsAnswers() bool {
	scope := m.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() {
			continue
		}
		if st, ok := tn.Type().Underlying().(*types.Struct); ok && isErrorStruct(tn.Type()) {
			for f := range st.Fields() {
				if isNamed(f.Type(), "net/http", "Response") {
					return true
				}
			}
		}
	}
	return false
}

// isErrorStruct reports whether values of a struct or pointers to it are errors.
func isErrorStruct(t types.Type) bool {
	return isErrorType(t) || isErrorType(types.NewPointer(t))
}

// getsAbsent reports whether a method only returns a field that may have no answer.
func (m *Model) getsAbsent(fn *ssa.Function) bool {
	if fn.Signature.Results().Len() != 1 || len(fn.Params) != 1 {
		return false
	}
	for ret := range lazyssa.Each[*ssa.Return](fn) {
		f := fieldRead(ret.Results[0])
		if f == nil || !m.absent.fields[f] {
			return false
		}
	}
	return true
}

// fieldRead returns the field that a value was read from, or nil.
func fieldRead(v ssa.Value) *types.Var {
	switch v := v.(type) {
	case *ssa.Field:
		return structField(v.X.Type(), v.Field)
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			return structField(fa.X.Type(), fa.Field)
		}
	}
	return nil
}

// putAnswer notes that a failed call's answer, which is nil, is put into a
// field of an error.
func (m *Model) putAnswer(addr ssa.Value) {
	fa, ok := addr.(*ssa.FieldAddr)
	if !ok || m.absent.fields == nil {
		return
	}
	f := structField(fa.X.Type(), fa.Field)
	if f == nil || !isNamed(f.Type(), "net/http", "Response") {
		return
	}
	if n := namedOf(fa.X.Type()); n != nil && isErrorStruct(n.Type()) {
		m.absent.fields[f] = true
	}
}

// absentUses returns the places that use an error's answer without a look at
// whether there is one.
func (m *Model) absentUses() []Swallowed {
	var list []Swallowed
	for _, fn := range m.SSA().Funcs {
		if len(m.absent.fields)+len(m.absent.methods) == 0 {
			break
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				v, ok := instr.(ssa.Value)
				if !ok {
					continue
				}
				name := ""
				if call, isCall := v.(*ssa.Call); isCall && m.absent.methods[CalleeObject(call)] {
					name = CalleeObject(call).Name()
				} else if f := fieldRead(v); f != nil && m.absent.fields[f] {
					name = f.Name()
				}
				if name == "" {
					continue
				}
				for _, use := range derefs(v) {
					if !nilGuarded(use, v) {
						list = append(list, Swallowed{Kind: SwallowAbsent, Use: use.Pos(), Name: name})
						break
					}
				}
			}
		}
	}
	return list
}

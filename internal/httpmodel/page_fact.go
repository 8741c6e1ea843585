package httpmodel

import (
	"go/types"
)

const pageFactVersion = 1

// A PageFact is on a function that returns the first page of a list: it takes
// nothing that chooses a page, and its package never reads what tells of the
// next one.
type PageFact struct{ Version int }

// AFact marks the type as a fact.
func (*PageFact) AFact() {}

// String describes the fact for tests and debugging.
func (*PageFact) String() string { return "gives the first page" }

// exportPageFacts tells importing packages which functions give a first page.
func (m *Model) exportPageFacts() {
	if m.pass.Pkg.Name() == "main" {
		return
	}
	for _, fn := range m.flow().funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || fn.Parent() != nil || !obj.Exported() || obj.Origin() != obj || !m.facts.Fails().Calls(obj) {
			continue
		}
		if m.givesFirst(obj.Signature()) {
			m.pass.ExportObjectFact(obj, &PageFact{Version: pageFactVersion})
		}
	}
}

// givesFirst reports whether a function with a signature can only return a first
// page.
func (m *Model) givesFirst(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if !isContextType(v.Type()) {
			return false
		}
	}
	t := sig.Results().At(0).Type()
	cursor := cursorOf(t, 0)
	if cursor == nil || cursor.Pkg() != m.pass.Pkg || !listsItems(t) {
		return false
	}
	u := m.FieldUse(cursor)
	return len(u.Reads) == 0 && len(u.Decoded) > 0 && !u.Aliased && !anyCursor(t, 4, func(f *types.Var) bool { return len(m.FieldUse(f).Reads) > 0 })
}

// importPage fetches what is known of another package's function.
func (m *Model) importPage(fn *types.Func) {
	if f := new(PageFact); m.pass.ImportObjectFact(fn, f) && f.Version == pageFactVersion {
		if m.firstOnly == nil {
			m.firstOnly = map[*types.Func]bool{}
		}
		m.firstOnly[fn] = true
	}
}

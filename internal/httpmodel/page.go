package httpmodel

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// A FirstPage is a list of which only the first page is read.
type FirstPage struct {
	Pos token.Pos
	// Call lists; nil where the cursor is decoded and read nowhere.
	Call ssa.CallInstruction
	// Cursor is the part of the answer that tells of the next page.
	Cursor *types.Var
}

// FirstPages returns the lists of which the package reads the first page only,
// although the answer tells of the next one.
func (m *Model) FirstPages() []FirstPage {
	if m.Empty() {
		return nil
	}
	var list []FirstPage
	for _, fn := range m.flow().funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(*ssa.Call); ok {
					if cursor := m.firstPage(call); cursor != nil {
						list = append(list, FirstPage{call.Pos(), call, cursor})
					}
				}
			}
		}
	}
	return append(list, m.unreadCursors()...)
}

// firstPage returns the cursor that is not looked at after a call of another
// package's function that lists.
func (m *Model) firstPage(call *ssa.Call) *types.Var {
	callee := calleeOf(&call.Call)
	if callee == nil || callee.Pkg() == nil || callee.Pkg() == m.pass.Pkg || isStd(callee.Pkg().Path(), m.pass.Pkg.Path()) {
		return nil
	}
	res := callee.Signature().Results()
	if res.Len() < 2 || !isErrorType(res.At(res.Len()-1).Type()) || !lists(call, callee) {
		return nil
	}
	// The cursor is part of the list's own struct, or of the answer beside it.
	var cursor *types.Var
	at := -1
	for i := range res.Len() - 1 {
		if c := cursorOf(res.At(i).Type(), 0); c != nil && cursor == nil {
			cursor, at = c, i
		}
	}
	if cursor == nil || isResponse(res.At(at).Type()) {
		return nil
	}
	items := 0
	if !isList(res.At(0).Type()) && !listsItems(res.At(0).Type()) {
		return nil
	}
	if !m.asksFirst(call) && !m.firstOnly[callee.Origin()] {
		return nil
	}
	var use pageUse
	use.results(call, items, true)
	if at != items {
		var rest pageUse
		rest.results(call, at, false)
		use.cursor = use.cursor || rest.cursor
		use.away = use.away || rest.away
	}
	if use.cursor || use.away || !use.items {
		return nil
	}
	return cursor
}

// isResponse reports whether a type is net/http's answer.
func isResponse(t types.Type) bool { return isNamed(t, "net/http", "Response") }

// lists reports whether a call's name says that it lists: its own, or in a
// chain that ends in Do or Execute one of those before.
func lists(call *ssa.Call, callee *types.Func) bool {
	for depth := 0; call != nil && depth < 12; depth++ {
		if fn := calleeOf(&call.Call); fn != nil {
			words := camelWords(fn.Name())
			switch words[0] {
			case "list", "search", "scan":
				return true
			case "get", "find", "fetch", "query", "read":
				last := words[len(words)-1]
				if depth > 0 && strings.HasSuffix(last, "s") && !strings.HasSuffix(last, "ss") {
					return true
				}
			case "do", "execute":
			default:
				if depth == 0 {
					return false
				}
			}
		}
		recv := receiver(&call.Call)
		if load, ok := recv.(*ssa.UnOp); ok { // a value receiver in a variable
			if a, ok := load.X.(*ssa.Alloc); ok {
				for _, ref := range *a.Referrers() {
					if st, ok := ref.(*ssa.Store); ok && st.Addr == ssa.Value(a) {
						recv = st.Val
					}
				}
			}
		}
		call, _ = recv.(*ssa.Call)
	}
	return false
}

// asksFirst reports whether a call that lists surely asks for the first page,
// and for more than single items.
func (m *Model) asksFirst(call *ssa.Call) bool {
	// A chain: List(project).Filter(f).PageToken(t).Do()
	chain := 0
	var recv ssa.Value = receiver(&call.Call)
	for recv != nil {
		if load, ok := recv.(*ssa.UnOp); ok {
			if a, ok := load.X.(*ssa.Alloc); ok {
				stores := m.flow().cellUses(a).stores
				if len(stores) != 1 {
					return chain > 0 && len(stores) == 0
				}
				recv = stores[0].Val
			}
		}
		made, ok := recv.(*ssa.Call)
		if !ok {
			break
		}
		fn := calleeOf(&made.Call)
		if fn == nil {
			break
		}
		args := made.Call.Args
		switch {
		case namesPlace(fn.Name()) || namesOne(fn.Name()):
			return false
		case namesSize(fn.Name()) && len(args) > 0 && isOne(args[len(args)-1]):
			return false
		}
		chain++
		recv = receiver(&made.Call)
	}
	// A loop, or somebody else, may set the page of a request that is a variable.
	if recv != nil && chain == 0 {
		if _, isPhi := recv.(*ssa.Phi); isPhi {
			return false
		}
	}
	options := false
	for _, a := range call.Call.Args {
		if !hasPlace(a.Type(), 0) {
			continue
		}
		options = true
		if !m.firstOptions(a) {
			return false
		}
	}
	return options || chain > 0 && choosesPage(receiver(&call.Call).Type())
}

// choosesPage reports whether a request that is made step by step has a step
// that chooses the page.
func choosesPage(t types.Type) bool {
	if _, pointer := t.(*types.Pointer); !pointer {
		t = types.NewPointer(t)
	}
	for sel := range types.NewMethodSet(t).Methods() {
		if namesPlace(sel.Obj().Name()) {
			return true
		}
	}
	return false
}

// firstOptions reports whether options choose no page and more than one item.
func (m *Model) firstOptions(v ssa.Value) bool {
	switch x := v.(type) {
	case *ssa.Const:
		return true // nil, or the zero value
	case *ssa.UnOp:
		if a, ok := x.X.(*ssa.Alloc); ok && x.Op == token.MUL {
			return m.firstOptions(a)
		}
	case *ssa.Alloc:
		return firstFields(x, 0)
	}
	return false // a parameter, a field: somebody else chooses
}

// firstFields looks at what is stored to the fields of options.
func firstFields(addr ssa.Value, depth int) bool {
	if addr.Referrers() == nil || depth > 3 {
		return false
	}
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.FieldAddr:
			name := structField(ref.X.Type(), ref.Field).Name()
			if structOf(structField(ref.X.Type(), ref.Field).Type()) != nil && !namesOne(name) && !namesPlace(name) {
				if !firstFields(ref, depth+1) {
					return false
				}
				continue
			}
			for _, use := range *ref.Referrers() {
				st, ok := use.(*ssa.Store)
				if !ok || st.Addr != ssa.Value(ref) {
					continue
				}
				c, constant := st.Val.(*ssa.Const)
				switch {
				case namesPlace(name) && !(constant && isFirst(c)), namesOne(name), namesSize(name) && isOne(st.Val):
					return false
				}
			}
		case *ssa.Store:
			if ref.Addr != addr {
				return false // its address is kept
			}
			switch val := ref.Val.(type) {
			case *ssa.Const:
			case *ssa.UnOp: // a composite literal that is copied
				if a, ok := val.X.(*ssa.Alloc); !ok || !firstFields(a, depth+1) {
					return false
				}
			default:
				return false
			}
		case *ssa.Phi, *ssa.MakeClosure, *ssa.MakeInterface:
			return false
		}
	}
	return true
}

// isFirst reports whether a constant is the number of the first page.
func isFirst(c *ssa.Const) bool {
	return c.Value == nil || c.Value.Kind() == constant.Int && c.Int64() <= 1 || c.Value.Kind() == constant.String && constant.StringVal(c.Value) == ""
}

// isOne reports whether a value is the number 1, or the address of one.
func isOne(v ssa.Value) bool {
	switch x := v.(type) {
	case *ssa.Const:
		return x.Value != nil && x.Value.Kind() == constant.Int && x.Int64() == 1
	case *ssa.Convert:
		return isOne(x.X)
	case *ssa.Call: // aws.Int32(1)
		return len(x.Call.Args) == 1 && isOne(x.Call.Args[0])
	}
	return false
}

// unreadCursors returns the cursors that the package decodes and reads nowhere.
func (m *Model) unreadCursors() []FirstPage {
	var list []FirstPage
	had := map[*types.Var]bool{}
	for _, d := range m.Decodes() {
		if d.Type == nil || !d.Out.Has(play.Success) {
			continue
		}
		f := cursorOf(d.Type, 0)
		if f == nil || had[f] || f.Pkg() != m.pass.Pkg || !listsItems(d.Type) {
			continue
		}
		had[f] = true
		if m.cursorRead(f) == No && !anyCursor(d.Type, 4, func(f *types.Var) bool { return m.cursorRead(f) != No }) {
			list = append(list, FirstPage{Pos: f.Pos(), Cursor: f})
		}
	}
	slices.SortFunc(list, func(a, b FirstPage) int { return int(a.Pos - b.Pos) })
	return list
}

// anyCursor reports whether read holds of a part of an answer that tells of
// pages, at most depth structs deep: a struct may hold its own type.
func anyCursor(t types.Type, depth int, read func(*types.Var) bool) bool {
	st := structOf(t)
	if st == nil || depth == 0 {
		return false
	}
	for f := range st.Fields() {
		if (namesCursor(f.Name()) || namesPages(f.Name())) && read(f) {
			return true
		}
		if (f.Embedded() || namesPaging(f.Name())) && anyCursor(f.Type(), depth-1, read) {
			return true
		}
	}
	return false
}

// cursorRead is [Model.FieldRead], which takes a library's decoder that is told
// beforehand where the answer goes for code that may read it.
func (m *Model) cursorRead(f *types.Var) Answer {
	u := m.FieldUse(f)
	if len(u.Reads) > 0 || u.Aliased || u.Foreign {
		return m.FieldRead(f)
	}
	for _, pos := range u.Reflected {
		if !m.becomesAnswer(pos) {
			return Unknown
		}
	}
	return No
}

// becomesAnswer reports whether a library is told at pos where an answer goes.
func (m *Model) becomesAnswer(pos token.Pos) bool {
	file := m.fileOf(pos)
	if file == nil {
		return false
	}
	path, _ := astutil.PathEnclosingInterval(file, pos, pos)
	for _, n := range path {
		if call, ok := n.(*ast.CallExpr); ok {
			fn, _ := typeutil.Callee(m.pass.TypesInfo, call).(*types.Func)
			lib := library.FuncOf(fn)
			return lib != nil && (lib.NewRequest != nil && lib.NewRequest.Into != nil || lib.Send != nil && lib.Send.Into != nil)
		}
	}
	return false
}

package httpmodel

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/library"
)

// A PageLoopKind says what is wrong with a loop over pages.
type PageLoopKind int

const (
	// SamePage: the number of the next page is noted and not given to the request.
	SamePage PageLoopKind = iota
	// StaleCursor: the last page's cursor stays in the variable that the next
	// page is decoded into, where that one has none.
	StaleCursor
	// MissingTotal: the loop ends at a number of pages that the service leaves out.
	MissingTotal
)

// A PageLoop is a loop over pages that never ends or ends too soon.
type PageLoop struct {
	Kind PageLoopKind
	Pos  token.Pos
	// Cursor is the part of the answer that the loop goes by, At where it is used.
	Cursor *types.Var
	At     token.Pos
}

// PageLoops returns the loops over pages that are wrong.
func (m *Model) PageLoops() []PageLoop {
	if m.Empty() {
		return nil
	}
	var list []PageLoop
	for _, fn := range m.flow().funcs {
		for _, l := range naturalLoops(fn) {
			for _, b := range fn.Blocks {
				if !l.Blocks[b] {
					continue
				}
				for _, instr := range b.Instrs {
					if st, ok := instr.(*ssa.Store); ok {
						if p, ok := samePage(l, st); ok {
							list = append(list, p)
						}
					}
				}
				iff, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
				if !ok || l.Blocks[b.Succs[0]] == l.Blocks[b.Succs[1]] {
					continue
				}
				if p, ok := m.staleCursor(l, iff.Cond); ok {
					list = append(list, p)
				}
				if p, ok := missingTotal(iff.Cond); ok {
					list = append(list, p)
				}
			}
		}
	}
	return list
}

// samePage looks at a store in a loop: the cursor of an answer goes into options
// that nothing reads.
func samePage(l *httpfacts.Loop, st *ssa.Store) (PageLoop, bool) {
	fa, ok := st.Addr.(*ssa.FieldAddr)
	if !ok || !namesPlace(structField(fa.X.Type(), fa.Field).Name()) {
		return PageLoop{}, false
	}
	options, ok := rootOf(fa).(*ssa.Alloc)
	if !ok || l.Blocks[options.Block()] || !onlyWritten(options, 0) {
		return PageLoop{}, false
	}
	cursor, call := cursorLoad(st.Val)
	if cursor == nil || call == nil || !l.Blocks[call.Block()] {
		return PageLoop{}, false
	}
	return PageLoop{SamePage, call.Pos(), cursor, st.Pos()}, true
}

// rootOf returns what a chain of fields starts at.
func rootOf(v ssa.Value) ssa.Value {
	for {
		fa, ok := v.(*ssa.FieldAddr)
		if !ok {
			return v
		}
		v = fa.X
	}
}

// onlyWritten reports whether nothing reads an object or is given it.
func onlyWritten(addr ssa.Value, depth int) bool {
	if depth > 4 {
		return false
	}
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.FieldAddr:
			if !onlyWritten(ref, depth+1) {
				return false
			}
		case *ssa.Store:
			if ref.Addr != addr {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// cursorLoad returns the cursor that a value is read from, and the call whose
// answer holds it.
func cursorLoad(v ssa.Value) (*types.Var, *ssa.Call) {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return nil, nil
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return nil, nil
	}
	f := structField(fa.X.Type(), fa.Field)
	if !namesCursor(f.Name()) {
		return nil, nil
	}
	x, ok := rootOf(fa).(*ssa.Extract)
	if !ok {
		return nil, nil
	}
	call, _ := x.Tuple.(*ssa.Call)
	return f, call
}

// staleCursor looks at a condition that ends a loop: a cursor in a variable
// that is declared before the loop and decoded into on each round, and that
// nothing clears.
func (m *Model) staleCursor(l *httpfacts.Loop, cond ssa.Value) (PageLoop, bool) {
	op, ok := cond.(*ssa.BinOp)
	if !ok || op.Op != token.EQL && op.Op != token.NEQ {
		return PageLoop{}, false
	}
	load, ok := op.X.(*ssa.UnOp)
	if !ok {
		return PageLoop{}, false
	}
	if c, ok := op.Y.(*ssa.Const); !ok || c.Value != nil && c.Value.ExactString() != `""` {
		return PageLoop{}, false
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return PageLoop{}, false
	}
	f := structField(fa.X.Type(), fa.Field)
	page, ok := rootOf(fa).(*ssa.Alloc)
	if !ok || !namesCursor(f.Name()) || l.Blocks[page.Block()] || !l.Blocks[load.Block()] {
		return PageLoop{}, false
	}
	uses := m.flow().cellUses(page)
	var fill ssa.CallInstruction
	for _, call := range uses.fills {
		if call.Parent() == l.Fn && l.Blocks[call.Block()] && m.decodesInto(call, page) {
			fill = call
		}
	}
	if fill == nil || uses.leaks || cleared(l, page, 0) {
		return PageLoop{}, false
	}
	return PageLoop{StaleCursor, fill.Pos(), f, load.X.Pos()}, true
}

// decodesInto reports whether a call decodes an answer into a variable: a
// decoder, or a function of the package that is given the variable as any.
func (m *Model) decodesInto(call ssa.CallInstruction, page *ssa.Alloc) bool {
	lib := library.FuncOf(calleeOf(call.Common()))
	if lib != nil {
		return lib.Decode != nil
	}
	for _, d := range m.Decodes() {
		if d.Pos == call.Pos() {
			return true
		}
	}
	return false
}

// cleared reports whether something in a loop may reset a variable.
func cleared(l *httpfacts.Loop, addr ssa.Value, depth int) bool {
	if depth > 4 {
		return true
	}
	for _, ref := range *addr.Referrers() {
		inside := ref.Block() != nil && ref.Parent() == l.Fn && l.Blocks[ref.Block()]
		switch ref := ref.(type) {
		case *ssa.FieldAddr:
			if cleared(l, ref, depth+1) {
				return true
			}
		case *ssa.Store:
			if ref.Addr == addr && inside || ref.Addr != addr {
				return true
			}
		case ssa.CallInstruction: // a method or a function that is given its address
			if inside {
				return true
			}
		case *ssa.MakeClosure, *ssa.Phi:
			return true
		}
	}
	return false
}

// missingTotal looks at a condition that ends a loop: a number of pages that
// the service leaves out of long lists.
func missingTotal(cond ssa.Value) (PageLoop, bool) {
	op, ok := cond.(*ssa.BinOp)
	if !ok {
		return PageLoop{}, false
	}
	for _, side := range [2][2]ssa.Value{{op.X, op.Y}, {op.Y, op.X}} {
		load, ok := side[0].(*ssa.UnOp)
		if !ok {
			continue
		}
		fa, ok := load.X.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		if _, constant := side[1].(*ssa.Const); constant {
			continue
		}
		f := structField(fa.X.Type(), fa.Field)
		if t := library.TypeOf(fa.X.Type()); t != nil && t.Fields[f.Name()] == "optional-total" {
			return PageLoop{MissingTotal, op.Pos(), f, fa.Pos()}, true
		}
	}
	return PageLoop{}, false
}

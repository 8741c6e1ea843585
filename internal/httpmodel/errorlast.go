package httpmodel

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// An Overwritten is a loop over a list of error details in which every entry
// takes the place of the one before, so that only the last one is left.
type Overwritten struct {
	Pos   token.Pos // of the assignment
	Field *types.Var
}

// OverwrittenLists returns the loops that keep only the last entry of a list
// of error details.
func (m *Model) OverwrittenLists() []Overwritten {
	var found []Overwritten
	for _, fn := range m.SSA().Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				field, list := detailList(instr)
				if field == nil {
					continue
				}
				pos := overwritten(list)
				if pos.IsValid() && !slices.Contains(found, Overwritten{pos, field}) {
					found = append(found, Overwritten{pos, field})
				}
			}
		}
	}
	return found
}

// overwritten returns the place where the entries of a list overwrite one
// another, if that is all that becomes of them.
func overwritten(list ssa.Value) token.Pos {
	w := &entryWalk{seen: map[ssa.Value]bool{}}
	for _, ref := range *list.Referrers() {
		switch r := ref.(type) {
		case *ssa.IndexAddr:
			switch r.Index.(type) {
			case *ssa.Const, *ssa.Call, *ssa.Extract:
				return token.NoPos // a certain one
			}
			w.loop = r.Block()
			w.follow(r)
		case *ssa.Call:
			if b, ok := r.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" || !onlyCompared(r) {
				return token.NoPos
			}
		case *ssa.DebugRef, *ssa.BinOp:
		default:
			return token.NoPos
		}
	}
	if w.kept || w.loop == nil || !inLoop(w.loop) {
		return token.NoPos
	}
	return w.pos
}

// An entryWalk follows one entry of a list through the body of its loop. Kept
// says that something remembers each entry, looks for a certain one, or may.
type entryWalk struct {
	loop *ssa.BasicBlock
	seen map[ssa.Value]bool
	kept bool
	pos  token.Pos
}

func (w *entryWalk) follow(v ssa.Value) {
	if w.seen[v] || w.kept {
		return
	}
	w.seen[v] = true
	if v.Referrers() == nil {
		return
	}
	for _, ref := range *v.Referrers() {
		w.use(v, ref)
	}
}

func (w *entryWalk) use(v ssa.Value, ref ssa.Instruction) {
	switch r := ref.(type) {
	case *ssa.DebugRef:
	case *ssa.IndexAddr: // of a call's arguments; see ownElements
		_, args := v.(*ssa.Alloc)
		w.kept = w.kept || !args
	case *ssa.UnOp, *ssa.Field, *ssa.FieldAddr, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType, *ssa.Convert, *ssa.Slice, *ssa.Extract:
		w.follow(ref.(ssa.Value))
	case *ssa.BinOp:
		if r.Op != token.ADD || !w.own(r.X) || !w.own(r.Y) {
			w.kept = true // joined to what there was, or looked at
			return
		}
		w.follow(r)
	case *ssa.Call:
		w.call(r)
	case *ssa.Phi:
		w.carried(v, r)
	case *ssa.Store:
		if r.Val == v {
			w.store(r)
		}
	default:
		w.kept = true
	}
}

// own reports whether a value is of the entry alone, or constant.
func (w *entryWalk) own(v ssa.Value) bool {
	if _, constant := v.(*ssa.Const); constant || w.seen[v] {
		return true
	}
	switch v := v.(type) {
	case *ssa.BinOp:
		return w.own(v.X) && w.own(v.Y)
	case *ssa.UnOp:
		return w.own(v.X)
	case *ssa.FieldAddr:
		return w.own(v.X)
	case *ssa.Field:
		return w.own(v.X)
	case *ssa.Slice:
		return w.own(v.X)
	case *ssa.MakeInterface:
		return w.own(v.X)
	case *ssa.IndexAddr: // the same list, read again
		load, ok := v.X.(ssa.Instruction)
		if !ok {
			return false
		}
		field, _ := detailList(load)
		return field != nil && w.loop != nil && v.Block() == w.loop
	}
	return false
}

// call goes on at what a function makes of the entry. One that is given
// something else too may keep the entry in it.
func (w *entryWalk) call(call *ssa.Call) {
	for _, arg := range call.Call.Args {
		if w.own(arg) {
			continue
		}
		if b, basic := arg.Type().Underlying().(*types.Basic); !basic || b.Info()&types.IsString != 0 {
			w.kept = true
			return
		}
	}
	if call.Call.IsInvoke() && !w.own(call.Call.Value) || call.Call.Signature().Results().Len() == 0 || unused(call) {
		w.kept = true
		return
	}
	w.follow(call)
}

func unused(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		if _, debug := ref.(*ssa.DebugRef); !debug {
			return false
		}
	}
	return true
}

// carried is a variable of the loop that each entry is assigned to.
func (w *entryWalk) carried(v ssa.Value, phi *ssa.Phi) {
	if !phi.Block().Dominates(w.loop) || phi.Block() == w.loop {
		w.kept = true // assigned on some condition
		return
	}
	if unused(phi) {
		return
	}
	for _, ref := range *phi.Referrers() {
		if ref.Block() != nil && reaches(ref.Block(), w.loop) && ref.Block() != phi.Block() {
			w.kept = true // looked at in the loop
			return
		}
	}
	w.at(ValuePos(v))
}

// store is an assignment to a variable of the loop's body, a part of a call's
// arguments, or something that outlives the iteration.
func (w *entryWalk) store(st *ssa.Store) {
	switch addr := st.Addr.(type) {
	case *ssa.Alloc:
		if w.inBody(addr.Block()) || w.loopVariable(addr) {
			w.follow(addr)
			return
		}
	case *ssa.IndexAddr:
		if a, ok := addr.X.(*ssa.Alloc); ok && isArray(a) && w.inBody(a.Block()) && w.ownElements(a) {
			w.follow(a)
			return
		}
		w.kept = true
		return
	case *ssa.FieldAddr:
		if a, ok := addr.X.(*ssa.Alloc); ok && w.inBody(a.Block()) {
			w.kept = true // part of something made for the entry
			return
		}
	default:
		w.kept = true
		return
	}
	if !w.always(st.Block()) || loadedIn(st.Addr, w.loop) {
		w.kept = true
		return
	}
	w.at(st.Pos())
}

func (w *entryWalk) at(pos token.Pos) {
	if !w.pos.IsValid() {
		w.pos = pos
	}
}

// inBody reports whether a block runs once an iteration.
func (w *entryWalk) inBody(b *ssa.BasicBlock) bool { return w.loop.Dominates(b) }

// loopVariable reports whether a variable outside the loop's body is used in
// it only: before Go 1.22 a loop's own variable is one for all rounds.
func (w *entryWalk) loopVariable(a *ssa.Alloc) bool {
	for _, ref := range *a.Referrers() {
		if _, debug := ref.(*ssa.DebugRef); !debug && !w.inBody(ref.Block()) {
			return false
		}
	}
	return true
}

// always reports whether a block runs for every entry, and the loop goes on
// after it.
func (w *entryWalk) always(b *ssa.BasicBlock) bool {
	if !inLoop(b) || !w.loop.Dominates(b) {
		return false
	}
	// A way round from the entry to the next one without the block is a condition.
	seen := map[*ssa.BasicBlock]bool{b: true}
	work := []*ssa.BasicBlock{w.loop}
	if w.loop == b {
		return true
	}
	for len(work) > 0 {
		c := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[c] {
			continue
		}
		seen[c] = true
		for _, next := range c.Succs {
			if next == w.loop || next.Dominates(w.loop) {
				return false
			}
			work = append(work, next)
		}
	}
	return true
}

// ownElements reports whether the arguments of a variadic call are the entry's
// and constants.
func (w *entryWalk) ownElements(a *ssa.Alloc) bool {
	for _, ref := range *a.Referrers() {
		ia, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, r := range *ia.Referrers() {
			st, ok := r.(*ssa.Store)
			if !ok || st.Addr != ia {
				continue
			}
			v := st.Val
			if mi, ok := v.(*ssa.MakeInterface); ok {
				v = mi.X
			}
			if b, basic := v.Type().Underlying().(*types.Basic); !w.own(v) && (!basic || b.Info()&types.IsString != 0) {
				return false
			}
		}
	}
	return true
}

// loadedIn reports whether the place of a store is used in a loop too: what
// it held may be kept.
func loadedIn(addr ssa.Value, loop *ssa.BasicBlock) bool {
	fa, isField := addr.(*ssa.FieldAddr)
	for _, b := range loop.Parent().Blocks {
		if b != loop && !(reaches(b, loop) && reaches(loop, b)) {
			continue
		}
		for _, instr := range b.Instrs {
			if usesPlace(instr, addr) {
				return true
			}
			load, ok := instr.(*ssa.UnOp)
			if !ok || load.Op != token.MUL {
				continue
			}
			if other, ok := load.X.(*ssa.FieldAddr); ok && isField && other.Field == fa.Field && types.Identical(other.X.Type(), fa.X.Type()) {
				return true
			}
		}
	}
	return false
}

// usesPlace reports whether an instruction does anything with an address but
// store to it.
func usesPlace(instr ssa.Instruction, addr ssa.Value) bool {
	switch i := instr.(type) {
	case *ssa.DebugRef:
		return false
	case *ssa.Store:
		return i.Val == addr
	}
	return slices.ContainsFunc(instr.Operands(nil), func(op *ssa.Value) bool { return *op == addr })
}

// reaches reports whether control can get from one block to another.
func reaches(from, to *ssa.BasicBlock) bool {
	return reachable([]*ssa.BasicBlock{from}, to, nil)
}

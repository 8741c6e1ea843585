package httpfacts

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/apivet/apivet/internal/lazyssa"
	"golang.org/x/tools/go/ssa"
)

// joins reports whether a function's name says that it waits for others.
func joins(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	name := strings.ToLower(fn.Name())
	return strings.HasPrefix(name, "wait") || strings.HasPrefix(name, "join") || name == "servehttp"
}

// joined reports whether the function of fr, and the functions around it,
// may wait for what the instruction started before they return.
func (w *Work) joined(fr *frame, at ssa.CallInstruction) bool {
	for {
		if w.joinedAt(fr, at) {
			return true
		}
		if fr.up == nil || fr.call == nil {
			return false
		}
		if _, ok := fr.call.(*ssa.Go); ok {
			return false
		}
		fr, at = fr.up, fr.call
	}
}

func (w *Work) joinedAt(fr *frame, at ssa.Instruction) bool {
	if endlessAfter(fr.fn, at.Pos()) {
		return true
	}
	// A deferred wait runs on every path.
	for d := range lazyssa.Each[*ssa.Defer](fr.fn) {
		if w.waitsIn(d, fr) {
			return true
		}
	}
	waiting := map[*ssa.BasicBlock]bool{} // blocks that wait
	reach := reachable(at.Block())
	for b := range reach {
		if w.waitsInAny(b.Instrs, fr) {
			waiting[b] = true
		}
	}
	for i, instr := range at.Block().Instrs {
		if instr == at && w.waitsInAny(at.Block().Instrs[i+1:], fr) {
			return true
		}
	}
	if len(waiting) == 0 {
		return false
	}
	// On an early return the end of the context is what stops the goroutine.
	// Only a way out that was chosen before the start forgets to wait.
	return !forgets(at.Block(), waiting)
}

// forgets reports whether a way from the block to a return avoids every wait
// because of a condition that was known before, and that did not decide
// whether the block runs.
func forgets(from *ssa.BasicBlock, waiting map[*ssa.BasicBlock]bool) bool {
	leads := func(b *ssa.BasicBlock) bool { // to a wait
		if waiting[b] {
			return true
		}
		for next := range reachable(b) {
			if waiting[next] {
				return true
			}
		}
		return false
	}
	seen := map[*ssa.BasicBlock]bool{from: true}
	work := []*ssa.BasicBlock{from}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if len(b.Succs) == 2 && leads(b.Succs[0]) != leads(b.Succs[1]) && knownBefore(b, from) {
			return true
		}
		for _, next := range b.Succs {
			if !seen[next] && !waiting[next] && leads(next) {
				seen[next] = true
				work = append(work, next)
			}
		}
	}
	return false
}

// knownBefore reports whether the condition that block b ends with was
// computed before block at, and did not decide whether at runs.
func knownBefore(b, at *ssa.BasicBlock) bool {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	cond := flag(branch.Cond)
	if instr, ok := cond.(ssa.Instruction); ok && (instr.Block() == at || !instr.Block().Dominates(at)) {
		return false
	}
	if _, ok := cond.(*ssa.BinOp); ok {
		return false // often a count or a nil channel
	}
	for dom := at.Idom(); dom != nil; dom = dom.Idom() {
		if other, ok := dom.Instrs[len(dom.Instrs)-1].(*ssa.If); ok && flag(other.Cond) == cond {
			return false
		}
	}
	return true
}

// flag returns the variable that a condition reads when it is set only once,
// and otherwise the condition.
func flag(cond ssa.Value) ssa.Value {
	load, ok := cond.(*ssa.UnOp)
	if !ok || load.Op != token.MUL || load.X.Referrers() == nil {
		return cond
	}
	stores := 0
	for _, ref := range *load.X.Referrers() {
		if _, ok := ref.(*ssa.Store); ok {
			stores++
		}
	}
	switch load.X.(type) {
	case *ssa.FreeVar:
		if stores == 0 {
			return load.X
		}
	case *ssa.Alloc:
		if stores == 1 {
			return load.X
		}
	}
	return cond
}

func (w *Work) waitsInAny(list []ssa.Instruction, fr *frame) bool {
	for _, instr := range list {
		if w.waitsIn(instr, fr) {
			return true
		}
	}
	return false
}

// waitsIn reports whether an instruction may wait for another goroutine.
func (w *Work) waitsIn(instr ssa.Instruction, fr *frame) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		return instr.Op == token.ARROW
	case *ssa.Select:
		return instr.Blocking
	case *ssa.Go:
		return false
	case ssa.CallInstruction:
		common := instr.Common()
		if joins(calleeOf(common)) {
			return true
		}
		for _, arg := range common.Args {
			if ch, ok := arg.Type().Underlying().(*types.Chan); ok && ch.Dir() != types.SendOnly && calleeOf(common) != nil {
				return true // who is given a channel may receive from it
			}
			if made, ok := arg.(*ssa.MakeClosure); ok && w.spawnArg(instr) == nil && waitsDirectly(made.Fn.(*ssa.Function)) {
				return true
			}
		}
		if inner := w.resolve(common.Value, fr, instr, 0); inner != nil && !common.IsInvoke() {
			if inner.fn.Parent() != nil {
				return waitsDirectly(inner.fn)
			}
			return w.Sum(inner.fn).waitsHere || hasEndless(inner.fn)
		}
		if common.StaticCallee() == nil && !common.IsInvoke() {
			// The next handler of a chain may do anything.
			return HasWriter(common.Signature())
		}
	}
	return false
}

func waitsDirectly(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.UnOp:
				if instr.Op == token.ARROW {
					return true
				}
			case *ssa.Select:
				if instr.Blocking {
					return true
				}
			case *ssa.Call:
				if joins(calleeOf(&instr.Call)) {
					return true
				}
			}
		}
	}
	return false
}

// hasEndless reports whether a function runs until something ends it: as a
// goroutine it is meant to live as long as the request.
func hasEndless(fn *ssa.Function) bool { return endlessAfter(fn, token.NoPos) }

// endlessAfter reports whether the function has a `for {` loop that ends
// after pos: connections and streams are served by such loops, and what was
// started before them is to end with them.
func endlessAfter(fn *ssa.Function, pos token.Pos) bool {
	syntax := fn.Syntax()
	if syntax == nil {
		return false
	}
	found := false
	ast.Inspect(syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n == syntax
		case *ast.ForStmt:
			if n.Cond == nil && n.End() > pos {
				found = true
			}
		}
		return !found
	})
	return found
}

// pipes reports whether a function uses an in-memory pipe: reading one end
// waits for the goroutine that writes the other.
func (w *Work) pipes(fn *ssa.Function) bool {
	for call := range lazyssa.Each[*ssa.Call](fn) {
		if res := call.Call.Signature().Results(); res.Len() == 2 && typeKey(res.At(0).Type()) == "io.PipeReader" {
			return true
		}
	}
	return false
}

// JoinedByCallers reports whether every caller in the package may wait for
// goroutines that the function leaves behind.
func (w *Work) JoinedByCallers(fn *ssa.Function) bool {
	for _, call := range w.calls[origin(fn)] {
		if _, ok := call.(*ssa.Go); ok || !w.joined(w.root(call.Parent()), call) {
			return false
		}
	}
	return len(w.calls[origin(fn)]) > 0
}

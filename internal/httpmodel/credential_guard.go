package httpmodel

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// presenceGuard returns the condition that lets a block run only while the
// place is empty, or NoPos.
func (k *keeper) presenceGuard(b *ssa.BasicBlock, kept *KeptToken) token.Pos {
	for d := b.Idom(); d != nil; d = d.Idom() {
		br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		whenTrue, ok := k.emptyTest(br.Cond, kept, 0)
		if !ok {
			continue
		}
		succ := d.Succs[1]
		if whenTrue {
			succ = d.Succs[0]
		}
		if len(succ.Preds) == 1 && succ.Dominates(b) {
			return condPos(br)
		}
	}
	return token.NoPos
}

func condPos(br *ssa.If) token.Pos {
	if p := br.Cond.Pos(); p.IsValid() {
		return p
	}
	return br.Pos()
}

// emptyTest reports whether a condition says that the place is empty, and with
// which outcome.
func (k *keeper) emptyTest(cond ssa.Value, kept *KeptToken, depth int) (whenTrue, ok bool) {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			t, ok := k.emptyTest(c.X, kept, depth)
			return !t, ok
		}
	case *ssa.BinOp:
		x, y := c.X, c.Y
		if _, isConst := x.(*ssa.Const); isConst {
			x, y = y, x
		}
		if !isZero(y) || !k.readsPlace(x, kept) {
			return false, false
		}
		switch c.Op {
		case token.EQL, token.LEQ:
			return true, true
		case token.NEQ, token.GTR:
			return false, true
		}
	case *ssa.Call:
		fn := staticCallee(&c.Call)
		if fn == nil || depth > 2 || len(fn.Blocks) != 1 {
			return false, false
		}
		if ret, ok := fn.Blocks[0].Instrs[len(fn.Blocks[0].Instrs)-1].(*ssa.Return); ok && len(ret.Results) == 1 {
			return k.emptyTest(ret.Results[0], kept, depth+1)
		}
	}
	return false, false
}

// readsPlace reports whether a value is the place's content or its length.
func (k *keeper) readsPlace(v ssa.Value, kept *KeptToken) bool {
	switch x := v.(type) {
	case *ssa.Call:
		if b, ok := x.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
			return k.readsPlace(x.Call.Args[0], kept)
		}
		return false
	case *ssa.Phi:
		return false
	case *ssa.Convert:
		return k.readsPlace(x.X, kept)
	case *ssa.UnOp:
		if x.Op != token.MUL {
			return false
		}
		switch addr := x.X.(type) {
		case *ssa.Global:
			return addr == kept.Global
		case *ssa.FieldAddr:
			f := structField(addr.X.Type(), addr.Field)
			if f == kept.Field && f != nil {
				return true
			}
			// The token inside the kept answer.
			return k.readsPlaceAddr(addr.X, kept) && k.cred.Answer != nil && f == k.cred.Answer.Token.Origin()
		}
	}
	return false
}

func (k *keeper) readsPlaceAddr(v ssa.Value, kept *KeptToken) bool {
	switch x := v.(type) {
	case *ssa.Global:
		return x == kept.Global
	case *ssa.FieldAddr:
		return structField(x.X.Type(), x.Field) == kept.Field && kept.Field != nil
	case *ssa.UnOp:
		return x.Op == token.MUL && k.readsPlaceAddr(x.X, kept)
	}
	return false
}

// reachable reports whether to can be reached from one of the blocks without
// passing through a block that stop names.
func reachable(from []*ssa.BasicBlock, to *ssa.BasicBlock, stop func(*ssa.BasicBlock) bool) bool {
	seen := map[*ssa.BasicBlock]bool{}
	work := slices.Clone(from)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		if b == to {
			return true
		}
		if stop == nil || !stop(b) {
			work = append(work, b.Succs...)
		}
	}
	return false
}

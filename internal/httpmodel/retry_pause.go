package httpmodel

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// An OwnPause is code that keeps away from an API after a 429 for a time that
// it chose itself.
type OwnPause struct {
	Test token.Pos // where 429 is told from other answers
	At   token.Pos // where it waits, or notes from when it does
}

// OwnPauses returns such code of functions that send, in packages that speak
// of no time which an API asks for: no Retry-After, no reset of a limit.
func (m *Model) OwnPauses() []OwnPause {
	if m.Empty() {
		return nil
	}
	sending := map[*ssa.Function]bool{}
	for _, s := range m.Sends() {
		sending[outermost(s.Fn)] = true
	}
	if len(sending) == 0 || m.namesToldWait() {
		return nil
	}
	for _, r := range m.Retries() {
		if r.WaitsAsTold() == No {
			delete(sending, outermost(r.In)) // that says it
		}
	}
	var list []OwnPause
	for _, fn := range m.flow().funcs {
		if !sending[outermost(fn)] {
			continue
		}
		for iff := range lazyssa.Each[*ssa.If](fn) {
			side := limitedSide(iff)
			if side == nil || len(side.Preds) != 1 {
				continue
			}
			if at := m.pauseIn(side); at.IsValid() {
				list = append(list, OwnPause{Test: iff.Cond.Pos(), At: at})
			}
		}
	}
	return list
}

// limitedSide returns where a branch goes for an answer with 429, if it asks
// for that: the status is compared, or a function is given the answer or its
// error and the number.
func limitedSide(iff *ssa.If) *ssa.BasicBlock {
	switch c := iff.Cond.(type) {
	case *ssa.BinOp:
		if c.Op != token.EQL && c.Op != token.NEQ || !isTooMany(c.X) && !isTooMany(c.Y) {
			return nil
		}
		if c.Op == token.NEQ {
			return iff.Block().Succs[1]
		}
		return iff.Block().Succs[0]
	case *ssa.Call:
		asks, of := false, false
		for _, a := range c.Call.Args {
			asks = asks || isTooMany(a) || slices.ContainsFunc(variadic(a), isTooMany)
			of = of || types.Identical(a.Type(), errorType) || isNamed(a.Type(), "net/http", "Response")
		}
		if asks && of {
			return iff.Block().Succs[0]
		}
	}
	return nil
}

func isTooMany(v ssa.Value) bool {
	k, ok := v.(*ssa.Const)
	return ok && k.Value != nil && k.Value.Kind() == constant.Int && k.Int64() == 429
}

// pauseIn returns where the code below a block waits for a constant time, or
// keeps the present time that other code counts from.
func (m *Model) pauseIn(side *ssa.BasicBlock) token.Pos {
	seen := map[*ssa.Function]bool{}
	var inFunc func(fn *ssa.Function, from *ssa.BasicBlock) token.Pos
	inFunc = func(fn *ssa.Function, from *ssa.BasicBlock) token.Pos {
		for _, b := range fn.Blocks {
			if !from.Dominates(b) {
				continue
			}
			for _, instr := range b.Instrs {
				if m.pauses(instr) {
					return instr.Pos()
				}
				call, ok := instr.(*ssa.Call)
				if !ok {
					continue
				}
				if callee := staticCallee(&call.Call); callee != nil && len(callee.Blocks) > 0 && len(seen) < maxInside && !seen[callee] {
					seen[callee] = true
					if inFunc(callee, callee.Blocks[0]).IsValid() {
						return call.Pos()
					}
				}
			}
		}
		return token.NoPos
	}
	return inFunc(side.Parent(), side)
}

// pauses reports whether an instruction waits for a constant time, or stores
// the present time in a field that is compared or counted from.
func (m *Model) pauses(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Call:
		lib := library.FuncOf(calleeOf(&instr.Call))
		if lib == nil || lib.Sleeps == nil {
			return false
		}
		_, constant := argAt(&instr.Call, lib.Sleeps).(*ssa.Const)
		return constant
	case *ssa.Store:
		addr, ok := instr.Addr.(*ssa.FieldAddr)
		if !ok || !isTime(instr.Val.Type()) || !isNow(instr.Val) {
			return false
		}
		for _, load := range m.flow().loads[structField(addr.X.Type(), addr.Field)] {
			if countsFrom(load) {
				return true
			}
		}
	}
	return false
}

// isNow reports whether a time is the present one, or that and a constant: of
// time.Now or of a clock.
func isNow(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	args := call.Call.Args
	if fn := calleeOf(&call.Call); fn != nil && fn.Name() == "Add" && len(args) == 2 {
		_, constant := args[1].(*ssa.Const)
		return constant && isNow(args[0])
	}
	return strings.EqualFold(calledName(&call.Call), "now")
}

// countsFrom reports whether a time is compared with another one, at once or
// with a span added to it.
func countsFrom(v ssa.Value) bool {
	if v.Referrers() == nil {
		return false
	}
	for _, ref := range *v.Referrers() {
		call, ok := ref.(*ssa.Call)
		if !ok {
			continue
		}
		switch calledName(&call.Call) {
		case "Before", "After", "Compare", "Sub", "Since", "Until":
			return true
		case "Add":
			if countsFrom(call) {
				return true
			}
		}
	}
	return false
}

// namesToldWait reports whether anything in the package is named after a time
// that an API asks to wait: a header, a field, a function.
func (m *Model) namesToldWait() bool {
	drop := strings.NewReplacer("-", "", "_", "", " ", "")
	for _, file := range m.pass.Files {
		if m.skipsTestAt(file.FileStart) {
			continue
		}
		found := false
		ast.Inspect(file, func(n ast.Node) bool {
			text := ""
			switch n := n.(type) {
			case *ast.Ident:
				text = n.Name
			case *ast.BasicLit:
				if n.Kind == token.STRING && len(n.Value) < 200 {
					text = n.Value
				}
			}
			text = drop.Replace(strings.ToLower(text))
			for _, word := range []string{"retryafter", "resetafter", "resetat", "resetin", "xratelimit", "ratelimitreset", "ratereset", "waituntil"} {
				found = found || strings.Contains(text, word)
			}
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

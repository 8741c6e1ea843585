package httpmodel

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// atStart reports whether the request is made whenever a program starts that is
// started again: by main before it serves, by another function that serves
// itself, or by an init function.
func (x *conflictSearch) atStart(c *creation, fn *ssa.Function) bool {
	call := c.path[0]
	if call.Parent() != fn || fn.Pkg == nil {
		return false
	}
	if servesAfter(fn, call) {
		return !choosesCommand(fn)
	}
	if strings.HasPrefix(fn.Name(), "init#") {
		return true
	}
	return fn.Name() == "main" && fn.Pkg.Pkg.Name() == "main" && x.staysUp(fn, call, 2) && !choosesCommand(fn)
}

// servesAfter reports whether a function itself answers requests after a call.
func servesAfter(fn *ssa.Function, after ssa.CallInstruction) bool {
	for call := range lazyssa.Each[ssa.CallInstruction](fn) {
		if callee := calleeOf(call.Common()); callee != nil && nameHas(callee.Name(), "serve") && callee.Name() != "ServeHTTP" && servesOrWaits(callee) && reachesInstr(after, call) {
			return true
		}
	}
	return false
}

// staysUp reports whether a function serves, or goes on for ever, after a call.
func (x *conflictSearch) staysUp(fn *ssa.Function, after ssa.CallInstruction, depth int) bool {
	for instr := range lazyssa.Each[ssa.Instruction](fn) {
		if after != nil && !reachesInstr(after, instr) {
			continue
		}
		switch i := instr.(type) {
		case *ssa.Select:
			if i.Blocking && len(i.States) == 0 {
				return true
			}
		case ssa.CallInstruction:
			if callee := calleeOf(i.Common()); callee != nil && servesOrWaits(callee) {
				return true
			}
			callee := staticCallee(i.Common())
			if depth > 0 && callee != nil && callee.Pkg == fn.Pkg && callee.Blocks != nil && callee != fn && x.staysUp(callee, nil, depth-1) {
				return true
			}
		}
		if inEndlessLoop(instr.Block()) {
			return true
		}
	}
	return false
}

// servesOrWaits reports whether a function answers requests until the program
// is stopped, or waits for that.
func servesOrWaits(fn *types.Func) bool {
	if fn.Pkg() == nil {
		return false
	}
	switch fn.Name() {
	case "ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS":
		return true
	case "Notify", "NotifyContext":
		return fn.Pkg().Path() == "os/signal"
	case "NewTicker", "Tick":
		return fn.Pkg().Path() == "time"
	}
	return false
}

// inEndlessLoop reports whether a block cannot reach a return.
func inEndlessLoop(b *ssa.BasicBlock) bool {
	if !inLoop(b) {
		return false
	}
	for end := range blocksAfter(b, nil) {
		if len(end.Succs) == 0 {
			return false
		}
	}
	return true
}

// choosesCommand reports whether a function looks at the program's arguments:
// it may make the thing because somebody asked for it.
func choosesCommand(fn *ssa.Function) bool {
	for load := range lazyssa.Each[*ssa.UnOp](fn) {
		if g, ok := load.X.(*ssa.Global); ok && load.Op == token.MUL && g.Pkg.Pkg.Path() == "os" && g.Name() == "Args" {
			return true
		}
	}
	for call := range lazyssa.Each[*ssa.Call](fn) {
		if callee := calleeOf(&call.Call); callee != nil && callee.Pkg() != nil && callee.Pkg().Path() == "flag" && (callee.Name() == "Arg" || callee.Name() == "Args") {
			return true
		}
	}
	return false
}

package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// rewinds reports whether something between the attempts gives the request
// another body or sets its reader back. Code that is given the request and is
// not seen may do so.
func (r *Retry) rewinds(w *bodyWalk) bool {
	return r.visit(func(instr ssa.Instruction) bool {
		switch i := instr.(type) {
		case *ssa.Store:
			return isRequestBody(i.Addr) && !r.putsBack(i.Val, 0)
		case ssa.CallInstruction:
			return r.mayRewind(i)
		}
		return false
	})
}

func isRequestBody(addr ssa.Value) bool {
	fa, ok := addr.(*ssa.FieldAddr)
	return ok && isNamed(fa.X.Type(), "net/http", "Request") && structField(fa.X.Type(), fa.Field).Name() == "Body"
}

// putsBack reports whether a reader is over what the same attempt read from a
// request's body: a copy for a log. The next attempt reads nothing there.
func (r *Retry) putsBack(v ssa.Value, depth int) bool {
	switch x := v.(type) {
	case *ssa.MakeInterface:
		return r.putsBack(x.X, depth)
	case *ssa.ChangeInterface:
		return r.putsBack(x.X, depth)
	case *ssa.Convert:
		return r.putsBack(x.X, depth)
	case *ssa.Extract:
		call, ok := x.Tuple.(*ssa.Call)
		if !ok || call.Parent() == r.In && !r.between(call) {
			return false
		}
		lib := library.FuncOf(calleeOf(&call.Call))
		if lib == nil || lib.Read == nil {
			return false
		}
		from := argAt(&call.Call, lib.Read.From)
		if c, ok := from.(*ssa.ChangeInterface); ok {
			from = c.X
		}
		load, ok := from.(*ssa.UnOp)
		return ok && load.Op == token.MUL && isRequestBody(load.X)
	case *ssa.Call:
		callee := calleeOf(&x.Call)
		if depth == 3 || callee == nil || callee.Pkg() == nil || len(x.Call.Args) == 0 {
			return false
		}
		switch callee.Pkg().Path() {
		case "bytes", "io", "strings":
			return r.putsBack(x.Call.Args[0], depth+1)
		}
	}
	return false
}

func (r *Retry) mayRewind(call ssa.CallInstruction) bool {
	common := call.Common()
	callee := calleeOf(common)
	if callee != nil {
		switch name := strings.ToLower(callee.Name()); {
		case name == "seek", name == "reset", strings.Contains(name, "rewind"):
			return true
		}
	}
	if library.FuncOf(callee) != nil || r.model.sendAt(call) != nil {
		return false
	}
	if callee != nil && callee.Pkg() != nil && !strings.Contains(callee.Pkg().Path(), ".") && callee.Pkg() != r.model.pass.Pkg && strings.HasPrefix(callee.Pkg().Path(), "net/") {
		return false
	}
	if fn := staticCallee(common); fn != nil && fn.Blocks != nil {
		return false // looked into
	}
	if res := common.Signature().Results(); res.Len() == 1 && types.Identical(res.At(0).Type(), types.Typ[types.Bool]) {
		return false // a question
	}
	return slices.ContainsFunc(common.Args, func(a ssa.Value) bool { return isNamed(a.Type(), "net/http", "Request") })
}

package httpfacts

import (
	"go/constant"
	"go/token"
	"go/types"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// eachStore calls f for every value that is stored in a local variable, also
// by the closures that share it. It reports whether all of them are known.
func eachStore(addr ssa.Value, fr *frame, f func(ssa.Value, *frame)) bool {
	refs := addr.Referrers()
	if refs == nil {
		return false
	}
	for _, ref := range *refs {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr != addr {
				return false
			}
			f(ref.Val, fr)
		case *ssa.MakeClosure:
			fn, ok := ref.Fn.(*ssa.Function)
			if !ok {
				return false
			}
			inner := &frame{fn: fn, made: ref, lex: fr}
			for i, b := range ref.Bindings {
				if b == addr && (i >= len(fn.FreeVars) || !eachStore(fn.FreeVars[i], inner, f)) {
					return false
				}
			}
		case *ssa.UnOp, *ssa.DebugRef:
			// reading changes nothing
		default:
			return false
		}
	}
	return true
}

// alwaysSet reports whether a function value is known to be there: the
// package itself puts a function where it was loaded from.
func (w *Work) alwaysSet(v ssa.Value) bool {
	field := loadedVar(v)
	if field == nil {
		return true
	}
	for _, val := range w.fields[field] {
		for {
			c, ok := val.(*ssa.ChangeType)
			if !ok {
				break
			}
			val = c.X
		}
		switch val.(type) {
		case *ssa.Function, *ssa.MakeClosure:
			return true
		}
	}
	return false
}

// deferredCancel returns the place of `defer cancel()` for the second result
// of the call.
func deferredCancel(call *ssa.Call) (token.Pos, bool) {
	for _, ref := range *call.Referrers() {
		ex, ok := ref.(*ssa.Extract)
		if !ok || ex.Index != 1 {
			continue
		}
		if _, ok := ex.Type().Underlying().(*types.Signature); !ok {
			continue
		}
		if pos, ok := deferred(ex); ok {
			return pos, true
		}
		for _, ref := range *ex.Referrers() {
			st, ok := ref.(*ssa.Store)
			if !ok || st.Val != ex {
				continue
			}
			cell, ok := st.Addr.(*ssa.Alloc)
			if !ok {
				continue
			}
			for _, ref := range *cell.Referrers() {
				if load, ok := ref.(*ssa.UnOp); ok {
					if pos, ok := deferred(load); ok {
						return pos, true
					}
				}
			}
		}
	}
	return token.NoPos, false
}

func deferred(fn ssa.Value) (token.Pos, bool) {
	for _, ref := range *fn.Referrers() {
		if d, ok := ref.(*ssa.Defer); ok && d.Call.Value == fn {
			return d.Pos(), true
		}
	}
	return token.NoPos, false
}

// calleeOf returns the function or interface method that is called, or nil
// for function values.
func calleeOf(common *ssa.CallCommon) *types.Func {
	if common.IsInvoke() {
		return common.Method.Origin()
	}
	callee := common.StaticCallee()
	if callee == nil {
		return nil
	}
	fn, _ := callee.Object().(*types.Func)
	if fn == nil {
		return nil
	}
	return fn.Origin()
}

// callArgs returns the arguments after the receiver.
func callArgs(common *ssa.CallCommon) []ssa.Value {
	if !common.IsInvoke() && common.Signature().Recv() != nil && len(common.Args) > 0 {
		return common.Args[1:]
	}
	return common.Args
}

func argOf(common *ssa.CallCommon, i int) ssa.Value {
	if i == int(library.Recv) {
		return recvOf(common)
	}
	args := callArgs(common)
	if i < 0 || i >= len(args) {
		return nil
	}
	return args[i]
}

func recvOf(common *ssa.CallCommon) ssa.Value {
	if common.IsInvoke() {
		return common.Value
	}
	if common.Signature().Recv() != nil && len(common.Args) > 0 {
		return common.Args[0]
	}
	return nil
}

func takesContext(common *ssa.CallCommon) bool {
	for _, a := range common.Args {
		if isContext(a.Type()) {
			return true
		}
	}
	return false
}

// constDuration returns a constant duration, or -1.
func constDuration(v ssa.Value) time.Duration {
	for {
		c, ok := v.(*ssa.Convert)
		if !ok {
			break
		}
		v = c.X
	}
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Int {
		return -1
	}
	n, ok := constant.Int64Val(c.Value)
	if !ok {
		return -1
	}
	return time.Duration(n)
}

// typeKey is the name of a named type, through a pointer: path.Name.
func typeKey(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return ""
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

func isContext(t types.Type) bool { return typeKey(t) == "context.Context" && !isPointer(t) }

func isRequest(t types.Type) bool { return typeKey(t) == "net/http.Request" && isPointer(t) }

func isPointer(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok
}

// isRequestMethod reports whether fn is that method of *http.Request.
func isRequestMethod(fn *types.Func, name string) bool {
	recv := fn.Signature().Recv()
	return fn.Name() == name && recv != nil && typeKey(recv.Type()) == "net/http.Request"
}

// HasWriter reports whether a function is given an http.ResponseWriter, so
// that a request beside it is an inbound one.
func HasWriter(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if typeKey(v.Type()) == "net/http.ResponseWriter" {
			return true
		}
	}
	return false
}

func hasInbound(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if IsInbound(v.Type()) {
			return true
		}
	}
	return false
}

// IsInbound reports whether t is a framework's view of an inbound request.
func IsInbound(t types.Type) bool {
	know, _ := slowKnowledge()
	return know.inbound[typeKey(t)]
}

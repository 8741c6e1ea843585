package httpfacts

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// maxTargets bounds the functions looked at for one call.
const maxTargets = 8

// targets returns the calls that a call through an unexported field, an
// interface or a function, may come to: of what the package puts there.
// There may be more of them.
func (w *Work) targets(common *ssa.CallCommon) []*ssa.CallCommon {
	field := loadedVar(common.Value)
	if field == nil || field.Exported() || field.Pkg() != w.pkg {
		return nil
	}
	var list []*ssa.CallCommon
	seen := map[ssa.Value]bool{}
	for _, v := range w.fields[field] {
		w.eachPut(v, seen, func(v ssa.Value) {
			if target := targetOf(common, v); target != nil && len(list) < maxTargets {
				list = append(list, target)
			}
		})
	}
	return list
}

// eachPut calls f for what a stored value is. A parameter is what the
// package's own callers give.
func (w *Work) eachPut(v ssa.Value, seen map[ssa.Value]bool, f func(ssa.Value)) {
	if v == nil || seen[v] || len(seen) > 50 {
		return
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Function, *ssa.MakeClosure, *ssa.MakeInterface:
		f(v)
	case *ssa.ChangeType:
		w.eachPut(v.X, seen, f)
	case *ssa.ChangeInterface:
		w.eachPut(v.X, seen, f)
	case *ssa.Phi:
		for _, edge := range v.Edges {
			w.eachPut(edge, seen, f)
		}
	case *ssa.FreeVar:
		if made := w.made[v.Parent()]; made != nil {
			for i, free := range v.Parent().FreeVars {
				if free == v && i < len(made.Bindings) {
					w.eachPut(made.Bindings[i], seen, f)
				}
			}
		}
	case *ssa.Parameter:
		for i, p := range v.Parent().Params {
			if p != v {
				continue
			}
			for _, call := range w.calls[origin(v.Parent())] {
				if args := call.Common().Args; i < len(args) {
					w.eachPut(args[i], seen, f)
				}
			}
		}
	}
}

// targetOf returns a call through an interface or function value as the call of
// what is in it, or nil.
func targetOf(common *ssa.CallCommon, v ssa.Value) *ssa.CallCommon {
	switch v := v.(type) {
	case *ssa.MakeInterface:
		if !common.IsInvoke() || v.Parent() == nil {
			return nil
		}
		method := methodOf(v.X.Type(), common.Method)
		if method == nil || types.IsInterface(v.X.Type()) {
			return nil
		}
		fn := v.Parent().Prog.FuncValue(method)
		if fn == nil || fn.Signature.Recv() == nil {
			return nil
		}
		return &ssa.CallCommon{Value: fn, Args: append([]ssa.Value{v.X}, common.Args...)}
	case *ssa.Function:
		if !common.IsInvoke() {
			return &ssa.CallCommon{Value: v, Args: common.Args}
		}
	case *ssa.MakeClosure:
		fn, ok := v.Fn.(*ssa.Function)
		if !ok || common.IsInvoke() {
			return nil
		}
		if obj, ok := fn.Object().(*types.Func); ok && fn.Syntax() == nil && len(v.Bindings) == 1 { // a method value
			method := fn.Prog.FuncValue(obj)
			if method == nil || types.IsInterface(v.Bindings[0].Type()) {
				return nil
			}
			return &ssa.CallCommon{Value: method, Args: append([]ssa.Value{v.Bindings[0]}, common.Args...)}
		}
		return &ssa.CallCommon{Value: fn, Args: common.Args}
	}
	return nil
}

package httpfacts

import (
	"go/constant"
	"go/types"
	"regexp"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// usesArg reports whether the end of the context in argument i cuts the
// callee's work short. A function that takes a context and returns an error
// is taken to heed it; one that does not is not.
func (w *Work) usesArg(common *ssa.CallCommon, callee *types.Func, i int) bool {
	arg := common.Args[i]
	if callee != nil {
		key := library.Key(callee)
		if w.know.values[key] || w.know.own[key] {
			return false
		}
		if _, ok := w.know.Derives[key]; ok {
			return false
		}
		if f := w.lib.FuncOf(callee); f != nil {
			return !f.Log && (f.NewRequest != nil || f.Send != nil || f.Slow != "")
		}
		if cost := w.costOf(callee, common.StaticCallee()); cost != nil && i < 64 {
			return cost.Uses&(1<<i) != 0
		}
	}
	if isRequest(arg.Type()) {
		return false // who is given the request need not ask for its context
	}
	return !logs(callee) && (fails(common.Signature()) || setsContext(callee))
}

// fails reports whether a function tells its caller of an error: by its last
// result, or by a result that has an Err method.
func fails(sig *types.Signature) bool {
	n := sig.Results().Len()
	if n == 0 {
		return false
	}
	last := sig.Results().At(n - 1).Type()
	if isError(last) {
		return true
	}
	obj, _, _ := types.LookupFieldOrMethod(last, true, nil, "Err")
	fn, ok := obj.(*types.Func)
	return ok && fn.Signature().Params().Len() == 0 && fn.Signature().Results().Len() == 1 && isError(fn.Signature().Results().At(0).Type())
}

// setsContext reports whether a method returns its receiver with another
// context, as builders of requests and queries do.
func setsContext(fn *types.Func) bool {
	if fn == nil || fn.Name() != "WithContext" && fn.Name() != "SetContext" {
		return false
	}
	recv, results := fn.Signature().Recv(), fn.Signature().Results()
	return recv != nil && results.Len() == 1 && types.Identical(recv.Type(), results.At(0).Type())
}

// logs reports whether a function's name, or that of its type or package, says
// that it writes logs or traces: such functions read values from their context.
func logs(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	names := []string{fn.Name()}
	if fn.Pkg() != nil {
		names = append(names, fn.Pkg().Name())
	}
	if recv := fn.Signature().Recv(); recv != nil {
		key := typeKey(recv.Type())
		names = append(names, key[strings.LastIndexByte(key, '.')+1:])
	}
	for _, name := range names {
		if logWord.MatchString(name) {
			return true
		}
	}
	return false
}

// logWord finds log, logger, Logf, slog, logrus, tracer, span and the like as
// words of a name, but not login, catalog or dialog.
var logWord = regexp.MustCompile(`^(z|s|k|g)?log(s|f|ger|gers|ging|rus|r)?($|[A-Z_0-9])|Log(s|f|ger|gers|ging)?($|[A-Z_0-9])|^[Tt]rac(e|er|ing)|Trac(e|er|ing)|^span|Span`)

// writesArg reports whether the callee changes a database on the context in
// argument i.
func (w *Work) writesArg(common *ssa.CallCommon, callee *types.Func, i int) bool {
	if !isContext(common.Args[i].Type()) {
		return false
	}
	if callee != nil {
		if cost := w.costOf(callee, common.StaticCallee()); cost != nil && i < 64 {
			return cost.Writes&(1<<i) != 0
		}
	}
	for _, arg := range common.Args {
		c, ok := arg.(*ssa.Const)
		if !ok || c.Value == nil || c.Value.Kind() != constant.String {
			continue
		}
		words := strings.Fields(constant.StringVal(c.Value))
		if len(words) < 2 {
			continue
		}
		switch strings.ToUpper(words[0]) {
		case "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE":
			return true
		}
	}
	return false
}

func (w *Work) keepsArg(common *ssa.CallCommon, callee *types.Func, i int) bool {
	if callee == nil || i >= 64 {
		return false
	}
	cost := w.costOf(callee, common.StaticCallee())
	return cost != nil && cost.Keeps&(1<<i) != 0
}

package httpfacts

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// call notes what a call does with its arguments.
func (f *flow) call(call *ast.CallExpr, own *owner) {
	if f.info().Types[call.Fun].IsType() {
		return
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		f.bindLiteral(lit, call, own)
		return
	}
	switch callee := typeutil.Callee(f.info(), call).(type) {
	case *types.Var:
		// Which literals the variable holds is known when all is collected.
		f.uses[callee.Origin()] = append(f.uses[callee.Origin()], source{expr: call, own: own})
	case *types.Func:
		f.callFunc(callee.Origin(), call, own)
	}
}

func (f *flow) callFunc(fn *types.Func, call *ast.CallExpr, own *owner) {
	f.callLibrary(library.FuncOf(fn), fn, call, own)
	if fn.Pkg() == f.r.pass.Pkg {
		f.calls = append(f.calls, funcCall{fn, call, own})
		f.bind(fn, call, own)
		return
	}
	var fact SinkFact
	if !f.r.pass.ImportObjectFact(fn, &fact) || fact.Version != reachVersion {
		return
	}
	f.pairsOf(funcCall{fn, call, own}, fact.Pairs)
	for _, p := range fact.Params {
		for _, e := range f.args(fn.Signature(), call, p.Index) {
			f.sink(source{expr: e, own: own, keys: p.Keys}, p.Use, sinkField)
		}
	}
}

func (f *flow) callLibrary(lib *library.Func, fn *types.Func, call *ast.CallExpr, own *owner) {
	if lib == nil {
		if f.isServerGlobal(fn, call) {
			f.r.noteRuntime("worker")
		}
		return
	}
	if h := lib.SetHeader; h != nil && h.Value != nil {
		name := h.Fixed
		if name == "" && h.Name != nil {
			if e := argAt(call, int(*h.Name)); e != nil {
				name, _ = f.stringOf(e)
				f.notePair(e, argAt(call, int(*h.Value)))
			}
		}
		if e := argAt(call, int(*h.Value)); e != nil && f.names[e] == "" {
			f.names[e] = name
		}
		if provider.IsCredentialHeader(name) {
			for _, e := range f.args(fn.Signature(), call, int(*h.Value)) {
				f.sink(source{expr: e, own: own}, "header "+name, sinkHeader)
			}
		}
	}
	if lib.AddsText != nil {
		to, text := argAt(call, int(library.Recv)), argAt(call, int(*lib.AddsText))
		if obj := f.objectOf(to); obj != nil && text != nil {
			f.store(obj, source{expr: text, own: own})
		}
	}
	if n := len(lib.Text); n > 0 && lib.Text[0] > 0 && int(lib.Text[0]) <= len(call.Args) {
		if format, ok := f.stringOf(call.Args[lib.Text[0]-1]); ok {
			f.formatted(format, call.Args[lib.Text[0]:], own)
		}
	}
	if q := lib.SetQuery; q != nil && q.Name != nil && q.Value != nil {
		if e := argAt(call, int(*q.Name)); e != nil {
			if name, _ := f.stringOf(e); provider.IsCredentialParameter(name) || provider.IsCredentialField(name) {
				for _, e := range f.args(fn.Signature(), call, int(*q.Value)) {
					f.sink(source{expr: e, own: own}, "parameter "+name, sinkQuery)
				}
			}
		}
	}
	if w := lib.Webhook; w != nil && w.Secret != nil {
		for _, e := range f.args(fn.Signature(), call, int(*w.Secret)) {
			f.sink(source{expr: e, own: own}, "key of "+fn.Pkg().Name()+"."+fn.Name(), sinkKey)
		}
	}
	if lib.Secret != nil && (lib.SetHeader == nil || lib.SetHeader.Value == nil) {
		for _, e := range f.args(fn.Signature(), call, int(*lib.Secret)) {
			f.sink(source{expr: e, own: own}, "key of "+fn.Pkg().Name()+"."+fn.Name(), sinkKey)
		}
	}
}

// notePair notes that two parameters of a function become the name and the
// value of a header.
func (f *flow) notePair(name, value ast.Expr) {
	n, ok1 := f.objectOf(name).(*types.Var)
	v, ok2 := f.objectOf(value).(*types.Var)
	if !ok1 || !ok2 {
		return
	}
	pn, ok1 := f.params[n]
	pv, ok2 := f.params[v]
	if ok1 && ok2 && pn.fn == pv.fn {
		f.pairs[pn.fn] = append(f.pairs[pn.fn], SinkPair{pn.idx, pv.idx})
	}
}

// pairsOf handles a call of a function with such parameters.
func (f *flow) pairsOf(c funcCall, pairs []SinkPair) {
	for _, p := range pairs {
		e := argAt(c.call, p.Name)
		if e == nil {
			continue
		}
		name, ok := f.stringOf(e)
		if !ok {
			if v := argAt(c.call, p.Value); v != nil {
				f.notePair(e, v)
			}
			continue
		}
		if !provider.IsCredentialHeader(name) {
			continue
		}
		for _, v := range f.args(c.fn.Signature(), c.call, p.Value) {
			f.sink(source{expr: v, own: c.own}, "header "+name, sinkHeader)
		}
	}
}

// isServerGlobal reports whether a call asks JavaScript's global object for
// something that only servers have.
func (f *flow) isServerGlobal(fn *types.Func, call *ast.CallExpr) bool {
	if fn.Pkg() == nil || fn.Pkg().Path() != "syscall/js" || len(call.Args) == 0 {
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	recv, ok := ast.Unparen(sel.X).(*ast.CallExpr)
	if !ok {
		return false
	}
	of, ok := typeutil.Callee(f.info(), recv).(*types.Func)
	name, isConst := f.stringOf(call.Args[0])
	return ok && isConst && of.Pkg() == fn.Pkg() && of.Signature().Recv() == nil && provider.IsServerGlobal(name)
}

func argAt(call *ast.CallExpr, i int) ast.Expr {
	if i == int(library.Recv) {
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			return sel.X
		}
		return nil
	}
	if i < 0 || i >= len(call.Args) {
		return nil
	}
	return call.Args[i]
}

// args returns the expressions that become parameter i: several for a variadic
// one.
func (f *flow) args(sig *types.Signature, call *ast.CallExpr, i int) []ast.Expr {
	if sig != nil && sig.Variadic() && i >= sig.Params().Len()-1 && i >= 0 && i <= len(call.Args) {
		return call.Args[i:]
	}
	if e := argAt(call, i); e != nil {
		return []ast.Expr{e}
	}
	return nil
}

// bind assigns a call's arguments to the parameters of a function of the package.
func (f *flow) bind(fn *types.Func, call *ast.CallExpr, own *owner) {
	sig := fn.Signature()
	for i := range sig.Params().Len() {
		for _, e := range f.args(sig, call, i) {
			f.store(sig.Params().At(i), source{expr: e, own: own})
		}
	}
	if sig.Recv() == nil {
		return
	}
	if e := argAt(call, int(library.Recv)); e != nil {
		f.store(sig.Recv(), source{expr: e, own: own})
	}
}

func (f *flow) bindLiteral(lit *ast.FuncLit, call *ast.CallExpr, own *owner) {
	sig, ok := f.info().TypeOf(lit).(*types.Signature)
	if !ok {
		return
	}
	for i := range sig.Params().Len() {
		for _, e := range f.args(sig, call, i) {
			f.store(sig.Params().At(i), source{expr: e, own: own})
		}
	}
}

// binary notes a value that is put into a URL behind the name of a parameter
// that carries a credential.
func (f *flow) binary(e *ast.BinaryExpr, own *owner) {
	if e.Op != token.ADD {
		return
	}
	x := ast.Unparen(e.X)
	if b, ok := x.(*ast.BinaryExpr); ok {
		x = b.Y // "a" + b + "c" is ("a" + b) + "c"
	}
	if text, ok := f.stringOf(x); ok {
		if name := parameterBefore(text); name != "" {
			f.sink(source{expr: e.Y, own: own}, "parameter "+name, sinkQuery)
		}
	}
}

var lastParameter = regexp.MustCompile(`(?:^|[?&])([A-Za-z_-]+)=$`)

func parameterBefore(text string) string {
	m := lastParameter.FindStringSubmatch(text)
	if m == nil || !provider.IsCredentialParameter(m[1]) {
		return ""
	}
	return m[1]
}

var verb = regexp.MustCompile(`%[-+# 0]*(?:\d+|\*)?(?:\.\d+)?[a-zA-Z%]`)

// formatted notes the arguments of a formatting call that come behind the name
// of a parameter.
func (f *flow) formatted(format string, args []ast.Expr, own *owner) {
	i := 0
	for _, at := range verb.FindAllStringIndex(format, -1) {
		if format[at[1]-1] == '%' {
			continue
		}
		if i >= len(args) {
			return
		}
		if name := parameterBefore(format[:at[0]]); name != "" {
			f.sink(source{expr: args[i], own: own}, "parameter "+name, sinkQuery)
		}
		i++
	}
}

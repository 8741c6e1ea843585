package httpfacts

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// A leaf is what an expression is made of: a constant, an object, an embedded
// file, or another expression.
type leaf struct {
	source
	constant bool
	obj      types.Object
	embed    *embedded
	next     *source
}

// step takes an expression apart.
func (f *flow) step(s source, yield func(leaf)) {
	info := f.info()
	e := ast.Unparen(s.expr)
	more := s.yields(yield)
	if tv := info.Types[e]; tv.Value != nil {
		if tv.Value.Kind() == constant.String {
			s.expr = e
			yield(leaf{source: s, constant: true})
		}
		return
	}
	if f.madeOf(e) {
		s.expr = e
		yield(leaf{source: s, constant: true})
		return
	}
	switch e := e.(type) {
	case *ast.Ident:
		f.stepUse(info.ObjectOf(e), s, yield)
	case *ast.SelectorExpr:
		f.stepUse(info.Uses[e.Sel], s, yield)
	case *ast.FuncLit:
		f.stepLiteral(e, s, yield)
	case *ast.BinaryExpr:
		for _, x := range f.credentialParts(e) {
			more(x)
		}
	case *ast.UnaryExpr:
		more(e.X)
	case *ast.StarExpr:
		more(e.X)
	case *ast.TypeAssertExpr:
		more(e.X)
	case *ast.SliceExpr:
		more(e.X)
	case *ast.IndexExpr:
		yield(leaf{next: &source{expr: e.X, own: s.own, keys: joinKeys(f.keysOf(e.X, e.Index), s.keys)}})
	case *ast.CompositeLit:
		switch coreOf(info.TypeOf(e)).(type) {
		case *types.Map:
			for _, x := range f.elements(e, s) {
				yield(leaf{next: &x})
			}
		case *types.Slice, *types.Array:
			for _, x := range e.Elts {
				if kv, ok := x.(*ast.KeyValueExpr); ok {
					x = kv.Value
				}
				more(x)
			}
		}
	case *ast.CallExpr:
		f.stepCall(e, s, yield)
	}
}

// stepUse follows an identifier: a variable, or a function that is used as a
// value and stands for what it returns.
func (f *flow) stepUse(obj types.Object, s source, yield func(leaf)) {
	switch obj := obj.(type) {
	case *types.Var:
		f.stepObject(obj.Origin(), s, yield)
	case *types.Func:
		f.stepFunc(obj.Origin(), nil, s, yield)
	}
}

// credentialParts returns the parts of a concatenation that may be the
// credential: not a user name, which a colon follows, and nothing of a list of
// attributes such as a signature's.
func (f *flow) credentialParts(e *ast.BinaryExpr) []ast.Expr {
	if e.Op != token.ADD {
		return nil
	}
	parts := flatten(e)
	var list []ast.Expr
	for i, p := range parts {
		text, ok := f.stringOf(p)
		if ok && strings.ContainsAny(text, "=,\n") && !attribute.MatchString(text) {
			return nil
		}
		if i+1 < len(parts) {
			if next, ok := f.stringOf(parts[i+1]); ok && strings.HasPrefix(next, ":") {
				continue
			}
		}
		list = append(list, p)
	}
	return list
}

// attribute is the text before a credential in a header, base64 padding
// included.
var attribute = regexp.MustCompile(`^(?:[A-Za-z-]+ )?(?:token|key|apikey|api_key|session)="?$|^[A-Za-z0-9+/_-]{8,}={0,2}$|^"$`)

func flatten(e ast.Expr) []ast.Expr {
	if b, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && b.Op == token.ADD {
		return append(flatten(b.X), flatten(b.Y)...)
	}
	return []ast.Expr{e}
}

// credentialArgs is credentialParts for a formatting call.
func (f *flow) credentialArgs(format string, args []ast.Expr) []ast.Expr {
	verbs := verb.FindAllStringIndex(format, -1)
	if len(verbs) != len(args) {
		return nil
	}
	var list []ast.Expr
	from := 0
	for i, at := range verbs {
		if text := format[from:at[0]]; strings.ContainsAny(text, "=,\n") && !attribute.MatchString(text) {
			return nil
		}
		from = at[1]
		if !strings.HasPrefix(format[at[1]:], ":") {
			list = append(list, args[i])
		}
	}
	return list
}

func (f *flow) stepObject(v *types.Var, s source, yield func(leaf)) {
	for _, e := range f.r.embeds {
		if e.obj == v {
			yield(leaf{embed: e})
		}
	}
	yield(leaf{source: s, obj: v})
}

func (f *flow) stepCall(call *ast.CallExpr, s source, yield func(leaf)) {
	info := f.info()
	more := s.yields(yield)
	if info.Types[call.Fun].IsType() {
		for _, x := range call.Args {
			more(x)
		}
		return
	}
	switch callee := typeutil.Callee(info, call).(type) {
	case *types.Func:
		f.stepFunc(callee.Origin(), call, s, yield)
	case *types.Var:
		f.stepObject(callee.Origin(), s, yield)
	case *types.Builtin:
		if callee.Name() == "append" {
			for _, x := range call.Args {
				more(x)
			}
		}
	default:
		yield(leaf{next: &source{expr: call.Fun, idx: s.idx, own: s.own, keys: s.keys}})
	}
}

func (f *flow) stepLiteral(lit *ast.FuncLit, s source, yield func(leaf)) {
	more := s.yields(yield)
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if s.idx < len(n.Results) {
				more(n.Results[s.idx])
			}
		}
		return true
	})
}

// stepFunc follows a function's result; call is nil where the function is used
// as a value.
func (f *flow) stepFunc(fn *types.Func, call *ast.CallExpr, s source, yield func(leaf)) {
	more := s.yields(yield)
	if x := f.scriptText(fn, call); x != nil {
		more(x)
		return
	}
	if lib := library.FuncOf(fn); lib != nil && lib.Text != nil && call != nil {
		if k := int(lib.Text[0]); k > 0 && k <= len(call.Args) {
			if format, ok := f.stringOf(call.Args[k-1]); ok {
				for _, x := range f.credentialArgs(format, call.Args[k:]) {
					more(x)
				}
				return
			}
		}
		for _, a := range lib.Text {
			for _, x := range f.args(fn.Signature(), call, int(a)) {
				more(x)
			}
		}
		return
	}
	if isInterfaceMethod(fn) {
		for _, impl := range f.byName[fn.Name()] {
			if implements(impl, fn) {
				f.stepResults(impl, s, yield)
			}
		}
		yield(leaf{source: s, obj: fn})
		return
	}
	if fn.Pkg() == f.r.pass.Pkg {
		f.stepResults(fn, s, yield)
		return
	}
	yield(leaf{source: s, obj: fn})
}

// scriptText returns the text that a call of a JavaScript function such as btoa
// encodes.
func (f *flow) scriptText(fn *types.Func, call *ast.CallExpr) ast.Expr {
	if call == nil || fn.Pkg() == nil || fn.Pkg().Path() != "syscall/js" || len(call.Args) != 2 {
		return nil
	}
	if name, ok := f.stringOf(call.Args[0]); ok && provider.IsTextFunction(name) {
		return call.Args[1]
	}
	return nil
}

// implements reports whether a method of the package may be what a call of an
// interface's method runs.
func implements(impl, method *types.Func) bool {
	recv, it := impl.Signature().Recv(), method.Signature().Recv()
	if recv == nil || it == nil {
		return false
	}
	iface, ok := it.Type().Underlying().(*types.Interface)
	return ok && (types.Implements(recv.Type(), iface) || types.Implements(types.NewPointer(recv.Type()), iface))
}

func (f *flow) stepResults(fn *types.Func, s source, yield func(leaf)) {
	for _, r := range f.results[fn][s.idx] {
		next := r.element(s.keys)
		yield(leaf{next: &next})
	}
	if res := fn.Signature().Results(); s.idx < res.Len() && res.At(s.idx).Name() != "" {
		yield(leaf{source: s, obj: res.At(s.idx)})
	}
}

package httpfacts

import (
	"encoding/base64"
	"encoding/hex"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// A made is text that a program puts together of constants when it runs, so
// that no search for the text finds it in the source.
type made struct {
	pieces []string
	steps  int
}

// The bounds of such a text and of the work that it may take.
const (
	maxMade      = 4096
	maxMadeSteps = 200
)

// assembled returns the text that an expression has when it runs, if that is
// made of constants, and the constants.
func (f *flow) assembled(e ast.Expr) (text string, pieces []string, ok bool) {
	if tv := f.info().Types[e]; tv.Value != nil {
		return "", nil, false // the compiler joins these
	}
	m := &made{}
	text, ok = f.make(e, m)
	return text, m.pieces, ok && len(text) <= maxMade
}

// noteMade adds what the program puts together of constants, as if it were
// one: a text with the shape of a secret that none of its parts has. What a
// format puts around a constant does not cut it, and parts of such a text are
// left out.
func (r *reach) noteMade() {
	within := map[ast.Expr]bool{}
	for _, c := range r.flow.makes {
		if within[c.expr] {
			continue
		}
		text, pieces, ok := r.flow.assembled(c.expr)
		if !ok {
			continue
		}
		k, ok := provider.SecretIn(text, nil)
		if !ok || slices.ContainsFunc(pieces, func(p string) bool { return strings.Contains(p, k.Value) }) {
			continue
		}
		ast.Inspect(c.expr, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				within[e] = true
			}
			return true
		})
		r.flow.made[c.expr] = text
		r.flow.constants = append(r.flow.constants, c)
	}
}

// madeOf reports whether an expression is a text that the program puts
// together of constants, none of which can be a credential by itself.
func (f *flow) madeOf(e ast.Expr) bool {
	if _, ok := f.made[e]; ok {
		return true
	}
	text, pieces, ok := f.assembled(e)
	if !ok || slices.ContainsFunc(pieces, func(p string) bool {
		return strings.Contains(p, text) || isCredentialValue(withoutScheme(p), sink{}, "")
	}) {
		return false
	}
	f.made[e] = text
	return true
}

// noteMaker notes an expression that may make a text of constants. Whether it
// does is known when all assignments are.
func (f *flow) noteMaker(e ast.Expr, own *owner) {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if e.Op != token.ADD || !isText(f.info().TypeOf(e)) {
			return
		}
	case *ast.CallExpr:
		if t := f.info().TypeOf(e); t == nil || !isText(t) && !isTuple(t) {
			return
		}
	}
	f.makes = append(f.makes, source{expr: e, own: own})
}

func isTuple(t types.Type) bool {
	tuple, ok := t.(*types.Tuple)
	return ok && tuple.Len() > 0 && isText(tuple.At(0).Type())
}

// make evaluates an expression.
func (f *flow) make(e ast.Expr, m *made) (string, bool) {
	if m.steps++; m.steps > maxMadeSteps {
		return "", false
	}
	e = ast.Unparen(e)
	if _, noted := f.made[e]; noted {
		return "", false // one cause, one finding
	}
	if text, ok := f.stringOf(e); ok {
		m.pieces = append(m.pieces, text)
		return text, len(text) <= maxMade
	}
	switch e := e.(type) {
	case *ast.Ident, *ast.SelectorExpr:
		if only := f.onlyValue(e); only != nil {
			return f.make(only, m)
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return f.join([]ast.Expr{e.X, e.Y}, "", m)
		}
	case *ast.SliceExpr:
		if e.Low == nil && e.High == nil { // the whole of an array
			return f.make(e.X, m)
		}
	case *ast.IndexExpr:
		if list, ok := f.list(e.X); ok {
			if i, exact := constant.Int64Val(constant.ToInt(f.valueOf(e.Index))); exact && i >= 0 && int(i) < len(list) {
				return f.make(list[i], m)
			}
		}
	case *ast.CompositeLit:
		if isText(f.info().TypeOf(e)) || isRunes(f.info().TypeOf(e)) {
			return f.letters(e)
		}
	case *ast.CallExpr:
		return f.makeCall(e, m)
	}
	return "", false
}

// valueOf returns the constant value of an expression, unknown for others.
func (f *flow) valueOf(e ast.Expr) constant.Value {
	if v := f.info().Types[e].Value; v != nil {
		return v
	}
	return constant.MakeUnknown()
}

// onlyValue returns the value of a variable that is set once, where it is
// declared, and that other packages cannot set; or nil.
func (f *flow) onlyValue(e ast.Expr) ast.Expr {
	v, ok := f.objectOf(e).(*types.Var)
	if !ok || v.IsField() || v.Pkg() != f.r.pass.Pkg || len(f.assigns[v]) != 1 {
		return nil
	}
	if v.Parent() == v.Pkg().Scope() && v.Exported() {
		return nil
	}
	if _, isParam := f.params[v]; isParam {
		return nil
	}
	return f.assigns[v][0].expr
}

// list returns the elements of a slice or array literal.
func (f *flow) list(e ast.Expr) ([]ast.Expr, bool) {
	e = ast.Unparen(e)
	if only := f.onlyValue(e); only != nil {
		e = ast.Unparen(only)
	}
	lit, ok := e.(*ast.CompositeLit)
	if !ok {
		return nil, false
	}
	switch coreOf(f.info().TypeOf(lit)).(type) {
	case *types.Slice, *types.Array:
	default:
		return nil, false
	}
	for _, x := range lit.Elts {
		if _, keyed := x.(*ast.KeyValueExpr); keyed {
			return nil, false
		}
	}
	return lit.Elts, true
}

// letters returns the text of a literal of bytes or runes. A constant that is
// spelt out so is cut up in any case.
func (f *flow) letters(lit *ast.CompositeLit) (string, bool) {
	var b strings.Builder
	list, ok := f.list(lit)
	for _, x := range list {
		n, exact := constant.Int64Val(constant.ToInt(f.valueOf(x)))
		if !exact || n <= 0 || n > 0x7f {
			return "", false
		}
		b.WriteByte(byte(n))
	}
	return b.String(), ok && b.Len() > 0 && b.Len() < maxMade
}

func isRunes(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Int32
}

func (f *flow) join(parts []ast.Expr, sep string, m *made) (string, bool) {
	var texts []string
	for _, p := range parts {
		text, ok := f.make(p, m)
		if !ok {
			return "", false
		}
		texts = append(texts, text)
	}
	text := strings.Join(texts, sep)
	return text, len(text) <= maxMade
}

func (f *flow) makeCall(call *ast.CallExpr, m *made) (string, bool) {
	if f.info().Types[call.Fun].IsType() {
		t := f.info().TypeOf(call)
		if len(call.Args) != 1 || !isText(t) && !isRunes(t) {
			return "", false
		}
		return f.make(call.Args[0], m)
	}
	fn, ok := typeutil.Callee(f.info(), call).(*types.Func)
	if !ok {
		return "", false
	}
	lib := library.FuncOf(fn.Origin())
	if lib == nil || lib.Makes == "" || call.Ellipsis.IsValid() {
		return "", false
	}
	if lib.Makes == "built" {
		return f.built(argAt(call, int(library.Recv)), m)
	}
	if len(call.Args) == 0 {
		return "", false
	}
	switch lib.Makes {
	case "print":
		return f.join(call.Args, "", m)
	case "format":
		return f.format(call.Args[0], call.Args[1:], m)
	case "join":
		list, ok := f.list(call.Args[0])
		sep, isConst := f.stringOf(call.Args[1])
		if !ok || !isConst {
			return "", false
		}
		return f.join(list, sep, m)
	}
	text, ok := f.make(call.Args[0], m)
	if !ok {
		return "", false
	}
	args := make([]constant.Value, len(call.Args))
	for i, a := range call.Args {
		args[i] = f.valueOf(a)
	}
	return changed(lib.Makes, text, args)
}

// built returns the text that was written to a builder, if it is written in
// one function and not in a loop.
func (f *flow) built(recv ast.Expr, m *made) (string, bool) {
	obj := f.objectOf(recv)
	if obj == nil || obj.Parent() == nil || obj.Parent() == f.r.pass.Pkg.Scope() || len(f.assigns[obj]) == 0 {
		return "", false
	}
	var parts []ast.Expr
	for _, s := range f.assigns[obj] {
		parts = append(parts, s.expr)
	}
	return f.join(parts, "", m)
}

// format returns what a formatting call makes whose verbs are all for text.
func (f *flow) format(format ast.Expr, args []ast.Expr, m *made) (string, bool) {
	text, ok := f.stringOf(format)
	verbs := verb.FindAllStringIndex(text, -1)
	if !ok || len(verbs) != len(args) {
		return "", false
	}
	var b strings.Builder
	from := 0
	for i, at := range verbs {
		if v := text[at[0]:at[1]]; v != "%s" && v != "%v" {
			return "", false
		}
		part, ok := f.make(args[i], m)
		if !ok {
			return "", false
		}
		b.WriteString(text[from:at[0]] + part)
		from = at[1]
	}
	return b.String() + text[from:], true
}

// changed returns what a function with a constant text and other constant
// arguments returns.
func changed(how, text string, args []constant.Value) (string, bool) {
	str := func(i int) string {
		if i < len(args) && args[i].Kind() == constant.String {
			return constant.StringVal(args[i])
		}
		return ""
	}
	num := func(i int) int {
		if i >= len(args) {
			return -1 // replace all
		}
		n, exact := constant.Int64Val(constant.ToInt(args[i]))
		if !exact || n > maxMade {
			return 0
		}
		return int(n)
	}
	switch how {
	case "lower":
		return strings.ToLower(text), true
	case "upper":
		return strings.ToUpper(text), true
	case "trim":
		return strings.TrimSpace(text), true
	case "trim-prefix":
		return strings.TrimPrefix(text, str(1)), true
	case "trim-suffix":
		return strings.TrimSuffix(text, str(1)), true
	case "replace":
		return strings.Replace(text, str(1), str(2), num(3)), str(1) != ""
	case "repeat":
		if n := num(1); n > 0 && n*len(text) <= maxMade {
			return strings.Repeat(text, n), true
		}
	case "base64":
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			if plain, err := enc.DecodeString(text); err == nil {
				return string(plain), true
			}
		}
	case "hex":
		plain, err := hex.DecodeString(text)
		return string(plain), err == nil
	}
	return "", false
}

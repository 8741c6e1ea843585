package httpmodel

import (
	"go/token"
	"go/types"
	"regexp"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// A Text is one of the texts that a value can be: its parts in order.
// Neighbouring constants are one part.
type Text []TextPart

// A TextPart is a piece of a text: a constant, something encoded, or what
// comes from elsewhere.
type TextPart struct {
	Const string
	// Origin is where a part comes from that is no constant.
	Origin Origin
	// Encoding is the alphabet that Inner is written in: StdEncoding and so on,
	// or "base64" where it is not known which.
	Encoding string
	Inner    []Text
	// Trimmed says that white space round it is taken off on the way, or that a
	// part of it is replaced.
	Trimmed bool
	// Places are the fields, variables, parameters and calls that it passed.
	Places []any
}

// IsConst reports whether the part is a constant.
func (p TextPart) IsConst() bool { return p.Encoding == "" && p.Origin == (Origin{}) }

// Constant returns the text where the whole of it is constant.
func (t Text) Constant() (string, bool) {
	switch {
	case len(t) == 0:
		return "", true
	case len(t) == 1 && t[0].IsConst():
		return t[0].Const, true
	}
	return "", false
}

// Lead returns the constant that the text starts with, and what follows it.
func (t Text) Lead() (string, Text) {
	if len(t) > 0 && t[0].IsConst() {
		return t[0].Const, t[1:]
	}
	return "", t
}

// maxTexts bounds how many texts of one value are told apart.
const maxTexts = 24

// Texts returns the texts that a value can be. Parameters of the function that
// holds the value stand for themselves.
func (m *Model) Texts(v ssa.Value) []Text { return m.textsFor(v, nil) }

// textsFor is Texts for one call of the function that holds the value.
func (m *Model) textsFor(v ssa.Value, call ssa.CallInstruction) []Text {
	var fr *callFrame
	if call != nil {
		fr = &callFrame{call: call, fn: genericOrigin(v.Parent())}
	}
	t := &textWalk{m: m, ix: m.flow(), top: fr}
	return t.texts(v, fr, 0)
}

// textsFromAll is Texts with parameters followed to all callers in the package.
func (m *Model) textsFromAll(v ssa.Value, fr *callFrame) []Text {
	t := &textWalk{m: m, ix: m.flow(), whole: true, top: fr}
	return t.texts(v, fr, 0)
}

type textWalk struct {
	m     *Model
	ix    *flowIndex
	steps int
	// whole says that parameters are followed to their callers.
	whole bool
	top   *callFrame // the call that the question is about
}

func (t *textWalk) texts(v ssa.Value, fr *callFrame, depth int) []Text {
	if t.steps++; v == nil || depth > 12 || t.steps > 400 {
		return []Text{{{Origin: Origin{Value: v}}}}
	}
	var list []Text
	var places []any
	w := &backWalk{ix: t.ix, seen: map[walkKey]bool{}, had: map[Origin]bool{}}
	w.stop = func(v ssa.Value, fr *callFrame) bool {
		if texts := t.operation(v, fr, depth); texts != nil {
			list = append(list, texts...)
			return true
		}
		places = append(places, placesOf(v, fr == nil || fr == t.top)...)
		if p, ok := v.(*ssa.Parameter); ok && !t.whole && (fr == nil || fr.fn != genericOrigin(p.Parent())) {
			w.emit(Origin{Kind: OriginParam, Value: p})
			return true
		}
		return false
	}
	w.value(v, fr)
	for _, o := range w.found {
		if o.Kind == OriginConst {
			if text, ok := constString(o.Value); ok {
				list = append(list, Text{{Const: text}})
				continue
			}
		}
		list = append(list, Text{{Origin: o}})
	}
	if len(list) == 0 {
		list = []Text{{{Origin: Origin{Value: v}}}} // read, and set nowhere in the package
	}
	if len(list) > maxTexts {
		list = list[:maxTexts]
	}
	for _, text := range list {
		for i := range text {
			text[i].Places = append(places[:len(places):len(places)], text[i].Places...)
		}
	}
	return list
}

// placesOf returns the places that a value is read from: fields, variables of
// the package and, outside functions that several texts go through, parameters,
// calls and local variables.
func placesOf(v ssa.Value, outside bool) []any {
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return nil
		}
		switch addr := v.X.(type) {
		case *ssa.FieldAddr:
			if f := structField(addr.X.Type(), addr.Field); f != nil {
				return []any{f}
			}
		case *ssa.Global:
			return []any{addr}
		case *ssa.Alloc:
			if outside {
				return []any{addr}
			}
		}
	case *ssa.Field:
		if f := structField(v.X.Type(), v.Field); f != nil {
			return []any{f}
		}
	case *ssa.Parameter, *ssa.Lookup, *ssa.FreeVar:
		if outside {
			return []any{v}
		}
	case *ssa.Call:
		if name := environmentVariable(v); name != "" {
			return []any{name}
		}
		if outside {
			return []any{v}
		}
	case *ssa.Extract:
		if outside {
			return []any{v.Tuple}
		}
	}
	return nil
}

// environmentVariable returns the name of the variable that a call reads, or "".
func environmentVariable(call *ssa.Call) string {
	lib := library.FuncOf(CalleeObject(call))
	if lib == nil || lib.Environment == nil {
		return ""
	}
	name, _ := constString(argAt(&call.Call, lib.Environment))
	return name
}

// operation takes an operation on text apart, or returns nil.
func (t *textWalk) operation(v ssa.Value, fr *callFrame, depth int) []Text {
	switch v := v.(type) {
	case *ssa.BinOp:
		if v.Op == token.ADD && isText(v.Type()) {
			return t.concat(fr, depth, v.X, v.Y)
		}
	case *ssa.Slice:
		if isString(v.X.Type()) {
			return []Text{{{Origin: Origin{Value: v}}}} // a part of it may be no secret
		}
		if v.Low != nil || v.High != nil {
			return trimmed(t.texts(v.X, fr, depth+1), true)
		}
	case *ssa.Call:
		if fn := CalleeObject(v); fn != nil && isMasking(fn.Name()) {
			return []Text{{{Origin: Origin{Value: v}}}}
		}
		return t.call(v, fr, depth)
	}
	return nil
}

var masking = regexp.MustCompile(`(?i)mask|redact|saniti|obfuscat|hide|censor|scrub|conceal|hash|fingerprint|safe`)

// isMasking reports whether a function's name says that it takes secrets out of
// a text.
func isMasking(name string) bool { return masking.MatchString(name) }

func (t *textWalk) concat(fr *callFrame, depth int, parts ...ssa.Value) []Text {
	lists := make([][]Text, len(parts))
	for i, p := range parts {
		lists[i] = t.texts(p, fr, depth+1)
	}
	return product(lists)
}

// product joins one text of each list, in every combination.
func product(lists [][]Text) []Text {
	all := []Text{nil}
	for _, list := range lists {
		var next []Text
		for _, head := range all {
			for _, tail := range list {
				if len(next) < maxTexts {
					next = append(next, join(head, tail))
				}
			}
		}
		all = next
	}
	return all
}

func join(head, tail Text) Text {
	joined := append(Text{}, head...)
	for _, p := range tail {
		if p.IsConst() && p.Const == "" {
			continue
		}
		if n := len(joined); n > 0 && p.IsConst() && joined[n-1].IsConst() {
			joined[n-1].Const += p.Const
			continue
		}
		joined = append(joined, p)
	}
	return joined
}

func (t *textWalk) call(call *ssa.Call, fr *callFrame, depth int) []Text {
	fn := CalleeObject(call)
	lib := library.FuncOf(fn)
	if lib == nil || lib.Text == nil {
		return nil
	}
	arg := func(i library.Arg) ssa.Value { return argAt(&call.Call, &i) }
	from := arg(lib.Text[0])
	switch {
	case isBase64(fn):
		return t.encoded(call, from, fr, depth)
	case lib.Makes == "format" && from != nil:
		return t.format(call, int(lib.Text[0]), fr, depth)
	case lib.Makes == "print" && call.Call.Signature().Variadic():
		if args := variadic(from); len(args) == 1 {
			return t.concat(fr, depth, args[0])
		}
		return nil
	case lib.Makes == "join":
		args := variadic(from)
		if len(args) == 0 {
			return nil
		}
		var parts []ssa.Value
		for i, a := range args {
			if i > 0 {
				parts = append(parts, arg(lib.Text[0]+1))
			}
			parts = append(parts, a)
		}
		return t.concat(fr, depth, parts...)
	case trims(fn):
		return trimmed(t.texts(from, fr, depth+1), lib.Makes == "trim")
	case lib.Makes == "print" || lib.Makes == "lower" || lib.Makes == "upper":
		return t.texts(from, fr, depth+1)
	}
	return nil
}

// trimmed says of every part that it is trimmed. What else than white space is
// taken away may be a constant.
func trimmed(list []Text, space bool) []Text {
	for k, text := range list {
		var kept Text
		for _, p := range text {
			if space || !p.IsConst() {
				p.Trimmed = true
				kept = append(kept, p)
			}
		}
		list[k] = kept
	}
	return list
}

// trims reports whether a function takes white space off a text's ends.
func trims(fn *types.Func) bool {
	if fn == nil || !inPackage(fn, "strings") && !inPackage(fn, "bytes") {
		return false
	}
	return strings.HasPrefix(fn.Name(), "Trim") || strings.HasPrefix(fn.Name(), "Replace")
}

func isBase64(fn *types.Func) bool {
	return inPackage(fn, "encoding/base64") && fn.Name() == "EncodeToString"
}

func (t *textWalk) encoded(call *ssa.Call, from ssa.Value, fr *callFrame, depth int) []Text {
	p := TextPart{Encoding: "base64", Inner: t.texts(from, fr, depth+1)}
	if load, ok := receiver(&call.Call).(*ssa.UnOp); ok {
		if g, ok := load.X.(*ssa.Global); ok && g.Pkg.Pkg.Path() == "encoding/base64" {
			p.Encoding = g.Name()
		}
	}
	return []Text{{p}}
}

var formatVerb = regexp.MustCompile(`%[-+# 0]*(?:\d+|\*)?(?:\.\d+)?[a-zA-Z%]`)

// format takes a formatted text apart. A verb that writes a value other than as
// it is makes a part of unknown origin.
func (t *textWalk) format(call *ssa.Call, at int, fr *callFrame, depth int) []Text {
	format, ok := constString(call.Call.Args[at-1])
	if !ok || at >= len(call.Call.Args) {
		return nil
	}
	args := variadic(call.Call.Args[at])
	var lists [][]Text
	from, i := 0, 0
	for _, loc := range formatVerb.FindAllStringIndex(format, -1) {
		lists = append(lists, []Text{{{Const: format[from:loc[0]]}}})
		from = loc[1]
		verb := format[loc[0]:loc[1]]
		if verb == "%%" {
			lists = append(lists, []Text{{{Const: "%"}}})
			continue
		}
		if i >= len(args) || strings.Contains(verb, "*") {
			return nil
		}
		if a := args[i]; (verb == "%s" || verb == "%v") && isText(textType(a)) {
			lists = append(lists, t.texts(a, fr, depth+1))
		} else {
			lists = append(lists, []Text{{{Origin: Origin{Value: a}}}})
		}
		i++
	}
	lists = append(lists, []Text{{{Const: format[from:]}}})
	return product(lists)
}

// textType is the type of a value before it became an interface.
func textType(v ssa.Value) types.Type {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		return mi.X.Type()
	}
	return v.Type()
}

// variadic returns the elements of a literal slice, such as the arguments of a
// variadic call, in order; nil where they are not known.
func variadic(v ssa.Value) []ssa.Value {
	s, ok := v.(*ssa.Slice)
	if !ok || s.Low != nil || s.High != nil {
		return nil
	}
	a, ok := s.X.(*ssa.Alloc)
	if !ok || !isArray(a) {
		return nil
	}
	n := a.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len()
	if n > 64 {
		return nil
	}
	list := make([]ssa.Value, n)
	for _, ref := range *a.Referrers() {
		ia, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		c, ok := ia.Index.(*ssa.Const)
		if !ok {
			return nil
		}
		for _, r := range *ia.Referrers() {
			if st, ok := r.(*ssa.Store); ok && st.Addr == ia && c.Int64() < n {
				list[c.Int64()] = st.Val
			}
		}
	}
	for _, e := range list {
		if e == nil {
			return nil
		}
	}
	return list
}

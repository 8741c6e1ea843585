package httpmodel

import (
	"go/token"
	"go/types"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Hole stands for what is not known of a [URLTemplate].
const Hole = "{}"

// A URLTemplate is the address of a request as far as the code tells it.
type URLTemplate struct {
	Host  string // "" where it is not constant
	Path  string // from a slash on; "" where nothing is known of it
	Query string
	// Whole says that Path is all of the path: the host before it is known.
	Whole bool
}

// URLTemplates returns the addresses that a text can be. Paths to it that lead
// out of the package's sight are left out where others are known.
func (m *Model) URLTemplates(v ssa.Value) []URLTemplate { return m.urlTemplatesIn(v, nil) }

// urlTemplatesIn is URLTemplates of a value in the callee of a call.
func (m *Model) urlTemplatesIn(v ssa.Value, call *ssa.Call) []URLTemplate {
	if v == nil {
		return nil
	}
	w := &templateWalk{m: m}
	var fr *callFrame
	if call != nil {
		fr = &callFrame{call: call, fn: staticCallee(call.Common())}
	}
	var list []URLTemplate
	for _, text := range w.text(v, fr, 0) {
		t, ok := parseTemplate(text)
		if ok && !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	return list
}

// parseTemplate takes a text with holes apart.
func parseTemplate(text string) (t URLTemplate, ok bool) {
	text, t.Query, _ = strings.Cut(text, "?")
	if _, rest, found := strings.Cut(text, "://"); found {
		host, p, slash := strings.Cut(rest, "/")
		if h, _, port := strings.Cut(host, ":"); port {
			host = h
		}
		if !strings.Contains(host, Hole) {
			t.Host, t.Whole = strings.ToLower(host), true
		} else if !slash && strings.HasSuffix(host, Hole) {
			t.Whole = false // the hole may hold more than the host
			return t, t.Query != ""
		}
		text = p
		if slash || t.Whole {
			text = "/" + p
		}
	} else if rest, found := strings.CutPrefix(text, Hole); found {
		text = rest // a base
	}
	if !strings.HasPrefix(text, "/") {
		return t, t.Query != "" || t.Host != ""
	}
	t.Path = path.Clean(text)
	return t, true
}

const (
	maxTemplates     = 8
	maxTemplateSteps = 600
	maxTemplateDepth = 12
)

// A templateWalk puts texts together from constants, with holes for the rest.
type templateWalk struct {
	m     *Model
	steps int
	busy  map[ssa.Value]bool
}

var unknownText = []string{Hole}

func (w *templateWalk) text(v ssa.Value, fr *callFrame, depth int) []string {
	w.steps++
	if v == nil || w.steps > maxTemplateSteps || depth > maxTemplateDepth || w.busy[v] {
		return unknownText
	}
	if w.busy == nil {
		w.busy = map[ssa.Value]bool{}
	}
	w.busy[v] = true
	defer delete(w.busy, v)
	switch v := v.(type) {
	case *ssa.Const:
		if s, ok := constString(v); ok {
			return []string{s}
		}
		if v.Value != nil {
			return []string{v.Value.ExactString()}
		}
	case *ssa.BinOp:
		if v.Op == token.ADD && isString(v.Type()) {
			return joinTexts(w.text(v.X, fr, depth+1), w.text(v.Y, fr, depth+1))
		}
	case *ssa.Phi:
		var list []string
		for _, e := range v.Edges {
			list = appendTexts(list, w.text(e, fr, depth+1))
		}
		return list
	case *ssa.ChangeType:
		return w.text(v.X, fr, depth+1)
	case *ssa.MakeInterface:
		return w.text(v.X, fr, depth+1)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return w.result(call, v.Index, fr, depth)
		}
	case *ssa.Call:
		return w.result(v, 0, fr, depth)
	case *ssa.Parameter:
		return w.param(v, fr, depth)
	case *ssa.FreeVar:
		return w.bound(v, depth)
	case *ssa.Alloc: // a url.URL that is put together here
		return w.urlLiteral(v, fr, depth)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return w.load(v.X, fr, depth)
		}
	case *ssa.Field:
		return w.field(structField(v.X.Type(), v.Field), fr, depth)
	}
	return unknownText
}

func (w *templateWalk) bound(v *ssa.FreeVar, depth int) []string {
	var list []string
	for _, b := range w.m.flow().bindings(v) {
		if a, ok := b.(*ssa.Alloc); ok {
			list = appendTexts(list, w.load(a, nil, depth+1))
			continue
		}
		list = appendTexts(list, w.text(b, nil, depth+1))
	}
	return orHole(list)
}

func (w *templateWalk) load(addr ssa.Value, fr *callFrame, depth int) []string {
	ix := w.m.flow()
	var list []string
	switch addr := addr.(type) {
	case *ssa.FieldAddr:
		return w.field(structField(addr.X.Type(), addr.Field), fr, depth)
	case *ssa.Alloc:
		for _, st := range ix.cellUses(addr).stores {
			list = appendTexts(list, w.text(st.Val, fr, depth+1))
		}
	case *ssa.FreeVar:
		return w.bound(addr, depth)
	case *ssa.Global:
		if use := ix.globals[addr]; use != nil && addr.Pkg == ix.pkg.SSA {
			for _, st := range use.stores {
				list = appendTexts(list, w.text(st.Val, nil, depth+1))
			}
		}
	}
	return orHole(list)
}

// field is what the package stores to a field.
func (w *templateWalk) field(f *types.Var, _ *callFrame, depth int) []string {
	if f == nil {
		return unknownText
	}
	var list []string
	for _, st := range w.m.flow().stores[f.Origin()] {
		list = appendTexts(list, w.text(st.Val, nil, depth+1))
	}
	return orHole(list)
}

func (w *templateWalk) param(p *ssa.Parameter, fr *callFrame, depth int) []string {
	i := paramIndex(p)
	if fr != nil && fr.fn == genericOrigin(p.Parent()) {
		return w.text(argument(fr.call, i), fr.up, depth+1)
	}
	calls, _ := w.m.flow().callers(p.Parent())
	var list []string
	for _, call := range calls {
		list = appendTexts(list, w.text(argument(call, i), nil, depth+1))
	}
	return orHole(list)
}

// result is what a call returns: text that the package or the standard library
// puts together.
func (w *templateWalk) result(call *ssa.Call, index int, fr *callFrame, depth int) []string {
	common := call.Common()
	fn := staticCallee(common)
	if fn != nil && fn.Blocks != nil {
		in := &callFrame{call: call, fn: fn, up: fr}
		var list []string
		for _, b := range fn.Blocks {
			if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
				list = appendTexts(list, w.text(ret.Results[index], in, depth+1))
			}
		}
		return orHole(list)
	}
	callee := CalleeObject(call)
	if callee == nil || callee.Pkg() == nil {
		return unknownText
	}
	if f := w.m.foreignURLs[callee]; f != nil {
		return f.URLs
	}
	args := common.Args
	switch name := callee.FullName(); name {
	case "fmt.Sprintf":
		if format, ok := constString(args[0]); ok {
			return w.formatted(format, variadic(args[1]), fr, depth)
		}
	case "fmt.Sprint":
		return w.joined(variadic(args[0]), "", fr, depth)
	case "path.Join":
		return w.joined(variadic(args[0]), "/", fr, depth)
	case "strings.Join":
		if sep, ok := constString(args[1]); ok {
			return w.joined(variadic(args[0]), sep, fr, depth)
		}
	case "strings.TrimSuffix", "strings.TrimRight":
		cut, _ := constString(args[1])
		return mapTexts(w.text(args[0], fr, depth+1), func(s string) string { return strings.TrimRight(s, cut) })
	case "strings.TrimSpace", "strings.Clone":
		return w.text(args[0], fr, depth+1)
	case "strings.TrimPrefix", "strings.TrimLeft":
		cut, _ := constString(args[1])
		return mapTexts(w.text(args[0], fr, depth+1), func(s string) string { return strings.TrimLeft(s, cut) })
	case "net/url.JoinPath", "(*net/url.URL).JoinPath":
		return joinTexts(mapTexts(w.text(args[0], fr, depth+1), func(s string) string { return strings.TrimSuffix(s, "/") + "/" }),
			mapTexts(w.joined(variadic(args[1]), "/", fr, depth), func(s string) string { return strings.TrimPrefix(s, "/") }))
	case "net/url.Parse", "net/url.ParseRequestURI":
		return w.withParts(call, w.text(args[0], fr, depth+1), fr, depth)
	case "(*net/url.URL).String":
		return w.text(args[0], fr, depth+1)
	case "(*net/url.URL).Parse", "(*net/url.URL).ResolveReference":
		if i := len(args) - 1; i > 0 {
			return joinTexts(mapTexts(w.text(args[0], fr, depth+1), originOf), w.text(args[i], fr, depth+1))
		}
	}
	return unknownText
}

// originOf is the scheme and host of a URL.
func originOf(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return Hole
	}
	return u.Scheme + "://" + u.Host
}

// withParts is a parsed URL whose path or query the code goes on to set.
func (w *templateWalk) withParts(call *ssa.Call, texts []string, fr *callFrame, depth int) []string {
	for _, ref := range *call.Referrers() {
		x, ok := ref.(*ssa.Extract)
		if !ok || x.Index != 0 {
			continue
		}
		for role, st := range urlStores(x) {
			for _, v := range st {
				switch role {
				case "Path":
					texts = joinTexts(mapTexts(texts, originOf), w.text(v, fr, depth+1))
				case "RawQuery":
					texts = joinTexts(texts, mapTexts(w.text(v, fr, depth+1), func(s string) string { return "?" + s }))
				}
			}
		}
	}
	return texts
}

// urlLiteral is a url.URL that is made field by field.
func (w *templateWalk) urlLiteral(a *ssa.Alloc, fr *callFrame, depth int) []string {
	if !isNamed(a.Type(), "net/url", "URL") {
		return unknownText
	}
	stores := urlStores(a)
	part := func(name, before string) []string {
		if len(stores[name]) == 0 {
			return []string{""}
		}
		return mapTexts(w.text(stores[name][0], fr, depth+1), func(s string) string { return before + s })
	}
	if len(stores["Host"]) == 0 {
		return unknownText
	}
	list := joinTexts([]string{"https://"}, part("Host", ""))
	slash := ""
	for _, s := range part("Path", "") {
		if s != "" && !strings.HasPrefix(s, "/") {
			slash = "/"
		}
	}
	list = joinTexts(list, part("Path", slash))
	return joinTexts(list, part("RawQuery", "?"))
}

// urlStores returns what is stored to the fields of a URL, in source order.
func urlStores(v ssa.Value) map[string][]ssa.Value {
	stores := map[string][]ssa.Value{}
	for _, ref := range *v.Referrers() {
		fa, ok := ref.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		for _, use := range *fa.Referrers() {
			if st, ok := use.(*ssa.Store); ok && st.Addr == fa {
				name := structField(fa.X.Type(), fa.Field).Name()
				stores[name] = append(stores[name], st.Val)
			}
		}
	}
	return stores
}

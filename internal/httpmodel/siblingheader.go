package httpmodel

import (
	"go/token"
	"go/types"
	"net/http"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// A SiblingHeader is a header that one call of a helper asks for, and another
// call for the same resource does not.
type SiblingHeader struct {
	Header string
	Pos    token.Pos // the options without it
	With   token.Pos // those with it
}

// optionsCall is a call of a helper that is given options with headers.
type optionsCall struct {
	lit     *ssa.Alloc
	pos     token.Pos
	headers map[string]token.Pos // nil where the field is not set
	others  map[string]bool      // further fields that are set
	open    bool
}

type resourceKey struct {
	callee *ssa.Function
	owner  *types.TypeName
	path   string
}

// SiblingHeaders returns the calls that leave out a header which says in what
// form the answer is wanted, although another call of the same helper, for the
// same resource and with the same options, sets it.
func (m *Model) SiblingHeaders() []SiblingHeader {
	if m.Empty() {
		return nil
	}
	groups := map[resourceKey][]optionsCall{}
	var order []resourceKey
	for call := range lazyssa.Each[*ssa.Call](m.flow().funcs...) {
		callee := staticCallee(call.Common())
		if callee == nil || callee.Blocks == nil || !m.isSend(call) {
			continue
		}
		for _, arg := range call.Call.Args {
			n := namedOf(arg.Type())
			if n == nil || n.Pkg() != m.pass.Pkg || headersField(n) < 0 {
				continue
			}
			path := resourceOf(m, call)
			if path == "" {
				continue
			}
			key := resourceKey{callee, n, path}
			for _, lit := range literalsOf(arg, nil) {
				if groups[key] == nil {
					order = append(order, key)
				}
				groups[key] = append(groups[key], optionsOfLiteral(lit, headersField(n)))
			}
		}
	}
	var list []SiblingHeader
	for _, key := range order {
		list = append(list, oddOnes(groups[key])...)
	}
	return list
}

// headersField returns the field of a struct that holds headers, or -1.
func headersField(n *types.TypeName) int {
	st, ok := n.Type().Underlying().(*types.Struct)
	if !ok {
		return -1
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		if _, isMap := f.Type().Underlying().(*types.Map); isMap && isHeaderMap(f.Type()) && strings.Contains(strings.ToLower(f.Name()), "header") {
			return i
		}
	}
	return -1
}

// resourceOf returns the constant beginning of the path that a call is given.
func resourceOf(m *Model, call *ssa.Call) string {
	for _, arg := range call.Call.Args {
		if !isString(arg.Type()) {
			continue
		}
		for _, u := range m.URLTemplates(arg) {
			if path, _, _ := strings.Cut(u.Path, "/"+Hole); path != "" {
				return path
			}
		}
	}
	return ""
}

// literalsOf returns the structs that a value is made as.
func literalsOf(v ssa.Value, seen map[ssa.Value]bool) []*ssa.Alloc {
	if seen == nil {
		seen = map[ssa.Value]bool{}
	}
	if seen[v] {
		return nil
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Alloc:
		if isStruct(v.Type().Underlying().(*types.Pointer).Elem()) {
			return []*ssa.Alloc{v}
		}
	case *ssa.UnOp:
		return literalsOf(v.X, seen)
	case *ssa.Phi:
		var list []*ssa.Alloc
		for _, e := range v.Edges {
			list = append(list, literalsOf(e, seen)...)
		}
		return list
	}
	return nil
}

func optionsOfLiteral(lit *ssa.Alloc, headers int) optionsCall {
	o := optionsCall{lit: lit, pos: lit.Pos(), others: map[string]bool{}}
	for _, ref := range *lit.Referrers() {
		fa, ok := ref.(*ssa.FieldAddr)
		if !ok {
			if _, isCall := ref.(ssa.CallInstruction); isCall {
				continue
			}
			if st, isStore := ref.(*ssa.Store); isStore && st.Val == ssa.Value(lit) {
				o.open = true
			}
			continue
		}
		for _, use := range *fa.Referrers() {
			st, isStore := use.(*ssa.Store)
			switch {
			case fa.Field != headers:
				o.others[structField(fa.X.Type(), fa.Field).Name()] = o.others[structField(fa.X.Type(), fa.Field).Name()] || isStore
			case !isStore:
				o.open = true // set in another way
			default:
				o.setHeaders(st.Val)
			}
		}
	}
	return o
}

func (o *optionsCall) setHeaders(v ssa.Value) {
	if c, ok := v.(*ssa.ChangeType); ok {
		v = c.X
	}
	made, ok := v.(*ssa.MakeMap)
	if !ok {
		o.open = true
		return
	}
	if o.headers == nil {
		o.headers = map[string]token.Pos{}
	}
	for _, ref := range *made.Referrers() {
		if up, ok := ref.(*ssa.MapUpdate); ok {
			name, _ := constString(up.Key)
			o.headers[http.CanonicalHeaderKey(name)] = up.Pos()
		}
	}
}

// oddOnes returns the calls of a group that leave out what another one sets.
func oddOnes(group []optionsCall) []SiblingHeader {
	var list []SiblingHeader
	for _, odd := range group {
		if odd.open || odd.headers != nil {
			continue
		}
		for _, other := range group {
			name := other.formHeader()
			if name == "" || !sameOptions(odd.others, other.others) {
				continue
			}
			list = append(list, SiblingHeader{name, odd.pos, other.pos})
			break
		}
	}
	return list
}

// formHeader returns a header among those of the options that says in what
// form, or of what version, the answer is wanted.
func (o *optionsCall) formHeader() string {
	for name := range o.headers {
		if name == "Accept" || strings.HasSuffix(name, "-Version") {
			return name
		}
	}
	return ""
}

func sameOptions(a, b map[string]bool) bool {
	for name, set := range a {
		if set && b[name] {
			return true
		}
	}
	return false
}

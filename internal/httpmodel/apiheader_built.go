package httpmodel

import (
	"net/http"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// builtHeaders is what the calls on a library's own request and client set.
type builtHeaders struct {
	names map[string]bool
	base  []string // addresses that the client puts before each path
	open  bool     // code that is not seen may set more
	made  bool     // the client is made in the package
}

// gapsOfBuilt judges a request of a library that makes its own from a chain of
// calls.
func (m *Model) gapsOfBuilt(s *Send) []HeaderGap {
	h := m.builtHeaders(s)
	if h.open || !h.made {
		return nil
	}
	var urls []URLTemplate
	w := &templateWalk{m: m}
	for _, text := range w.text(s.urlValue(), nil, 0) {
		for _, base := range append(h.base, "") {
			if strings.HasPrefix(text, "/") == (base != "") {
				if u, ok := parseTemplate(strings.TrimSuffix(base, "/") + text); ok {
					urls = append(urls, u)
				}
			}
		}
	}
	p := m.vendorOfRequest(urls, s, nil)
	if p == nil {
		return nil
	}
	gap := HeaderGap{Vendor: p.Name, Pos: s.Pos()}
	for i := range p.Requires {
		req := &p.Requires[i]
		if !req.Given && !h.names[http.CanonicalHeaderKey(req.Header)] && wanted(req, []string{s.Method()}, urls) {
			gap.Missing = append(gap.Missing, req.Header)
		}
	}
	if len(gap.Missing) == 0 {
		return nil
	}
	return []HeaderGap{gap}
}

// builtHeaders looks at the chain of calls that a request is made with, and at
// everything that the package does with clients of its library.
func (m *Model) builtHeaders(s *Send) *builtHeaders {
	h := &builtHeaders{names: map[string]bool{}}
	recv := receiver(s.Call.Common())
	if recv == nil {
		h.open = true
		return h
	}
	owner := namedOf(recv.Type())
	for call := range lazyssa.Each[*ssa.Call](m.flow().funcs...) {
		on := receiver(call.Common())
		if on == nil {
			if t := namedOf(resultType(call.Common())); t != nil && owner != nil && t.Pkg() == owner.Pkg() {
				h.made = true // its constructor
			}
			continue
		}
		n := namedOf(on.Type())
		if n == nil || owner == nil || n.Pkg() != owner.Pkg() {
			continue
		}
		callee := CalleeObject(call)
		lib := library.FuncOf(callee)
		switch {
		case lib != nil && lib.SetHeader != nil:
			h.set(call, lib.SetHeader)
		case callee.Name() == "SetBaseURL" || callee.Name() == "SetHostURL" || callee.Name() == "BaseURL":
			w := &templateWalk{m: m}
			h.base = append(h.base, w.text(call.Call.Args[len(call.Call.Args)-1], nil, 0)...)
		case strings.Contains(callee.Name(), "BeforeRequest") || strings.Contains(callee.Name(), "Hook") || strings.Contains(callee.Name(), "Transport") || strings.Contains(callee.Name(), "Middleware"):
			h.open = true
		}
	}
	return h
}

func (h *builtHeaders) set(call *ssa.Call, set *library.Header) {
	if set.All != nil {
		names := mapKeys(argAt(call.Common(), set.All))
		h.open = h.open || names == nil
		for _, name := range names {
			h.names[http.CanonicalHeaderKey(name)] = true
		}
		return
	}
	name := set.Fixed
	if set.Name != nil {
		name, _ = constString(argAt(call.Common(), set.Name))
	}
	h.open = h.open || name == ""
	h.names[http.CanonicalHeaderKey(name)] = true
}

// mapKeys returns the keys of a map that is made with constant ones, or nil.
func mapKeys(v ssa.Value) []string {
	made, ok := v.(*ssa.MakeMap)
	if !ok {
		return nil
	}
	names := []string{}
	for _, ref := range *made.Referrers() {
		if up, ok := ref.(*ssa.MapUpdate); ok {
			name, isConst := constString(up.Key)
			if !isConst {
				return nil
			}
			names = append(names, name)
		}
	}
	return names
}

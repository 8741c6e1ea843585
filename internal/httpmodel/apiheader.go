package httpmodel

import (
	"go/token"
	"net/http"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// A HeaderGap is a request that its vendor refuses for its headers.
type HeaderGap struct {
	Vendor  string
	Missing []string // headers that are not sent
	// Wrong is a header that is sent with a value that the vendor refuses.
	Wrong string
	Form  string      // a regular expression of its values, or ""
	Pos   token.Pos   // where the request is made, or the value is set
	Sent  []token.Pos // where it is sent
}

// HeaderGaps returns the requests of the package that lack a header which
// their vendor requires, or have one with a constant that it refuses.
func (m *Model) HeaderGaps() []HeaderGap {
	if m.Empty() {
		return nil
	}
	sends := map[ssa.CallInstruction]*Send{}
	for _, s := range m.Sends() {
		sends[s.Call] = s
	}
	list := m.wrongHeaders()
	for _, r := range m.MadeRequests() {
		var gaps []HeaderGap
		ways := m.waysOf(r)
		for _, way := range ways {
			gaps = append(gaps, m.gapsOf(way, sends)...)
		}
		if len(gaps) > 1 && len(gaps) == len(ways) && sameGaps(gaps) {
			gaps = gaps[:1] // the helper's own
			gaps[0].Pos = r.Call.Pos()
		}
		list = append(list, gaps...)
	}
	for _, s := range m.Sends() {
		if s.Lib == nil || s.Lib.Send == nil || s.Lib.Send.URL == nil {
			continue
		}
		if s.Lib.Send.Request == nil {
			list = append(list, m.gapsOfPlain(s)...)
		} else {
			list = append(list, m.gapsOfBuilt(s)...)
		}
	}
	return list
}

func sameGaps(gaps []HeaderGap) bool {
	for _, g := range gaps {
		if !slices.Equal(g.Missing, gaps[0].Missing) {
			return false
		}
	}
	return true
}

// waysOf takes a request apart that a helper makes for several callers.
func (m *Model) waysOf(r *MadeRequest) []*MadeRequest {
	if len(r.handed) < 2 {
		return []*MadeRequest{r}
	}
	var list []*MadeRequest
	for _, via := range r.handed {
		list = append(list, m.followRequest(r.Call, via))
	}
	return list
}

// gapsOf judges a request that is made with a library's constructor.
func (m *Model) gapsOf(r *MadeRequest, sends map[ssa.CallInstruction]*Send) []HeaderGap {
	if len(r.Sent) == 0 {
		return nil
	}
	lib := library.FuncOf(CalleeObject(r.Call))
	urls := m.urlTemplatesIn(argAt(r.Call.Common(), lib.NewRequest.URL), r.Via)
	first := sends[r.Sent[0]]
	p := m.vendorOfRequest(urls, first, r)
	if p == nil {
		return nil
	}
	gap := HeaderGap{Vendor: p.Name, Pos: r.Call.Pos()}
	if r.Via != nil {
		gap.Pos = r.Via.Pos()
	}
	for _, call := range r.Sent {
		gap.Sent = append(gap.Sent, call.Pos())
	}
	methods := m.methodsOf(r)
	byHand, authorized := false, false
	for _, h := range r.Headers {
		byHand = byHand || provider.OfHeader(h.Name) == p || p.IsRequired(h.Name)
		authorized = authorized || provider.IsCredentialHeader(h.Name)
	}
	var list []HeaderGap
	for i := range p.Requires {
		req := &p.Requires[i]
		if !wanted(req, methods, urls) {
			continue
		}
		if len(r.inTime(req.Header)) > 0 || r.Open || req.Given {
			continue
		}
		for _, call := range r.Sent {
			if s := sends[call]; s != nil && m.leavesOut(s, req.Header, byHand || authorized && len(req.On) > 0) {
				gap.Missing = append(gap.Missing, req.Header)
				break
			}
		}
	}
	if len(gap.Missing) > 0 {
		list = append(list, gap)
	}
	return list
}

// gapsOfPlain judges a request that a function such as http.Get makes itself.
func (m *Model) gapsOfPlain(s *Send) []HeaderGap {
	urls := m.URLTemplates(s.urlValue())
	p := m.vendorOfRequest(urls, s, nil)
	if p == nil || s.Lib.Send.Response != "http" {
		return nil
	}
	gap := HeaderGap{Vendor: p.Name, Pos: s.Pos()}
	for i := range p.Requires {
		req := &p.Requires[i]
		if !req.Given && wanted(req, []string{s.Method()}, urls) && m.leavesOut(s, req.Header, false) {
			gap.Missing = append(gap.Missing, req.Header)
		}
	}
	if len(gap.Missing) == 0 {
		return nil
	}
	return []HeaderGap{gap}
}

// vendorOfRequest returns the vendor whose API gets a request: by its host, by
// what the configuration says, by a header that only one vendor has, or because
// the package talks to nobody else.
func (m *Model) vendorOfRequest(urls []URLTemplate, s *Send, r *MadeRequest) *provider.Profile {
	foreign := false
	for _, u := range urls {
		if p := m.config.Providers.OfHost(u.Host); p != nil {
			return p
		}
		foreign = foreign || u.Host != ""
	}
	if s != nil {
		if p := s.profile(); p != nil {
			return p
		}
	}
	if r != nil {
		for _, h := range r.Headers {
			if p := provider.OfHeader(h.Name); p != nil {
				return p
			}
		}
	}
	if v := m.facts.Vendors; v != nil && len(v.Vendors) == 1 && !v.Others && !foreign {
		return m.config.Providers.Named(v.Vendors[0])
	}
	return nil
}

// methodsOf returns the methods of a request that are constant.
func (m *Model) methodsOf(r *MadeRequest) []string {
	lib := library.FuncOf(CalleeObject(r.Call))
	if lib.NewRequest.Fixed != "" {
		return []string{lib.NewRequest.Fixed}
	}
	w := &templateWalk{m: m}
	var fr *callFrame
	if r.Via != nil {
		fr = &callFrame{call: r.Via, fn: staticCallee(r.Via.Common())}
	}
	list := w.text(argAt(r.Call.Common(), lib.NewRequest.Method), fr, 0)
	for i, method := range list {
		if method == "" {
			list[i] = http.MethodGet
		}
	}
	return list
}

// wanted reports whether one of the operations that a request can be surely
// wants a header.
func wanted(req *provider.Required, methods []string, urls []URLTemplate) bool {
	if len(urls) == 0 {
		urls = []URLTemplate{{}}
	}
	for _, method := range methods {
		for _, u := range urls {
			if req.Wanted(method, u.Path) {
				return true
			}
		}
	}
	return false
}

// inTime returns the places that set a header before the request is sent.
func (r *MadeRequest) inTime(name string) []HeaderSet {
	return slices.DeleteFunc(r.Sets(name), func(h HeaderSet) bool {
		for _, sent := range r.Sent {
			if h.instr == nil || !sentFirst(sent, h.instr) {
				return false
			}
		}
		return true
	})
}

// sentFirst reports whether an instruction only runs after a request is sent.
func sentFirst(sent ssa.CallInstruction, instr ssa.Instruction) bool {
	return sent.Parent() == instr.Parent() && before(sent, instr) && !inLoop(sent.Block())
}

// wrongHeaders returns the places of the package that set a header of its
// vendor to a constant which is refused.
func (m *Model) wrongHeaders() []HeaderGap {
	var list []HeaderGap
	add := func(name string, value ssa.Value, pos token.Pos) {
		p := m.vendorOfHeader(name)
		if p == nil || value == nil {
			return
		}
		for i := range p.Requires {
			if req := &p.Requires[i]; http.CanonicalHeaderKey(req.Header) == http.CanonicalHeaderKey(name) && m.refused(req, value) {
				list = append(list, HeaderGap{Vendor: p.Name, Wrong: req.Header, Form: req.Form, Pos: pos})
			}
		}
	}
	for _, fn := range m.flow().funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.MapUpdate:
					if name, ok := constString(instr.Key); ok && isHeaderMap(instr.Map.Type()) && isString(instr.Value.Type()) {
						add(name, instr.Value, instr.Pos())
					}
				case *ssa.Call:
					lib := library.FuncOf(CalleeObject(instr))
					if lib != nil && lib.SetHeader != nil && lib.SetHeader.Name != nil && lib.SetHeader.Value != nil {
						name, _ := constString(argAt(instr.Common(), lib.SetHeader.Name))
						add(name, argAt(instr.Common(), lib.SetHeader.Value), instr.Pos())
					}
				}
			}
		}
	}
	return list
}

// vendorOfHeader returns the vendor that a required header is for: the only one
// that has it, or the one that the package talks to.
func (m *Model) vendorOfHeader(name string) *provider.Profile {
	if name == "" {
		return nil
	}
	if p := provider.OfHeader(name); p != nil {
		return p
	}
	if m.facts.Vendors == nil {
		return nil
	}
	for _, v := range m.facts.Vendors.Vendors {
		if p := m.config.Providers.Named(v); p != nil && p.IsRequired(name) {
			return p
		}
	}
	return nil
}

// refused reports whether a value is constant and none of its constants has the
// form that is wanted.
func (m *Model) refused(req *provider.Required, value ssa.Value) bool {
	if !isString(value.Type()) {
		return false
	}
	w := &templateWalk{m: m}
	for _, text := range w.text(value, nil, 0) {
		if containsHole(text) || req.Fits(text) {
			return false
		}
	}
	return true
}

func containsHole(text string) bool {
	for i := range len(text) - 1 {
		if text[i:i+2] == Hole {
			return true
		}
	}
	return false
}

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
	var list []HeaderGap
	for _, r := range m.MadeRequests() {
		for _, way := range m.waysOf(r) {
			list = append(list, m.gapsOf(way, sends)...)
		}
	}
	for _, s := range m.Sends() {
		if s.Lib != nil && s.Lib.Send != nil && s.Lib.Send.Request == nil && s.Lib.Send.URL != nil {
			list = append(list, m.gapsOfPlain(s)...)
		}
	}
	return list
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
		sets := r.inTime(req.Header)
		if wrong := m.wrongValue(req, sets); wrong != nil {
			list = append(list, HeaderGap{Vendor: p.Name, Wrong: req.Header, Form: req.Form, Pos: wrong.Pos, Sent: gap.Sent})
		}
		if len(sets) > 0 || r.Open || req.Given {
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
	a, b := sent.Block(), instr.Block()
	if a == b {
		return slices.Index(a.Instrs, ssa.Instruction(sent)) < slices.Index(b.Instrs, instr) && !inLoop(a)
	}
	return a.Parent() == b.Parent() && a.Dominates(b) && !inLoop(a)
}

// wrongValue returns the place that sets a header to a constant which is
// refused, where nothing else can be set.
func (m *Model) wrongValue(req *provider.Required, sets []HeaderSet) *HeaderSet {
	if len(sets) != 1 {
		return nil
	}
	value := sets[0].Value
	if _, isText := constString(value); !isText && !isString(value.Type()) {
		return nil // the list of a map's element
	}
	w := &templateWalk{m: m}
	for _, text := range w.text(value, nil, 0) {
		if text == Hole || len(text) > len(Hole) && containsHole(text) || req.Fits(text) {
			return nil
		}
	}
	return &sets[0]
}

func containsHole(text string) bool {
	for i := range len(text) - 1 {
		if text[i:i+2] == Hole {
			return true
		}
	}
	return false
}

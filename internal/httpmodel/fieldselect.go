package httpmodel

import (
	"cmp"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
	"github.com/apivet/apivet/internal/provider"
)

// An Unselected is a request whose answer holds too much, or lacks what the
// program looks for, because of the parameter by which a vendor is told what to
// send.
type Unselected struct {
	Pos       token.Pos // the request
	Decode    token.Pos // where the answer becomes a value
	Vendor    string
	Parameter string
	// Absent are members that are not asked for, and that the answer therefore
	// lacks; Few are those that are used of an answer that holds everything.
	Absent, Few []string
	// Asked says that the request has the parameter, without them.
	Asked bool
}

// UnselectedAnswers returns the package's requests of that kind.
func (m *Model) UnselectedAnswers() []Unselected {
	if m.Empty() || !slices.ContainsFunc(m.vendorsCalled(), func(p *provider.Profile) bool { return p.Selects != nil }) {
		return nil
	}
	var list []Unselected
	w := &selectWalk{m: m, reach: newSendReach(m)}
	for _, a := range w.answers() {
		u := Unselected{Pos: a.pos, Decode: a.decode, Vendor: a.vendor.Name, Parameter: a.vendor.Selects.Parameter}
		query, ok := w.query(a)
		if !ok {
			continue
		}
		asked, has := query[u.Parameter]
		if a.vendor.Selects.Only {
			u.Absent, u.Asked = w.absent(a, asked), has
		} else if !has && !asksForOne(query) {
			u.Few = w.few(a)
		}
		if len(u.Absent)+len(u.Few) > 0 {
			list = append(list, u)
		}
	}
	slices.SortFunc(list, func(a, b Unselected) int { return cmp.Compare(a.Pos, b.Pos) })
	return slices.CompactFunc(list, func(a, b Unselected) bool { return a.Pos == b.Pos })
}

// asksForOne reports whether a query asks for a single item.
func asksForOne(query map[string][]string) bool {
	for name, values := range query {
		if namesSize(name) && len(values) == 1 && values[0] == "1" {
			return true
		}
	}
	return false
}

// A selectAnswer is the answer to a request of a vendor that can be told what to
// send, with what the code shows of both.
type selectAnswer struct {
	pos, decode token.Pos
	vendor      *provider.Profile
	send        *Send
	call        ssa.CallInstruction // that is given the address
	url         ssa.Value
	decodings   []play.Decoding
}

// A selectWalk looks for such answers.
type selectWalk struct {
	m     *Model
	reach *sendReach
}

// answers returns the answers whose type and address stand in one function.
func (w *selectWalk) answers() []selectAnswer {
	var list []selectAnswer
	for _, p := range w.m.plays() {
		if p.send == nil {
			continue
		}
		if a, ok := w.ofSend(p); ok {
			list = append(list, a)
		}
	}
	for call := range lazyssa.Each[*ssa.Call](w.m.flow().funcs...) {
		if a, ok := w.ofHelper(call); ok {
			list = append(list, a)
		}
	}
	return list
}

// ofSend is the answer that is decoded where the request is sent.
func (w *selectWalk) ofSend(p played) (selectAnswer, bool) {
	s := p.send
	a := selectAnswer{pos: s.Pos(), send: s, call: s.Call, url: w.addressOf(s)}
	if made := requestCall(s.Request); made != nil {
		a.pos = made.Pos()
	}
	had := map[token.Pos]bool{}
	for _, e := range p.Ends {
		for _, d := range e.Decoded {
			if d.Type != nil && d.Out.Has(play.Success) && !had[d.Pos] {
				had[d.Pos] = true
				a.decodings = append(a.decodings, d)
			}
		}
	}
	if len(a.decodings) == 0 {
		return a, false
	}
	a.decode = a.decodings[0].Pos
	return a, w.selects(&a, s.Method())
}

// ofHelper is the answer that the package's own function decodes: it is given
// the address and the place for the answer.
func (w *selectWalk) ofHelper(call *ssa.Call) (selectAnswer, bool) {
	callee := staticCallee(&call.Call)
	if callee == nil || callee.Blocks == nil || w.m.sendAt(call) != nil {
		return selectAnswer{}, false
	}
	a := selectAnswer{pos: call.Pos(), decode: call.Pos(), call: call}
	for _, arg := range call.Call.Args {
		into, ok := arg.(*ssa.MakeInterface)
		if !ok || structOf(into.X.Type()) == nil {
			continue
		}
		if len(a.decodings) > 0 {
			return a, false // the body of the request, or an error's place
		}
		a.decodings = append(a.decodings, play.Decoding{Pos: call.Pos(), Type: into.X.Type(), Into: into.X, Out: play.Success})
	}
	a.url = w.addressAmong(call.Call.Args)
	if len(a.decodings) == 0 || a.url == nil {
		return a, false
	}
	if a.send = w.reach.from(call); a.send == nil {
		return a, false
	}
	method := methodAmong(call.Call.Args)
	if method == "" {
		method = a.send.Method()
	}
	return a, w.selects(&a, method)
}

// selects reports whether the request can say what it wants, and sets whose API
// it is for.
func (w *selectWalk) selects(a *selectAnswer, method string) bool {
	urls := w.m.URLTemplates(a.url)
	for _, u := range slices.Concat(urls, w.m.URLTemplates(w.addressOf(a.send))) {
		p := w.m.config.Providers.OfHost(u.Host)
		if u.Host == "" {
			continue
		}
		if p == nil || a.vendor != nil && a.vendor != p {
			return false // somebody else's
		}
		a.vendor = p
	}
	if a.vendor == nil {
		a.vendor = w.m.vendorOf(played{send: a.send})
	}
	return len(urls) > 0 && a.vendor != nil && !slices.ContainsFunc(urls, func(u URLTemplate) bool { return !a.vendor.Selects.Has(method, u.Path) })
}

// addressOf returns the address of a request, or what it begins in: the only
// argument of a wrapper that can be one.
func (w *selectWalk) addressOf(s *Send) ssa.Value {
	if s.Wrapper {
		return w.addressAmong(s.Call.Common().Args)
	}
	return s.urlValue()
}

// addressAmong returns the one argument that is an address or a path.
func (w *selectWalk) addressAmong(args []ssa.Value) ssa.Value {
	var found ssa.Value
	for _, arg := range args {
		if !isString(arg.Type()) || methodAmong([]ssa.Value{arg}) != "" {
			continue
		}
		urls := w.m.URLTemplates(arg)
		if len(urls) == 0 || slices.ContainsFunc(urls, func(u URLTemplate) bool { return u.Path == "" }) {
			continue
		}
		if found != nil {
			return nil
		}
		found = arg
	}
	return found
}

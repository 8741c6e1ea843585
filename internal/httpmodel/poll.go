package httpmodel

import (
	"go/token"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/play"
)

// A Poll is a loop that asks for the state of something again and again, and
// goes on when the state is the one that it waits for.
type Poll struct {
	In *ssa.Function
	// Call asks, here or in what it calls.
	Call ssa.CallInstruction
	// State is what the answer calls the state.
	State string
	// Done is the state that ends the loop well, DoneAt where it is looked at.
	Done   string
	DoneAt token.Pos

	m    *Model
	ask  *Retry // the loop, for the questions about delays
	key  stateKey
	look *stateLook
	// ends of one round, by the state: what it is when none of the words fits
	// is at "".
	ends map[string]roundEnds
}

// pollMemo holds a package's polls.
type pollMemo struct {
	once sync.Once
	list []*Poll
}

// Polls returns the package's polls, in source order.
func (m *Model) Polls() []*Poll {
	m.pollMemo.once.Do(func() {
		if m.Empty() {
			return
		}
		f := &pollFinder{m: m, had: map[*ssa.BasicBlock]bool{}}
		for _, s := range m.Sends() {
			f.climb(s, s.Fn, []ssa.CallInstruction{s.Call}, 0)
		}
		for _, fn := range m.flow().funcs {
			f.remote(fn)
		}
		slices.SortFunc(m.pollMemo.list, func(a, b *Poll) int { return int(a.Call.Pos() - b.Call.Pos()) })
	})
	return m.pollMemo.list
}

type pollFinder struct {
	m   *Model
	had map[*ssa.BasicBlock]bool // heads of loops that are polls
}

// climb looks for loops around a request, here and in the callers.
func (f *pollFinder) climb(s *Send, fn *ssa.Function, path []ssa.CallInstruction, depth int) {
	for _, l := range f.m.loopsAround(path[0]) {
		f.loop(s, path, l)
	}
	if depth == maxClimb || s.handsOn(fn) {
		return
	}
	callers := f.m.flow().calls[genericOrigin(fn)]
	if fn.Parent() != nil {
		callers = append(slices.Clone(callers), f.m.madeAndCalled(fn)...)
	}
	for i, c := range callers {
		if _, plain := c.(*ssa.Call); plain && i < maxCallers {
			f.climb(s, c.Parent(), append([]ssa.CallInstruction{c}, path...), depth+1)
		}
	}
}

// remote looks for loops around calls of other packages that ask a service.
func (f *pollFinder) remote(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || !f.m.asksService(call) {
				continue
			}
			f.climb(&Send{Send: httpfacts.RemoteSend(call), model: f.m}, fn, []ssa.CallInstruction{call}, 0)
		}
	}
}

// asksService reports whether a call of another package looks like a request
// of a service's client: a method of a client, service or API, or a generated
// stub, that returns data and an error.
func (m *Model) asksService(call *ssa.Call) bool {
	callee := calleeOf(&call.Call)
	if callee == nil || callee.Pkg() == nil || callee.Pkg() == m.pass.Pkg || isStd(callee.Pkg().Path(), m.pass.Pkg.Path()) {
		return false
	}
	if lib := m.lib.FuncOf(callee); lib != nil && lib.Send != nil {
		return false // one of the package's requests
	}
	res := callee.Signature().Results()
	if res.Len() < 2 || !isFailureType(res.At(res.Len()-1).Type()) {
		return false
	}
	recv := callee.Signature().Recv()
	if recv == nil {
		return false
	}
	if strings.HasPrefix(callee.Name(), "Recv") || callee.Name() == "Read" || callee.Name() == "Next" {
		return false // a stream
	}
	n := namedOf(recv.Type())
	if n == nil {
		return false
	}
	for _, word := range camelWords(n.Name()) {
		switch word {
		case "client", "service", "api", "apiclient", "call", "sdk", "provider":
			return true
		}
	}
	return strings.HasSuffix(n.Name(), "Call") || strings.HasSuffix(n.Name(), "API")
}

// loop notes the poll that a loop around a call is, if it is one.
func (f *pollFinder) loop(s *Send, path []ssa.CallInstruction, l *httpfacts.Loop) {
	if f.had[l.Head] || f.m.failsOver(l, path[0]) || f.m.asksElse(l, path[0]) {
		return
	}
	p := &Poll{In: path[0].Parent(), Call: path[0], m: f.m,
		ask: &Retry{Send: s, Form: InLoop, In: path[0].Parent(), Path: path, Again: path[0], model: f.m, loop: l}}
	p.look = newStateLook(p)
	for _, key := range p.look.keys() {
		if p.judge(key) {
			f.had[l.Head] = true
			f.m.pollMemo.list = append(f.m.pollMemo.list, p)
			return
		}
	}
}

// asksElse reports whether each round of a loop asks something else: an
// argument of the call is made from the answer before, or counts.
func (m *Model) asksElse(l *httpfacts.Loop, call ssa.CallInstruction) bool {
	seen := map[ssa.Value]bool{}
	var varies func(v ssa.Value) bool
	varies = func(v ssa.Value) bool {
		instr, ok := v.(ssa.Instruction)
		if !ok || seen[v] || instr.Block() == nil || !l.Blocks[instr.Block()] {
			return false
		}
		seen[v] = true
		switch x := v.(type) {
		case *ssa.Phi:
			return x.Block() == l.Head && !isContextType(x.Type()) && slices.ContainsFunc(x.Edges, func(e ssa.Value) bool { return e != v })
		case *ssa.Call:
			if ssa.CallInstruction(x) == call {
				return true
			}
		}
		for _, op := range instr.Operands(nil) {
			if *op != nil && varies(*op) {
				return true
			}
		}
		return false
	}
	return slices.ContainsFunc(call.Common().Args, varies)
}

// roundEnds says how a round of a poll can end after an answer.
type roundEnds struct {
	again bool                  // another round
	other map[roundEnd]play.End // the ends that are none
}

// A roundEnd tells ends apart.
type roundEnd struct {
	kind play.EndKind
	pos  token.Pos
	fail bool // an error is returned, or the program ends
}

// judge plays a round for each state and reports whether the loop waits for one.
func (p *Poll) judge(key stateKey) bool {
	words := p.look.words(key)
	p.key, p.State, p.ends = key, key.String(), map[string]roundEnds{}
	for _, w := range append([]string{""}, words...) {
		r, ok := p.round(p.look.assume(key, w))
		if !ok {
			return false
		}
		p.ends[w] = r
	}
	for _, w := range words {
		class := p.class(w)
		if class == classFailed || class == classPending || !p.ends[p.otherwise(w)].again {
			continue // it is left in a state that is not known, too
		}
		for end := range p.news(w) {
			if !end.fail && (p.Done == "" || class == classGood) {
				p.Done, p.DoneAt = w, p.look.at(key, w)
			}
		}
	}
	return p.Done != ""
}

// class returns what a value of the state says.
func (p *Poll) class(word string) stateClass {
	if !p.key.flag {
		return wordClass(word)
	}
	class := wordClass(p.key.String())
	switch {
	case word == "true":
		return class
	case class == classPending:
		return classEnded
	case class == classFailed:
		return classUnknown
	}
	return classPending
}

// Flag reports whether the state is a boolean.
func (p *Poll) Flag() bool { return p.key.flag }

// otherwise is the value that a value is held against: the other one of a
// boolean, or a word that is compared with nothing.
func (p *Poll) otherwise(word string) string {
	switch {
	case !p.key.flag:
		return ""
	case word == "true":
		return "false"
	}
	return "true"
}

// news returns the ends that a state has and any other one has not.
func (p *Poll) news(word string) map[roundEnd]play.End {
	list := map[roundEnd]play.End{}
	for k, e := range p.ends[word].other {
		if _, had := p.ends[p.otherwise(word)].other[k]; !had {
			list[k] = e
		}
	}
	return list
}

// round plays one round while some tests are decided.
func (p *Poll) round(assume map[ssa.Value]bool) (roundEnds, bool) {
	ask := p.ask
	res := p.m.facts.PlayAssuming(ask.Send.Send, ask.Path[0], ask.loop, assume)
	if res.Overflow || !res.Reached {
		return roundEnds{}, false
	}
	r := roundEnds{other: map[roundEnd]play.End{}}
	for _, e := range res.Ends {
		if !e.Out.Has(play.Status(200)) || e.Kind == play.Repeats && e.Elsewhere {
			continue
		}
		if e.Kind == play.Repeats {
			r.again = true
			continue
		}
		r.other[roundEnd{e.Kind, e.Pos, e.Kind == play.Exits || p.failed(e)}] = e
	}
	return r, true
}

// failed reports whether a path ends with an error.
func (p *Poll) failed(e play.End) bool {
	sig := p.In.Signature
	for i, v := range e.Results {
		if e.Kind == play.Returns && i < sig.Results().Len() && isFailureType(sig.Results().At(i).Type()) && v.K != play.Nil {
			return true
		}
	}
	return false
}

// isStd reports whether a package belongs to the standard library, as seen from
// another one, whose module may have a name without a dot.
func isStd(path, from string) bool {
	first, _, _ := strings.Cut(path, "/")
	own, _, _ := strings.Cut(from, "/")
	return !strings.Contains(first, ".") && first != own
}

package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/play"
)

// A RetryForm says what makes the next attempt.
type RetryForm int

const (
	// InLoop: a loop, goto included.
	InLoop RetryForm = iota
	// InOperation: a function that is given to something which calls it again.
	InOperation
	// Twice: another call of the same function sends the same request.
	Twice
	// Recursive: the function calls itself.
	Recursive
	// PutBack: the item that the request is made for goes back into the channel
	// that it came from.
	PutBack
)

// A Retry is code that sends a request again after it failed, and not after it
// succeeded. Loops over items and pages, and attempts at one host after the
// other are none.
type Retry struct {
	Send *Send
	Form RetryForm
	// In is the function that repeats or, for InOperation, what is repeated.
	In *ssa.Function
	// Path leads from In to the request: calls of functions of the package,
	// then the call that sends.
	Path []ssa.CallInstruction
	// Again makes the next attempt; in loops and operations it is Path[0].
	Again ssa.CallInstruction
	// By is the call that is given the operation, or nil.
	By ssa.CallInstruction
	// Op describes who repeats the operation.
	Op Repeater
	// On holds the outcomes after which the request is sent again, Ends how
	// each path of one attempt ends.
	On   play.Outcomes
	Ends []play.End
	// Looks says that an answer that looks like a success is sent again when
	// its content does not please.
	Looks bool
	// Always says that it is sent again after any success, too: a loop over
	// items or pages, a schedule. It is no retry; Retries leaves it out.
	Always bool

	model *Model
	loop  *httpfacts.Loop
	kinds map[ssa.Instruction]bool          // what asks of which kind an error is, and whether the play knows
	said  struct{ on, never play.Outcomes } // what a boolean of a named operation surely says
	memo  retryParts
}

// retryMemo holds a package's retries.
type retryMemo struct {
	once  sync.Once
	list  []*Retry
	over  []*Retry
	mu    sync.Mutex // of loops
	loops map[*ssa.Function][]*httpfacts.Loop
	ops   map[*ssa.Function][]operation
	// repeats and creates are what facts say of other packages' functions.
	repeats map[*types.Func]*RepeatFact
	creates map[*types.Func]*CreateFact
}

// maxClimb bounds the functions between a request and the code that repeats
// it, maxCallers the callers that are looked at on each step.
const (
	maxClimb   = 4
	maxCallers = 60
)

// Retries returns the package's retries, in the order of their requests.
func (m *Model) Retries() []*Retry {
	return slices.DeleteFunc(slices.Clone(m.Repetitions()), func(r *Retry) bool { return r.Always })
}

// Repetitions returns the retries and what sends again whatever came of the
// request before.
func (m *Model) Repetitions() []*Retry {
	m.retryMemo.once.Do(func() {
		m.retryMemo.ops = m.operations()
		f := m.newRetryFinder()
		for _, s := range m.Sends() {
			f.send = s
			f.twice()
			f.climb(s.Fn, []ssa.CallInstruction{s.Call}, 0)
		}
		for _, s := range m.givenOperations() {
			f.send = s
			f.loops(s.Fn, []ssa.CallInstruction{s.Call})
		}
		m.retryMemo.list, m.retryMemo.over = f.list, f.over
	})
	return m.retryMemo.list
}

// retryKey tells retries apart: one place that repeats one call.
type retryKey struct {
	where any
	call  ssa.CallInstruction
}

type retryFinder struct {
	m    *Model
	send *Send
	had  map[retryKey]bool
	list []*Retry
	over []*Retry // attempts at one host after the other
	// backs holds what puts items back, by the loop that takes them.
	backs map[*httpfacts.Loop]map[ssa.Instruction]bool
}

func (m *Model) newRetryFinder() *retryFinder {
	return &retryFinder{m: m, had: map[retryKey]bool{}, backs: map[*httpfacts.Loop]map[ssa.Instruction]bool{}}
}

func (f *retryFinder) add(where any, r *Retry) {
	key := retryKey{where, r.Path[0]}
	if f.had[key] {
		return
	}
	f.had[key] = true
	r.Send, r.model, r.Path = f.send, f.m, slices.Clone(r.Path)
	if r.Again == nil {
		r.Again = r.Path[0]
	}
	f.list = append(f.list, r)
}

// climb looks for what repeats a call of fn that leads to the request, here
// and in the callers.
func (f *retryFinder) climb(fn *ssa.Function, path []ssa.CallInstruction, depth int) {
	if f.loops(fn, path) || f.operation(fn, path) || f.recursion(fn, path) {
		return
	}
	if depth == maxClimb || f.send.handsOn(fn) {
		return // calls of a function that gives its answer away are requests themselves
	}
	callers := slices.Clone(f.m.flow().calls[genericOrigin(fn)])
	if fn.Parent() != nil {
		callers = append(callers, f.m.madeAndCalled(fn)...)
	}
	callers = append(callers, f.m.flow().throughOwn(fn)...)
	for i, c := range callers {
		if i == maxCallers {
			break
		}
		if _, plain := c.(*ssa.Call); !plain || f.passes(path, c.Parent()) {
			continue
		}
		higher := append([]ssa.CallInstruction{c}, path...)
		f.calledTwice(higher)
		f.climb(c.Parent(), higher, depth+1)
	}
}

// passes reports whether a path leads through a function.
func (f *retryFinder) passes(path []ssa.CallInstruction, fn *ssa.Function) bool {
	return slices.ContainsFunc(path, func(c ssa.CallInstruction) bool { return c.Parent() == fn })
}

// handsOn reports whether a function gives the answer to its callers.
func (s *Send) handsOn(fn *ssa.Function) bool {
	for _, t := range s.model.Sends() {
		if t.Wrapper && t.Callee != nil && fn.Object() != nil && t.Callee.Origin() == fn.Object() {
			return true
		}
	}
	return false
}

// madeAndCalled returns the calls of a literal that is called by the function
// that makes it.
func (m *Model) madeAndCalled(fn *ssa.Function) []ssa.CallInstruction {
	var list []ssa.CallInstruction
	for _, mc := range m.flow().closures[genericOrigin(fn)] {
		for _, ref := range *mc.Referrers() {
			if c, ok := ref.(*ssa.Call); ok && c.Call.Value == mc {
				list = append(list, c)
			}
		}
	}
	return list
}

// loops looks for a loop of fn that repeats the attempt, from the innermost
// outwards.
func (f *retryFinder) loops(fn *ssa.Function, path []ssa.CallInstruction) bool {
	found := false
	for _, l := range f.m.loopsAround(path[0]) {
		if found {
			break
		}
		if found = f.putBack(l, fn, path); found {
			break
		}
		if rangesOverChannel(l) {
			continue
		}
		res := f.play(path, l)
		if res.Overflow || !res.Reached {
			continue
		}
		r := &Retry{Form: InLoop, In: fn, Path: path, loop: l, kinds: res.Kinds}
		if !r.judge(res.Ends) {
			continue
		}
		if f.m.failsOver(l, path[0]) {
			if !r.Always && aimsElsewhere(path[0]) {
				r.Send, r.model, r.Path, r.Again = f.send, f.m, slices.Clone(path), path[0]
				f.over = append(f.over, r)
			}
			continue
		}
		f.add(l.Head, r)
		found = !r.Always // an item's request may be repeated further out
	}
	return found
}

// play plays one attempt within a loop.
func (f *retryFinder) play(path []ssa.CallInstruction, l *httpfacts.Loop) *play.Result {
	if path[0].Common().IsInvoke() && len(path) > 1 {
		return f.m.facts.PlayLoopThrough(f.send.Send, path[0], path[1].Parent(), l)
	}
	return f.m.facts.PlayLoop(f.send.Send, path[0], l)
}

// rangesOverChannel reports whether a loop takes what it does next from a
// channel: an item, a tick. Each round is work of its own.
func rangesOverChannel(l *httpfacts.Loop) bool {
	return slices.ContainsFunc(l.Head.Instrs, func(instr ssa.Instruction) bool {
		recv, ok := instr.(*ssa.UnOp)
		return ok && recv.Op == token.ARROW && recv.CommaOk
	})
}

// judge notes how one attempt ends and reports whether that is a retry: it
// comes again after failures, and after a success only where its content did
// not please.
func (r *Retry) judge(ends []play.End) bool {
	stops := false
	var again, ended play.Outcomes // successes after which it goes on, and ends
	for _, e := range ends {
		switch {
		case e.Kind == play.Repeats && e.Elsewhere:
			// the path goes on
		case e.Kind == play.Repeats:
			// A path that failures share with every success repeats whatever the
			// outcome is: the next page, the next item.
			if !e.Out.Has(play.Status(200)) || !e.Out.Has(play.Status(201)) {
				r.On |= e.Out &^ play.Success
			}
			if e.Flags&(play.Failed|play.DataCheck) == 0 && !e.Unknown {
				again |= e.Out & play.Success
			}
			// What tells 200 from 201 wants one of them.
			if e.Out.Has(play.Status(200)) && e.Out.Has(play.Status(201)) {
				if e.Flags&(play.Failed|play.DataCheck) == 0 && !e.Unknown {
					r.Always = true
				}
				r.Looks = true
			}
		case e.Out.Has(play.Success):
			stops = true
			ended |= e.Out & play.Success
		}
	}
	if r.Form == InLoop && again != 0 && ended&^again == 0 {
		r.Always = true // something else than the success ends it: a context, the last item
	}
	r.Ends = ends
	return (stops || r.Always) && r.On.Has(play.NetError|play.ErrorStatus)
}

// loopsAround returns the loops of a function around a call, innermost first.
func (m *Model) loopsAround(call ssa.CallInstruction) []*httpfacts.Loop {
	fn := call.Parent()
	m.retryMemo.mu.Lock()
	defer m.retryMemo.mu.Unlock()
	if m.retryMemo.loops == nil {
		m.retryMemo.loops = map[*ssa.Function][]*httpfacts.Loop{}
	}
	all, ok := m.retryMemo.loops[fn]
	if !ok {
		all = naturalLoops(fn)
		m.retryMemo.loops[fn] = all
	}
	var list []*httpfacts.Loop
	for _, l := range all {
		if l.Blocks[call.Block()] {
			list = append(list, l)
		}
	}
	return list
}

// naturalLoops returns the loops of a function, the smallest first.
func naturalLoops(fn *ssa.Function) []*httpfacts.Loop {
	var list []*httpfacts.Loop
	for _, head := range fn.Blocks {
		l := &httpfacts.Loop{Fn: fn, Head: head, Blocks: map[*ssa.BasicBlock]bool{head: true}}
		var work []*ssa.BasicBlock
		for _, p := range head.Preds {
			if head.Dominates(p) {
				work = append(work, p)
			}
		}
		if len(work) == 0 {
			continue
		}
		for len(work) > 0 {
			b := work[len(work)-1]
			work = work[:len(work)-1]
			if l.Blocks[b] {
				continue
			}
			l.Blocks[b] = true
			work = append(work, b.Preds...)
		}
		list = append(list, l)
	}
	slices.SortStableFunc(list, func(a, b *httpfacts.Loop) int { return len(a.Blocks) - len(b.Blocks) })
	return list
}

// twice looks for another call that sends the same request after the first one
// failed: a second try after a renewed token.
func (f *retryFinder) twice() {
	res := f.send.Play()
	if res.Overflow {
		return
	}
	on := map[ssa.CallInstruction]play.Outcomes{}
	var order []ssa.CallInstruction
	for _, e := range res.Ends {
		if e.Kind != play.Repeats || !e.Elsewhere || e.Again == f.send.Call {
			continue
		}
		if _, known := on[e.Again]; !known {
			order = append(order, e.Again)
		}
		on[e.Again] |= e.Out
	}
	for _, again := range order {
		out := on[again]
		if again.Parent() != f.send.Fn || out.Has(play.Success) || !out.Has(play.NetError|play.ErrorStatus) {
			continue
		}
		f.add(again, &Retry{Form: Twice, In: f.send.Fn, Path: []ssa.CallInstruction{f.send.Call}, Again: again, On: out, Ends: res.Ends, kinds: res.Kinds})
	}
}

// recursion looks for calls of fn below itself.
func (f *retryFinder) recursion(fn *ssa.Function, path []ssa.CallInstruction) bool {
	var self []ssa.CallInstruction
	for _, c := range f.m.flow().calls[genericOrigin(fn)] {
		if c.Parent() == fn {
			self = append(self, c)
		}
	}
	if len(self) == 0 {
		return false
	}
	res := f.m.facts.PlayFrom(f.send.Send, path[0], fn)
	if res.Overflow || !res.Reached {
		return false
	}
	for _, again := range self {
		r := &Retry{Form: Recursive, In: fn, Path: path, Again: again, kinds: res.Kinds}
		var ends []play.End
		for _, e := range res.Ends {
			if e.Kind != play.Repeats || e.Again == again {
				ends = append(ends, e)
			}
		}
		if r.judge(ends) {
			f.add(again, r)
			return true
		}
	}
	return false
}

// failsOver reports whether a loop makes each attempt at another place: the
// call gets an element of what the loop ranges over.
func (m *Model) failsOver(l *httpfacts.Loop, call ssa.CallInstruction) bool {
	seen := map[ssa.Value]bool{}
	var made func(v ssa.Value) bool
	made = func(v ssa.Value) bool {
		instr, ok := v.(ssa.Instruction)
		if !ok || seen[v] || instr.Block() == nil || !l.Blocks[instr.Block()] {
			return false
		}
		seen[v] = true
		switch x := v.(type) {
		case *ssa.Next:
			return true
		case *ssa.IndexAddr:
			if rest, ok := x.Index.(*ssa.BinOp); ok && rest.Op == token.REM {
				return false // round and round
			}
			if _, constant := x.Index.(*ssa.Const); !constant && !isArrayOfArgs(x) {
				return true
			}
		case *ssa.Index:
			return true
		case *ssa.Alloc: // a small array, a request's options
			for _, ref := range *x.Referrers() {
				switch ref := ref.(type) {
				case *ssa.Store:
					if made(ref.Val) {
						return true
					}
				case *ssa.IndexAddr:
					for _, r := range *ref.Referrers() {
						if st, ok := r.(*ssa.Store); ok && made(st.Val) {
							return true
						}
					}
				case *ssa.FieldAddr:
					for _, r := range *ref.Referrers() {
						if st, ok := r.(*ssa.Store); ok && made(st.Val) {
							return true
						}
					}
				}
			}
		}
		for _, op := range instr.Operands(nil) {
			if *op != nil && made(*op) {
				return true
			}
		}
		return false
	}
	common := call.Common()
	return slices.ContainsFunc(common.Args, made)
}

// aimsElsewhere reports whether a call is given where to send: a text with a path
// behind it, or for a parameter that is called after an address.
func aimsElsewhere(call ssa.CallInstruction) bool {
	callee := staticCallee(call.Common())
	for i, a := range call.Common().Args {
		if !isText(a.Type()) {
			continue
		}
		if add, ok := a.(*ssa.BinOp); ok {
			if path, ok := constString(add.Y); ok && strings.HasPrefix(path, "/") {
				return true
			}
		}
		if callee != nil && i < len(callee.Params) && nameHas(callee.Params[i].Name(), "url", "host", "base", "addr", "address", "endpoint", "node", "server", "gateway", "mirror", "peer", "replica", "origin") {
			return true
		}
	}
	return false
}

// Failovers returns the attempts at one host after the other until one succeeds.
func (m *Model) Failovers() []*Retry {
	m.Repetitions()
	return m.retryMemo.over
}

// isArrayOfArgs reports whether an address is an element of the array behind
// a variadic call's arguments.
func isArrayOfArgs(x *ssa.IndexAddr) bool {
	a, ok := x.X.(*ssa.Alloc)
	return ok && !a.Heap
}

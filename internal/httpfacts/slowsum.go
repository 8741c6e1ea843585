package httpfacts

import (
	"go/token"
	"go/types"
	"slices"
	"time"

	"golang.org/x/tools/go/ssa"
)

// A Summary is what a call of one function costs and what becomes of the
// contexts in it.
type Summary struct {
	Waits []WaitSite
	// Kept are contexts that a goroutine works on after the return.
	Kept []CtxSite
	// Used are contexts whose end cuts work short.
	Used []CtxSite
	// Written are contexts that a database write runs on.
	Written []CtxSite
	// Late are contexts that a database write runs on after a streamed answer.
	Late    []CtxSite
	results []Ctx
	// waitsHere says that the function waits for something before it returns:
	// a goroutine may be joined by calling it.
	waitsHere bool
}

// A CtxSite is a place where a context is used.
type CtxSite struct {
	Ctx  Ctx
	Pos  token.Pos // the go statement, send or call
	Call token.Pos // the call in this function that leads there; none for Done and Err
	What string    // what the context is given to
}

// A WaitSite is something in a function that may take arbitrarily long.
type WaitSite struct {
	Wait
	Ctx  Ctx                 // bounds it, when HasCtx
	Has  bool                // whether a context bounds it at all
	Pos  token.Pos           // where it waits, in this package
	Call token.Pos           // the call in this function that leads there
	top  ssa.CallInstruction // the same, in the function and not in a closure of it
	// Field holds the client, and only other packages put one there.
	Field *types.Var
}

const (
	maxDepth = 6
	maxSites = 40
	maxSteps = 100_000 // instructions looked at for one function
)

// Sum returns the summary of a function of the package. While it is being
// made (recursion) the answer is empty.
func (w *Work) Sum(fn *ssa.Function) *Summary {
	fn = origin(fn)
	if s, ok := w.sums[fn]; ok {
		return s
	}
	s := &Summary{}
	w.sums[fn] = s
	if len(fn.Blocks) == 0 || len(fn.Blocks) > 2000 {
		return s
	}
	done := &Summary{}
	steps := w.steps
	w.steps = 0
	w.walk(w.root(fn), done)
	done.Waits = slices.DeleteFunc(done.Waits, func(site WaitSite) bool { return optional(fn, site.top) })
	// What was cut short may wait for what it started.
	done.waitsHere = done.waitsHere || w.steps > maxSteps
	w.steps = steps
	*s = *done
	return s
}

// local returns the code of a function of the package, or nil.
func (w *Work) local(fn *ssa.Function) *ssa.Function {
	fn = origin(fn)
	if fn == nil || len(fn.Blocks) == 0 {
		return nil
	}
	return fn
}

// costOf returns what is known of a function: its fact, or for a function of
// this package its summary.
func (w *Work) costOf(obj *types.Func, fn *ssa.Function) *Cost {
	if c := w.facts[obj]; c != nil {
		return c
	}
	if fn = w.local(fn); fn != nil {
		return w.Sum(fn).cost()
	}
	return nil
}

// cost is the part of a summary that callers elsewhere can use.
func (s *Summary) cost() *Cost {
	c := &Cost{Version: costVersion}
	for _, wait := range s.Waits {
		if wait.Kind == "channel" || len(c.Waits) == maxWaits {
			continue // whether a send blocks is decided here
		}
		if wait.Limit < 0 || wait.Field != nil {
			continue
		}
		out := wait.Wait
		out.Ctx = -1
		if wait.Has {
			if wait.Ctx.Kind != CtxParam {
				continue // a context that the caller cannot see
			}
			switch limit := wait.Ctx.Limit; {
			case limit < 0:
				continue // the function may bound it itself
			case limit > 0 && (out.Limit == 0 || limit < out.Limit):
				out.Limit = limit
			}
			out.Ctx = wait.Ctx.Param
		}
		c.Waits = append(c.Waits, out)
	}
	c.Uses, c.Keeps, c.Writes = bits(s.Used), bits(s.Kept), bits(s.Written)
	c.Derives = derives(s.results)
	c.Plain = !slices.ContainsFunc(s.results, func(r Ctx) bool { return r.Limit != 0 || r.Cancel.IsValid() })
	return c
}

func bits(sites []CtxSite) uint64 {
	var b uint64
	for _, s := range sites {
		if s.Ctx.Kind == CtxParam && !s.Ctx.Cancel.IsValid() && s.Ctx.Param < 64 {
			b |= 1 << s.Ctx.Param
		}
	}
	return b
}

// derives is Cost.Derives of a function with these results. A result that is
// sometimes a parameter's and sometimes not is unknown.
func derives(results []Ctx) int {
	for i, c := range results {
		if i > 0 && (c.Kind != results[0].Kind || c.Param != results[0].Param) {
			return 0
		}
	}
	if len(results) == 0 {
		return 0
	}
	switch c := results[0]; c.Kind {
	case CtxOwn:
		return -1
	case CtxParam:
		return 1 + c.Param
	}
	return 0
}

// walk adds what the code of a frame does. Closures are entered where they
// are called.
func (w *Work) walk(fr *frame, s *Summary) {
	if fr.depth() > maxDepth || w.steps > maxSteps {
		return
	}
	streamed := w.streams(fr)
	for _, b := range fr.fn.Blocks {
		w.steps += len(b.Instrs)
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Go:
				w.spawned(instr, fr, s)
			case ssa.CallInstruction:
				w.called(instr, fr, s, streamed[b])
			case *ssa.Send:
				w.sent(instr, fr, s)
			case *ssa.UnOp:
				if instr.Op == token.ARROW {
					s.waitsHere = true
					w.done(instr.X, fr, instr.Pos(), s)
				}
			case *ssa.Select:
				s.waitsHere = s.waitsHere || instr.Blocking
				for _, st := range instr.States {
					w.done(st.Chan, fr, st.Pos, s)
				}
			case *ssa.Return:
				if fr.up != nil {
					continue // of a closure
				}
				for _, r := range instr.Results {
					if isContext(r.Type()) {
						s.results = append(s.results, w.context(r, fr))
						break
					}
					if isRequest(r.Type()) && !isNil(r) {
						s.results = append(s.results, w.request(r, fr))
						break
					}
				}
			}
		}
	}
}

// done records that the function heeds a context's end: callers' work on that
// context is cut short.
func (w *Work) done(ch ssa.Value, fr *frame, pos token.Pos, s *Summary) {
	call, ok := ch.(*ssa.Call)
	if !ok || !call.Call.IsInvoke() || call.Call.Method.Name() != "Done" || !isContext(call.Call.Value.Type()) {
		return
	}
	s.addUsed(CtxSite{Ctx: w.context(call.Call.Value, fr), Pos: pos, What: "ctx.Done"})
}

func (s *Summary) addUsed(c CtxSite) {
	if (c.Ctx.Kind == CtxParam || c.Ctx.Ends()) && len(s.Used) < maxSites {
		s.Used = append(s.Used, c)
	}
}

// called adds what a call (or deferred call) does. late says that it follows
// a streamed answer.
func (w *Work) called(call ssa.CallInstruction, fr *frame, s *Summary, late bool) {
	common := call.Common()
	callee := calleeOf(common)
	if fn := w.spawnArg(call); fn != nil {
		if inner := w.resolve(fn, fr, nil, 0); inner != nil {
			w.kept(inner, call, fr, s)
		}
		return
	}
	if joins(callee) {
		s.waitsHere = true
	}
	before := len(s.Waits)
	defer func() {
		for i := before; i < len(s.Waits); i++ {
			s.Waits[i].top = call
		}
	}()
	if inner := w.closure(common.Value, fr, call); inner != nil && !common.IsInvoke() {
		w.walk(inner, s)
		return
	}
	static := common.StaticCallee()
	var below *Summary
	if local := w.local(static); local != nil {
		below = w.Sum(local)
		s.waitsHere = s.waitsHere || below.waitsHere
	}
	w.waits(call, common, callee, below, fr, s)
	for _, target := range w.targets(common) {
		fn := target.StaticCallee()
		var summary *Summary
		if local := w.local(fn); local != nil {
			summary = w.Sum(local)
		}
		w.waits(call, target, calleeOf(target), summary, fr, s)
	}
	// Arguments that carry a context.
	for i, arg := range common.Args {
		c, ok := w.carried(arg, fr)
		if !ok {
			continue
		}
		use := CtxSite{Ctx: c, Pos: call.Pos(), Call: call.Pos(), What: calleeName(common)}
		if w.usesArg(common, callee, i) {
			s.addUsed(use)
		}
		if w.writesArg(common, callee, i) {
			s.Written = append(s.Written, use)
			if late && c.Kind == CtxRequest {
				s.Late = append(s.Late, use)
			}
		}
		if w.keepsArg(common, callee, i) && !w.joined(fr, call) {
			w.addKept(s, below, use, i)
		}
	}
	if isErrOf(common) {
		s.addUsed(CtxSite{Ctx: w.context(common.Value, fr), Pos: call.Pos(), What: "ctx.Err"})
	}
	// Closures given to others may run at once: their use of a context counts,
	// what they wait for does not.
	for _, arg := range common.Args {
		if inner := w.closure(arg, fr, nil); inner != nil && inner.fn.Parent() != nil && inner.depth() <= maxDepth {
			var passed Summary
			w.walk(&frame{fn: inner.fn, made: inner.made, lex: inner.lex, up: fr}, &passed)
			for _, u := range passed.Used {
				s.addUsed(u)
			}
			s.waitsHere = s.waitsHere || passed.waitsHere
		}
	}
}

// addKept adds that a callee keeps a context; the place is where the callee
// does so when it is in this package.
func (w *Work) addKept(s, below *Summary, use CtxSite, param int) {
	found := false
	if below != nil {
		for _, k := range below.Kept {
			if k.Ctx.Kind == CtxParam && k.Ctx.Param == param && !k.Ctx.Cancel.IsValid() && len(s.Kept) < maxSites {
				s.Kept = append(s.Kept, CtxSite{Ctx: use.Ctx, Pos: k.Pos, Call: use.Call, What: k.What})
				found = true
			}
		}
	}
	if !found && len(s.Kept) < maxSites {
		s.Kept = append(s.Kept, use)
	}
}

// carried returns what is known of the context that an argument is or holds.
func (w *Work) carried(arg ssa.Value, fr *frame) (Ctx, bool) {
	switch {
	case isContext(arg.Type()):
		c := w.context(arg, fr)
		return c, c.Kind != CtxUnknown || c.Ends()
	case isRequest(arg.Type()):
		c := w.request(arg, fr)
		return c, c.Kind != CtxUnknown
	}
	return Ctx{}, false
}

// calleeName names a call for people.
func calleeName(common *ssa.CallCommon) string {
	if fn := calleeOf(common); fn != nil {
		if recv := fn.Signature().Recv(); recv != nil {
			t := recv.Type()
			if p, ok := types.Unalias(t).(*types.Pointer); ok {
				t = p.Elem()
			}
			if n, ok := types.Unalias(t).(*types.Named); ok {
				return n.Obj().Name() + "." + fn.Name()
			}
			return fn.Name()
		}
		if fn.Pkg() != nil {
			return fn.Pkg().Name() + "." + fn.Name()
		}
		return fn.Name()
	}
	if v := loadedVar(common.Value); v != nil {
		return v.Name()
	}
	return "a function value"
}

func (s *Summary) addWait(site WaitSite) {
	if len(s.Waits) < maxSites {
		s.Waits = append(s.Waits, site)
	}
}

// Bound returns how long a site may wait when it is reached as it is here: 0
// means for ever, below 0 is unknown.
func (w *Work) Bound(site WaitSite) time.Duration {
	bound := site.Limit
	if bound < 0 || site.Client > 0 || site.Field != nil {
		return -1
	}
	if !site.Has {
		return bound
	}
	limit := site.Ctx.Limit
	switch site.Ctx.Kind {
	case CtxRequest:
		if w.Wrapped {
			return -1
		}
	case CtxOwn:
	default:
		return -1
	}
	switch {
	case limit < 0:
		return -1
	case limit == 0:
		return bound
	case bound == 0 || limit < bound:
		return limit
	}
	return bound
}

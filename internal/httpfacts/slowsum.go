package httpfacts

import (
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
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

// optional reports whether the function makes the same call in another
// goroutine when a flag says so: whoever sets the flag wants to wait.
func optional(fn *ssa.Function, call ssa.CallInstruction) bool {
	if call == nil || call.Parent() != fn {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			g, ok := instr.(*ssa.Go)
			if ok && sameFunction(g.Call.Value, call.Common().Value) && byFlag(b, call.Block()) {
				return true
			}
		}
	}
	return false
}

// sameFunction reports whether two called values are the same code, or one is
// a closure that calls the other.
func sameFunction(started, called ssa.Value) bool {
	code := func(v ssa.Value) ssa.Value {
		switch v := v.(type) {
		case *ssa.MakeClosure:
			return v.Fn
		case *ssa.UnOp:
			return v.X
		}
		return v
	}
	a, b := code(started), code(called)
	if a == b {
		return true
	}
	fn, ok := a.(*ssa.Function)
	if !ok || fn.Parent() == nil {
		return false
	}
	made, _ := started.(*ssa.MakeClosure)
	for _, block := range fn.Blocks {
		for _, instr := range block.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			inner := code(call.Common().Value)
			if inner == b {
				return true
			}
			free, ok := inner.(*ssa.FreeVar)
			if !ok || made == nil {
				continue
			}
			for i, f := range fn.FreeVars {
				if f == free && i < len(made.Bindings) && code(made.Bindings[i]) == b {
					return true
				}
			}
		}
	}
	return false
}

// byFlag reports whether a plain boolean decides which of two blocks runs.
func byFlag(a, b *ssa.BasicBlock) bool {
	dom := a
	for dom != nil && !dom.Dominates(b) {
		dom = dom.Idom()
	}
	if dom == nil || len(dom.Instrs) == 0 {
		return false
	}
	branch, ok := dom.Instrs[len(dom.Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	_, compared := branch.Cond.(*ssa.BinOp)
	return !compared
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

// usesArg reports whether the end of the context in argument i cuts the
// callee's work short. A function that takes a context and returns an error
// is taken to heed it; one that does not is not.
func (w *Work) usesArg(common *ssa.CallCommon, callee *types.Func, i int) bool {
	arg := common.Args[i]
	if callee != nil {
		key := library.Key(callee)
		if w.know.values[key] || w.know.own[key] {
			return false
		}
		if _, ok := w.know.Derives[key]; ok {
			return false
		}
		if f := library.FuncOf(callee); f != nil {
			return !f.Log && (f.NewRequest != nil || f.Send != nil || f.Slow != "")
		}
		if cost := w.costOf(callee, common.StaticCallee()); cost != nil && i < 64 {
			return cost.Uses&(1<<i) != 0
		}
	}
	if isRequest(arg.Type()) {
		return false // who is given the request need not ask for its context
	}
	return !logs(callee) && (fails(common.Signature()) || setsContext(callee))
}

// fails reports whether a function tells its caller of an error: by its last
// result, or by a result that has an Err method.
func fails(sig *types.Signature) bool {
	n := sig.Results().Len()
	if n == 0 {
		return false
	}
	last := sig.Results().At(n - 1).Type()
	if isError(last) {
		return true
	}
	obj, _, _ := types.LookupFieldOrMethod(last, true, nil, "Err")
	fn, ok := obj.(*types.Func)
	return ok && fn.Signature().Params().Len() == 0 && fn.Signature().Results().Len() == 1 && isError(fn.Signature().Results().At(0).Type())
}

// setsContext reports whether a method returns its receiver with another
// context, as builders of requests and queries do.
func setsContext(fn *types.Func) bool {
	if fn == nil || fn.Name() != "WithContext" && fn.Name() != "SetContext" {
		return false
	}
	recv, results := fn.Signature().Recv(), fn.Signature().Results()
	return recv != nil && results.Len() == 1 && types.Identical(recv.Type(), results.At(0).Type())
}

// logs reports whether a function's name, or that of its type or package, says
// that it writes logs or traces: such functions read values from their context.
func logs(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	names := []string{fn.Name()}
	if fn.Pkg() != nil {
		names = append(names, fn.Pkg().Name())
	}
	if recv := fn.Signature().Recv(); recv != nil {
		key := typeKey(recv.Type())
		names = append(names, key[strings.LastIndexByte(key, '.')+1:])
	}
	for _, name := range names {
		if logWord.MatchString(name) {
			return true
		}
	}
	return false
}

// logWord finds log, logger, Logf, slog, logrus, tracer, span and the like as
// words of a name, but not login, catalog or dialog.
var logWord = regexp.MustCompile(`^(z|s|k|g)?log(s|f|ger|gers|ging|rus|r)?($|[A-Z_0-9])|Log(s|f|ger|gers|ging)?($|[A-Z_0-9])|^[Tt]rac(e|er|ing)|Trac(e|er|ing)|^span|Span`)

// writesArg reports whether the callee changes a database on the context in
// argument i.
func (w *Work) writesArg(common *ssa.CallCommon, callee *types.Func, i int) bool {
	if !isContext(common.Args[i].Type()) {
		return false
	}
	if callee != nil {
		if cost := w.costOf(callee, common.StaticCallee()); cost != nil && i < 64 {
			return cost.Writes&(1<<i) != 0
		}
	}
	for _, arg := range common.Args {
		c, ok := arg.(*ssa.Const)
		if !ok || c.Value == nil || c.Value.Kind() != constant.String {
			continue
		}
		words := strings.Fields(constant.StringVal(c.Value))
		if len(words) < 2 {
			continue
		}
		switch strings.ToUpper(words[0]) {
		case "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE":
			return true
		}
	}
	return false
}

func (w *Work) keepsArg(common *ssa.CallCommon, callee *types.Func, i int) bool {
	if callee == nil || i >= 64 {
		return false
	}
	cost := w.costOf(callee, common.StaticCallee())
	return cost != nil && cost.Keeps&(1<<i) != 0
}

// spawned adds the contexts that a go statement's function works on.
func (w *Work) spawned(g *ssa.Go, fr *frame, s *Summary) {
	if inner := w.resolve(g.Call.Value, fr, g, 0); inner != nil && !g.Call.IsInvoke() {
		w.kept(inner, g, fr, s)
		return
	}
	// The function's code is elsewhere.
	if w.joined(fr, g) {
		return
	}
	for i, arg := range g.Call.Args {
		c, ok := w.carried(arg, fr)
		if ok && w.usesArg(&g.Call, calleeOf(&g.Call), i) && w.outlives(c, fr) {
			s.Kept = append(s.Kept, CtxSite{Ctx: c, Pos: g.Pos(), Call: g.Pos(), What: calleeName(&g.Call)})
		}
	}
}

// kept adds the contexts that a function works on that runs in another
// goroutine, unless the function that starts it waits for it.
func (w *Work) kept(inner *frame, at ssa.CallInstruction, fr *frame, s *Summary) {
	if hasEndless(inner.fn) || w.joined(fr, at) || w.pipes(fr.fn) {
		return
	}
	var body Summary
	w.walk(inner, &body)
	for _, u := range body.Used {
		if u.Call == token.NoPos && w.outlives(u.Ctx, fr) {
			return // it looks at the context's end by itself: that is meant
		}
	}
	for _, u := range body.Used {
		if w.outlives(u.Ctx, fr) && len(s.Kept) < maxSites {
			s.Kept = append(s.Kept, CtxSite{Ctx: u.Ctx, Pos: at.Pos(), Call: at.Pos(), What: u.What})
		}
	}
}

// outlives reports whether a goroutine started in fr may still run when the
// context ends: a deferred cancel must be that of fr or of a caller.
func (w *Work) outlives(c Ctx, fr *frame) bool {
	if c.Cancel.IsValid() && (c.end == nil || !c.end.within(fr)) {
		return false
	}
	return c.Kind == CtxRequest || c.Kind == CtxParam || c.Cancel.IsValid()
}

// spawnArg returns the function argument that a call runs in a goroutine.
func (w *Work) spawnArg(call ssa.CallInstruction) ssa.Value {
	callee := calleeOf(call.Common())
	if callee == nil {
		return nil
	}
	if i, ok := w.know.Spawns[library.Key(callee)]; ok {
		return argOf(call.Common(), i)
	}
	if f := library.FuncOf(callee); f != nil && f.Spawns != nil {
		return argOf(call.Common(), int(*f.Spawns))
	}
	return nil
}

// sent adds what a channel send does: a closure that is sent runs elsewhere,
// and a send on an unbuffered channel waits for the receiver.
func (w *Work) sent(send *ssa.Send, fr *frame, s *Summary) {
	field := loadedVar(send.Chan)
	if field == nil {
		return // a local channel: who receives is nearby
	}
	if inner := w.resolve(send.X, fr, nil, 0); inner != nil && !w.joinedAt(fr, send) {
		var body Summary
		w.walk(inner, &body)
		for _, u := range body.Used {
			if w.outlives(u.Ctx, fr) && len(s.Kept) < maxSites {
				s.Kept = append(s.Kept, CtxSite{Ctx: u.Ctx, Pos: send.Pos(), Call: send.Pos(), What: u.What})
			}
		}
	}
	if w.unbuffered(field) && w.slowReceiver(field) {
		s.addWait(WaitSite{Wait: Wait{Kind: "channel", What: field.Name(), Ctx: -1}, Pos: send.Pos(), Call: send.Pos()})
	}
}

// unbuffered reports whether every channel that the package puts in the
// variable has no buffer. Exported variables may be set by others.
func (w *Work) unbuffered(v *types.Var) bool {
	if v.Exported() {
		return false
	}
	vals := w.fields[v]
	for g, list := range w.globals {
		if g.Object() == v {
			vals = append(vals, list...)
		}
	}
	for _, val := range vals {
		made, ok := val.(*ssa.MakeChan)
		if !ok {
			return false
		}
		size, ok := made.Size.(*ssa.Const)
		if !ok || size.Value == nil || constant.Sign(size.Value) != 0 {
			return false
		}
	}
	return len(vals) > 0
}

// slowReceiver reports whether every function that receives from the variable
// waits for something slow itself.
func (w *Work) slowReceiver(v *types.Var) bool {
	for _, fn := range w.receives[v] {
		if len(w.Sum(fn).Waits) == 0 {
			return false
		}
	}
	return len(w.receives[v]) > 0
}

// closure returns the frame of a function literal that is called, or nil; a
// declared function has a summary of its own.
func (w *Work) closure(v ssa.Value, fr *frame, call ssa.CallInstruction) *frame {
	inner := w.resolve(v, fr, call, 0)
	if inner == nil || (inner.made == nil && inner.fn.Parent() == nil) {
		return nil
	}
	for up := fr; up != nil; up = up.up {
		if up.fn == inner.fn {
			return nil // recursion
		}
	}
	return inner
}

// resolve finds the code of a function value.
func (w *Work) resolve(v ssa.Value, fr *frame, call ssa.CallInstruction, depth int) *frame {
	if v == nil || fr == nil || depth > 10 {
		return nil
	}
	switch v := v.(type) {
	case *ssa.Function:
		if fn := w.local(v); fn != nil {
			return &frame{fn: fn, up: fr, call: call}
		}
	case *ssa.MakeClosure:
		fn, ok := v.Fn.(*ssa.Function)
		if ok && w.local(fn) != nil {
			return &frame{fn: origin(fn), up: fr, call: call, made: v, lex: fr}
		}
	case *ssa.ChangeType:
		return w.resolve(v.X, fr, call, depth+1)
	case *ssa.Parameter:
		if arg, up := fr.argument(v); arg != nil {
			if inner := w.resolve(arg, up, nil, depth+1); inner != nil {
				inner.up, inner.call = fr, call
				return inner
			}
		}
	case *ssa.FreeVar:
		b, lex := fr.binding(v)
		if inner := w.resolve(b, lex, nil, depth+1); inner != nil {
			inner.up, inner.call = fr, call
			return inner
		}
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return nil
		}
		addr, at := v.X, fr
		for {
			free, ok := addr.(*ssa.FreeVar)
			if !ok {
				break
			}
			if addr, at = at.binding(free); addr == nil || at == nil {
				return nil
			}
		}
		alloc, ok := addr.(*ssa.Alloc)
		if !ok {
			return nil
		}
		var vals []ssa.Value
		var frames []*frame
		if !eachStore(alloc, at, func(v ssa.Value, f *frame) { vals, frames = append(vals, v), append(frames, f) }) || len(vals) != 1 {
			return nil
		}
		if inner := w.resolve(vals[0], frames[0], nil, depth+1); inner != nil {
			inner.up, inner.call = fr, call
			return inner
		}
	}
	return nil
}

// streams returns the blocks of a function that follow a loop which flushes
// the answer: the client may have left by then.
func (w *Work) streams(fr *frame) map[*ssa.BasicBlock]bool {
	if !HasWriter(fr.fn.Signature) && !hasInbound(fr.fn.Signature) {
		return nil
	}
	var after map[*ssa.BasicBlock]bool
	for _, b := range fr.fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || !isFlush(&call.Call) {
				continue
			}
			reach := reachable(b)
			if !reach[b] {
				continue // not in a loop
			}
			for next := range reach {
				if !reachable(next)[b] {
					if after == nil {
						after = map[*ssa.BasicBlock]bool{}
					}
					after[next] = true
				}
			}
		}
	}
	return after
}

// isFlush reports whether a call sends what was written so far to the client.
func isFlush(common *ssa.CallCommon) bool {
	callee := calleeOf(common)
	if callee == nil || callee.Name() != "Flush" || callee.Signature().Recv() == nil {
		return false
	}
	key := typeKey(callee.Signature().Recv().Type())
	return key == "net/http.Flusher" || key == "net/http.ResponseController"
}

func reachable(b *ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	seen := map[*ssa.BasicBlock]bool{}
	work := append([]*ssa.BasicBlock{}, b.Succs...)
	for len(work) > 0 {
		next := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[next] {
			continue
		}
		seen[next] = true
		work = append(work, next.Succs...)
	}
	return seen
}

func isErrOf(common *ssa.CallCommon) bool {
	return common.IsInvoke() && common.Method.Name() == "Err" && isContext(common.Value.Type())
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
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

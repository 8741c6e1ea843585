package play

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// A callInfo is a call with its operands evaluated.
type callInfo struct {
	instr  ssa.CallInstruction
	callee *types.Func // nil for function values
	fn     *ssa.Function
	recv   Value
	args   []Value // without the receiver
	argVs  []ssa.Value
	recvV  ssa.Value
	bind   []Value
	then   next
}

// arg returns the argument at a position of the library data.
func (c *callInfo) arg(a *library.Arg) Value {
	if a == nil {
		return unknown
	}
	if *a == library.Recv {
		return c.recv
	}
	if int(*a) < len(c.args) {
		return c.args[*a]
	}
	return unknown
}

func (c *callInfo) argV(a *library.Arg) ssa.Value {
	if a == nil {
		return nil
	}
	if *a == library.Recv {
		return c.recvV
	}
	if int(*a) < len(c.argVs) {
		return c.argVs[*a]
	}
	return nil
}

// calleeValue is the function or, for an interface's method, the receiver.
func (r *run) calleeValue(s *state, c *ssa.CallCommon) Value { return r.eval(s, c.Value) }

// call executes a call, a deferred one at its function's end included.
func (r *run) call(s *state, f *frame, instr ssa.CallInstruction, fnVal Value, args []Value, then next) *state {
	if instr == r.site.Call {
		if s.sent {
			r.again(s, instr)
			return nil
		}
		return r.send(s, f, instr, then)
	}
	if s.sent && instr == r.site.Via {
		r.again(s, instr)
		return nil
	}
	if s.sent && r.request != (Loc{}) && r.known.RequestOf(instr) == r.request {
		// The same request from another place: what was deferred for the first
		// answer still runs, so the path goes on.
		r.end(s.clone(), End{Kind: Repeats, Pos: instr.Pos(), Again: instr, Elsewhere: true})
	}
	unread := s.sent && s.flags&Closed != 0 && s.flags&(Read|Drained|Discarded|Replaced) == 0
	if (unread || len(s.targets) > 0) && len(r.known.SendRows(instr)) > 0 {
		s.targets = nil // they were this request's
		if unread {
			s.flags |= Undrained
		}
	}
	common := instr.Common()
	c := &callInfo{instr: instr, then: then, args: args, argVs: common.Args}
	switch {
	case common.IsInvoke():
		c.callee, c.recv, c.recvV = common.Method, fnVal, common.Value
	default:
		if b, ok := common.Value.(*ssa.Builtin); ok {
			return r.finish(s, f, c, r.builtin(s, b.Name(), args))
		}
		c.fn = common.StaticCallee()
		if c.fn == nil && fnVal.K == Func {
			c.fn = fnVal.Fn
		}
		if fnVal.K == Func && fnVal.Fn == c.fn {
			c.bind = fnVal.Bind
		}
		if c.fn != nil {
			if obj, ok := c.fn.Object().(*types.Func); ok {
				c.callee = obj
			}
			if c.fn.Signature.Recv() != nil && len(args) > 0 {
				c.recv, c.recvV = args[0], common.Args[0]
				c.args, c.argVs = args[1:], common.Args[1:]
			}
		}
	}
	if done, next := r.libraryCall(s, f, c); done {
		return next
	}
	if done, next := r.enterCall(s, f, c, args); done {
		return next
	}
	return r.unknownCall(s, f, c)
}

// again ends a path that comes to the call once more: in the loop of the site,
// or after it was left.
func (r *run) again(s *state, call ssa.CallInstruction) {
	if s.left {
		r.end(s, End{Kind: Leaves, Pos: call.Pos()})
		return
	}
	r.end(s, End{Kind: Repeats, Pos: call.Pos(), Again: call})
}

// finish sets a call's value and goes on after it.
func (r *run) finish(s *state, f *frame, c *callInfo, v Value) *state {
	if c.then == toNowhere {
		return s // the function's end goes on with the next deferred call
	}
	if call := c.instr.Value(); call != nil {
		r.set(f, call, v)
	}
	f.pc++
	return s
}

// send makes a path for each row of the played call.
func (r *run) send(s *state, f *frame, instr ssa.CallInstruction, then next) *state {
	r.result.Reached = true
	c := &callInfo{instr: instr, then: then}
	for _, row := range r.site.Rows {
		t := s.clone()
		t.sent, t.out = true, row.Out
		if row.Out.Has(AnyStatus) {
			t.hit()
		}
		t.targets = nil
		r.applyRow(t, c, row)
	}
	return nil
}

// applyRow goes on after a call that ended as the row says.
func (r *run) applyRow(t *state, c *callInfo, row Row) {
	t.flags |= row.Flags
	t.unknown = t.unknown || row.Unknown
	if row.NoRet {
		r.end(t, End{Kind: Exits, Pos: c.instr.Pos()})
		return
	}
	vals := make([]Value, len(row.Res))
	for i, res := range row.Res {
		vals[i] = res.value()
		if vals[i].carriesBody() && row.Flags&(Closed|Handed|Replaced) == 0 {
			// By convention nobody looks at what comes with an error.
			if row.succeeds() {
				t.opened = true
			} else {
				t.openedErr = true
			}
		}
		if vals[i].K == Resp || vals[i].K == Body {
			t.given = true
			t.failed = !row.succeeds()
		}
	}
	r.push(r.finish(t, t.top(), c, results(c.instr, vals)))
}

// results packs results as the value of a call.
func results(instr ssa.CallInstruction, vals []Value) Value {
	n := instr.Common().Signature().Results().Len()
	for len(vals) < n {
		vals = append(vals, unknown)
	}
	if n == 1 {
		return vals[0]
	}
	return Value{K: Tuple, Bind: vals[:n]}
}

func (r *run) builtin(s *state, name string, args []Value) Value {
	var t Taint
	for _, a := range args {
		t |= s.reach(a, 0)
	}
	switch name {
	case "copy":
		if len(args) == 2 && args[0].K == Ptr {
			r.taintPlace(s, args[0], t)
		}
		return tainted(t &^ FromBody)
	case "append":
		return Value{T: t}
	case "len", "cap", "min", "max", "string":
		return tainted(t &^ FromBody)
	}
	return unknown
}

// taintPlace adds a taint to what a pointer points at.
func (r *run) taintPlace(s *state, p Value, t Taint) {
	if p.K != Ptr || s.escaped[p.Loc.Root] {
		return
	}
	if _, global := p.Loc.Root.(*ssa.Global); global {
		return
	}
	s.write(p.Loc, tainted(s.reach(p, 0)|t))
}

// enterCall goes into a function of the package where that matters.
func (r *run) enterCall(s *state, f *frame, c *callInfo, args []Value) (bool, *state) {
	fn := c.fn
	if fn != nil && fn.Origin() != nil {
		fn = fn.Origin()
	}
	if fn == nil && c.callee != nil {
		if fn = r.site.Through[c.instr]; fn != nil {
			args = append([]Value{c.recv}, args...)
		} else {
			fn = r.known.Local(c.callee)
		}
	}
	if fn == nil && c.callee == nil {
		return r.enterHeld(s, c, args)
	}
	if fn == nil || len(fn.Blocks) == 0 {
		return false, nil
	}
	holds := r.site.Call != nil && r.known.Contains(fn, r.site.Call)
	for _, g := range s.frames {
		if g.fn == fn {
			if s.sent && holds {
				// Recursion: the function that sends starts again.
				r.end(s, End{Kind: Repeats, Pos: c.instr.Pos(), Again: c.instr})
				return true, nil
			}
			return false, nil
		}
	}
	if len(s.frames) >= maxFrames {
		return false, nil
	}
	enter := holds && !s.sent
	if s.sent {
		for _, a := range args {
			if s.reach(a, 0) != 0 {
				enter = true
			}
		}
		enter = enter || asksOfNil(fn, args)
		for _, b := range c.bind {
			if s.reach(b, 0) != 0 {
				enter = true
			}
		}
		// A literal changes the variables that it captures.
		if len(c.bind) > 0 && fn.Parent() != nil {
			enter = true
		}
	}
	for _, a := range args {
		if a.K == Func && r.site.Call != nil && !s.sent && r.known.Contains(a.Fn, r.site.Call) {
			enter = true
		}
	}
	if !enter {
		return false, nil
	}
	return true, r.push1(s, c, fn, args, c.then, retryRule{})
}

// asksOfNil reports whether a function that answers yes or no is asked about an
// error that is nil.
func asksOfNil(fn *ssa.Function, args []Value) bool {
	res := fn.Signature.Results()
	if res.Len() != 1 || !types.Identical(res.At(0).Type(), types.Typ[types.Bool]) {
		return false
	}
	for i, p := range fn.Params {
		if i < len(args) && args[i].K == Nil && isError(p.Type()) {
			return true
		}
	}
	return false
}

// enterHeld goes into each function that a value from a field or variable can
// be, when it is given something of the answer.
func (r *run) enterHeld(s *state, c *callInfo, args []Value) (bool, *state) {
	given := false
	for _, a := range args {
		given = given || s.reach(a, 0) != 0
	}
	if !s.sent || !given || len(s.frames) >= maxFrames {
		return false, nil
	}
	fns := r.known.Held(c.instr.Common().Value)
	for _, fn := range fns {
		for _, g := range s.frames {
			if g.fn == fn {
				return false, nil
			}
		}
	}
	for _, fn := range fns {
		t := s.clone()
		t.unknown = t.unknown || len(fns) > 1 // which one it is decides
		r.push(r.push1(t, c, fn, args, c.then, retryRule{}))
	}
	return len(fns) > 0, nil
}

// push1 starts a function.
func (r *run) push1(s *state, c *callInfo, fn *ssa.Function, args []Value, then next, rule retryRule) *state {
	g := &frame{fn: fn, block: fn.Blocks[0], env: map[ssa.Value]Value{}, call: c.instr, then: then, retry: rule, bind: c.bind}
	for i, p := range fn.Params {
		if i < len(args) {
			r.set(g, p, args[i])
		}
	}
	for i, fv := range fn.FreeVars {
		if i < len(c.bind) {
			r.set(g, fv, c.bind[i])
		}
	}
	s.frames = append(s.frames, g)
	return s
}

// resume goes on in the caller of a function that returned.
func (r *run) resume(s *state, f *frame, vals []Value, pos token.Pos) *state {
	caller := s.top()
	c := &callInfo{instr: f.call, then: f.then}
	if s.sent && len(s.trail) < 6 {
		s.trail = append(s.trail[:len(s.trail):len(s.trail)], pos)
	}
	switch f.then {
	case toRetry:
		return r.retried(s, caller, f, c, vals)
	case toMaybe:
		c.then = toCall
		return r.finish(s, caller, c, r.passedOn(s, f.call, vals))
	}
	return r.finish(s, caller, c, results2(f.call, vals))
}

// passedOn is the result of a function that called its argument, which
// returned vals: callback helpers hand on what has the same type, and fail
// when the callback fails.
func (r *run) passedOn(s *state, call ssa.CallInstruction, vals []Value) Value {
	sig := call.Common().Signature()
	var all Taint
	for _, v := range vals {
		all |= s.reach(v, 0)
	}
	var cb *types.Signature
	for _, a := range call.Common().Args {
		if fn, ok := a.Type().Underlying().(*types.Signature); ok {
			cb = fn
		}
	}
	used := make([]bool, len(vals))
	out := make([]Value, sig.Results().Len())
	for i := range out {
		out[i] = tainted(all &^ FromBody)
		for j := range vals {
			if cb != nil && !used[j] && j < cb.Results().Len() && types.Identical(cb.Results().At(j).Type(), sig.Results().At(i).Type()) {
				out[i], used[j] = vals[j], true
				break
			}
		}
	}
	for j, v := range vals {
		if !used[j] && s.carries(v) {
			s.flags |= Handed
		}
	}
	return results(call, out)
}

// results2 packs the results of an entered function; the call may be of a
// function value or a deferred one.
func results2(instr ssa.CallInstruction, vals []Value) Value {
	if len(vals) == 1 {
		return vals[0]
	}
	return Value{K: Tuple, Bind: vals}
}

// retried decides what a retrying library does with an operation's results.
func (r *run) retried(s *state, caller, f *frame, c *callInfo, vals []Value) *state {
	c.then = toCall
	n := f.call.Common().Signature().Results().Len()
	again := -1 // 1: asks for another try, 0: does not
	var last Value
	if len(vals) > 0 {
		last = vals[len(vals)-1]
	}
	switch f.retry.on {
	case "error", "policy":
		switch last.isNil() {
		case 0:
			again = 1
		case 1:
			again = 0
		}
		if last.Name == permanent || f.retry.marked && again == 1 && last.Name != retryable {
			again = 0
		}
	case "true", "false":
		if len(vals) > 0 && vals[0].K == Const {
			again = 0
			if (vals[0].C.String() == "true") == (f.retry.on == "true") {
				again = 1
			}
		}
	}
	// give ends the library's loop with an error, or with the operation's results.
	give := func(s *state, err Value, vals []Value) *state {
		out := make([]Value, n)
		for i := 0; i < n-1 && i < len(vals)-1; i++ {
			out[i] = vals[i]
		}
		if n > 0 {
			out[n-1] = err
		}
		return r.finish(s, s.top(), c, results(f.call, out))
	}
	failed := Value{K: NonNil, T: s.reach(last, 0)}
	if f.retry.on != "error" {
		failed = Value{T: s.reach(last, 0)}
	}
	switch again {
	case 0:
		if last.isNil() == 0 {
			return give(s, failed, vals)
		}
		return give(s, last, vals)
	case -1:
		r.push(give(s.clone(), Value{K: Nil}, vals))
	}
	next := s.clone()
	if again == -1 && last.T&(FromDecode|FromRead) != 0 {
		next.flags |= Failed // it comes again because the content could not be read
	}
	r.push(r.anew(next, f))
	return give(s, failed, vals) // with the last attempt's results
}

// anew calls the operation of a retrying library once more.
func (r *run) anew(s *state, f *frame) *state {
	if !s.sent {
		return nil
	}
	c := &callInfo{instr: f.call, bind: f.bind}
	s = r.push1(s, c, f.fn, nil, toRetry, f.retry)
	h := s.hash(r.ids)
	if r.seen[h] {
		return nil
	}
	r.seen[h] = true
	return s
}

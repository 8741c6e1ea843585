package play

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// Marks of errors that decide what a retrying library does.
const (
	permanent = "permanent"
	retryable = "retryable"
)

// libraryCall executes calls of functions that are known as data, and the
// methods of answers and bodies.
func (r *run) libraryCall(s *state, f *frame, c *callInfo) (bool, *state) {
	if c.callee == nil {
		return false, nil
	}
	if done, v := r.bodyMethod(s, c); done {
		return true, r.finish(s, f, c, v)
	}
	lib := r.known.FuncOf(c.callee)
	if lib == nil {
		return r.helperCall(s, f, c)
	}
	switch {
	case lib.NoReturn:
		r.end(s, End{Kind: Exits, Pos: c.instr.Pos()})
		return true, nil
	case lib.Retry != nil:
		op := c.arg(lib.Retry.Operation)
		if op.K == Func && len(op.Fn.Blocks) > 0 && len(s.frames) < maxFrames && c.then == toCall && (s.sent || r.site.Call == nil || r.known.Contains(op.Fn, r.site.Call)) {
			c2 := *c
			c2.bind = op.Bind
			return true, r.push1(s, &c2, op.Fn, nil, toRetry, retryRule{on: lib.Retry.On, marked: lib.Retry.Marked})
		}
		return false, nil
	case lib.AsksError != nil && c.arg(lib.AsksError).K == Nil:
		vals := make([]Value, c.instr.Common().Signature().Results().Len())
		vals[len(vals)-1] = Value{K: Const, C: constant.MakeBool(false)}
		return true, r.finish(s, f, c, results(c.instr, vals))
	case lib.AsksError != nil && lib.Sentinel != nil:
		if v := r.isSentinel(c.arg(lib.AsksError), c.arg(lib.Sentinel), true); v.K == Const {
			return true, r.finish(s, f, c, v)
		}
		return false, nil
	case lib.AsksError != nil && len(c.args) == 2:
		if is, known := r.asKind(s, c); known {
			return true, r.finish(s, f, c, boolean(is))
		}
		return false, nil
	case lib.Permanent != nil:
		v := c.arg(lib.Permanent)
		return true, r.finish(s, f, c, Value{K: NonNil, T: s.reach(v, 0), Name: permanent})
	case lib.Retryable != nil:
		v := c.arg(lib.Retryable)
		return true, r.finish(s, f, c, Value{K: NonNil, T: s.reach(v, 0), Name: retryable})
	case lib.Error != nil:
		return true, r.finish(s, f, c, r.newError(s, c, lib.Error))
	case lib.Check != nil:
		return r.statusCheck(s, c, lib.Check)
	case lib.Accessor != "":
		return true, r.finish(s, f, c, r.accessor(s, c, lib.Accessor))
	case lib.Wrap != nil:
		return true, r.finish(s, f, c, r.wrap(s, c, lib.Wrap))
	case lib.Decode != nil:
		return true, r.finish(s, f, c, r.decode(s, c, lib))
	case lib.NewRequest != nil && (lib.NewRequest.Into != nil || lib.NewRequest.ErrorInto != nil):
		r.aim(s, c, lib.NewRequest.Into, Success, false)
		r.aim(s, c, lib.NewRequest.ErrorInto, ErrorStatus, true)
		return true, r.finish(s, f, c, r.unknownResults(c, s.reach(c.recv, 0)))
	case lib.Read != nil:
		return true, r.finish(s, f, c, r.read(s, c, lib.Read))
	case lib.Close != nil:
		if v := c.arg(lib.Close); s.carries(v) {
			s.flags |= Closed
		}
		return true, r.finish(s, f, c, unknown)
	case lib.Log:
		for _, a := range c.args {
			if s.reach(a, 0) != 0 {
				s.flags |= Logged
			}
		}
		return true, r.finish(s, f, c, r.unknownResults(c, s.reach(c.recv, 0)))
	case lib.Sleeps != nil:
		s.flags |= Slept
		return true, r.finish(s, f, c, r.unknownResults(c, 0))
	}
	return r.helperCall(s, f, c)
}

// statusCheck executes a function whose error is not nil for error statuses.
func (r *run) statusCheck(s *state, c *callInfo, arg *library.Arg) (bool, *state) {
	n := c.instr.Common().Signature().Results().Len()
	if v := c.arg(arg); !s.sent || n == 0 || v.K != Resp && v.K != Code {
		return false, nil
	}
	for _, end := range []struct {
		out Outcomes
		err Value
	}{
		{s.out &^ ErrorStatus, Value{K: Nil}},
		{s.out & ErrorStatus, Value{K: NonNil, T: FromStatus | FromError}},
	} {
		if end.out == 0 {
			continue
		}
		u := s.clone()
		u.out = end.out
		vals := make([]Value, n)
		vals[n-1] = end.err
		r.push(r.finish(u, u.top(), c, results(c.instr, vals)))
	}
	return true, nil
}

func (r *run) unknownResults(c *callInfo, t Taint) Value {
	vals := make([]Value, c.instr.Common().Signature().Results().Len())
	for i := range vals {
		vals[i] = tainted(t)
	}
	return results(c.instr, vals)
}

// bodyMethod executes a method that is called on the body, on a reader over
// it, on the answer or on a context.
func (r *run) bodyMethod(s *state, c *callInfo) (bool, Value) {
	name := c.callee.Name()
	if c.callee.Signature().Recv() == nil {
		return false, unknown
	}
	if pkg := c.callee.Pkg(); pkg != nil && pkg.Path() == "context" && (name == "Err" || name == "Done") {
		s.flags |= CtxSeen
		return true, unknown
	}
	switch c.recv.K {
	case Body, Reader:
		switch name {
		case "Close":
			if c.recv.K == Body || c.recv.Own {
				s.flags |= Closed
			}
			return true, unknown
		case "Decode":
			if c.recv.K == Reader {
				return false, unknown // described by the library
			}
		}
		if lib := r.known.FuncOf(c.callee); lib != nil && (lib.Read != nil || lib.Decode != nil) {
			return false, unknown
		}
		s.flags |= Read
		for _, a := range c.args {
			r.taintPlace(s, a, FromData)
		}
		return true, r.unknownResults(c, FromData)
	case Resp:
		if c.recv.Own {
			return false, unknown
		}
		if name == "Write" {
			s.flags |= Read | Drained | Closed
		}
		if r.known.FuncOf(c.callee) != nil {
			return false, unknown
		}
		if pkg := c.callee.Pkg(); pkg != nil && pkg.Path() == "net/http" {
			return true, r.unknownResults(c, 0)
		}
	}
	if name == "Close" && c.recv.taint()&FromBody != 0 && c.recv.K != Ptr {
		s.flags |= Closed // a value that holds the body is closed
		return true, unknown
	}
	return false, unknown
}

func (r *run) newError(s *state, c *callInfo, e *library.ErrorNew) Value {
	var t Taint
	for _, a := range c.args {
		t |= s.reach(a, 0)
	}
	t &^= FromBody
	if e.Of == nil {
		v := r.wraps(s, c)
		v.K, v.T, v.At = NonNil, t|FromMade, c.instr.Pos()
		return v
	}
	nilness := c.arg(e.Of).isNil()
	if e.Rest {
		nilness = r.joined(s, c)
	}
	switch nilness {
	case 1:
		return Value{K: Nil}
	case 0:
		v := Value{K: NonNil, T: t | FromMade, At: c.instr.Pos()}
		if !e.Rest {
			v.Is, v.Kind = c.arg(e.Of).Is, c.arg(e.Of).Kind
			v.Wraps = v.Is != "" || v.Kind != ""
		}
		return v
	}
	return tainted(t)
}

// joined reports whether the errors given to a function that joins them are
// all nil (1), not all (0) or unknown (-1).
func (r *run) joined(s *state, c *callInfo) int {
	result := 1
	add := func(v Value) {
		switch v.isNil() {
		case 0:
			result = 0
		case -1:
			if result == 1 {
				result = -1
			}
		}
	}
	for _, a := range c.args {
		if a.K != Ptr {
			add(a)
			continue
		}
		for l, v := range s.store { // the variadic slice
			if l.below(a.Loc) {
				add(v)
			}
		}
	}
	return result
}

// accessor is what a library's own response tells.
func (r *run) accessor(s *state, c *callInfo, what string) Value {
	if c.recv.K != Resp {
		return r.unknownResults(c, s.reach(c.recv, 0)&^FromBody)
	}
	switch what {
	case "status":
		return Value{K: Code}
	case "status-text":
		return Value{K: Text}
	case "is-error":
		return Value{K: Pred, Set: ErrorStatus}
	case "is-success":
		return Value{K: Pred, Set: Success}
	case "data":
		s.flags |= Read
		return r.unknownResults(c, FromData)
	case "http-response":
		return Value{K: Resp, Own: c.recv.Own}
	case "raw-body":
		if !c.recv.Own {
			return Value{K: Body}
		}
		return Value{K: Reader}
	case "header":
		s.flags |= HeaderSeen
	case "result":
		return r.unknownResults(c, FromData)
	case "error-result":
		return r.unknownResults(c, FromData|ErrorField)
	}
	return r.unknownResults(c, 0)
}

// wrap makes a reader or decoder over the body.
func (r *run) wrap(s *state, c *callInfo, w *library.Wrap) Value {
	from := c.arg(w.From)
	var v Value
	switch {
	case from.K == Body:
		v = Value{K: Reader, Own: w.Closes}
	case from.K == Reader:
		v = Value{K: Reader, Own: w.Closes && from.Own}
	default:
		t := s.reach(from, 0)
		for _, a := range c.args {
			if t == 0 {
				t = s.reach(a, 0) // a list of readers
			}
		}
		v = Value{K: NonNil, T: t}
	}
	if n := c.instr.Common().Signature().Results().Len(); n > 1 {
		vals := make([]Value, n)
		vals[0] = v
		return results(c.instr, vals)
	}
	return v
}

// decode fills a value with content of the body.
func (r *run) decode(s *state, c *callInfo, lib *library.Func) Value {
	from := c.arg(lib.Decode.From)
	t := s.reach(from, 0)
	fail := r.unknownResults(c, 0)
	if from.K == Body || from.K == Reader {
		s.flags |= Read
		t |= FromData
		if lib.Read != nil && lib.Read.Drains {
			s.flags |= Drained
		}
	}
	if t&FromData == 0 {
		if into := c.arg(lib.Decode.Into); into.K == Ptr {
			r.disturb(s, into)
		}
		return fail
	}
	s.flags |= Decoded
	target := c.argV(lib.Decode.Into)
	s.decoded = append(s.decoded, Decoding{Pos: c.instr.Pos(), Type: targetType(target), Into: target, From: c.argV(lib.Decode.From), Out: s.out})
	into := c.arg(lib.Decode.Into)
	if into.K == Ptr {
		if _, global := into.Loc.Root.(*ssa.Global); !global && !s.escaped[into.Loc.Root] {
			s.write(into.Loc, tainted(FromData))
		}
	} else if target != nil {
		if m, ok := target.(*ssa.MakeInterface); ok {
			r.set(s.top(), m.X, Value{K: NonNil, T: FromData})
		}
		r.set(s.top(), target, Value{K: NonNil, T: into.T | FromData})
	}
	fail.T |= FromDecode
	return fail
}

// aim notes where a request's answer will be decoded into.
func (r *run) aim(s *state, c *callInfo, into *library.Arg, out Outcomes, failure bool) {
	v := c.argV(into)
	if v == nil {
		return
	}
	s.targets = append(s.targets, target{
		Decoding: Decoding{Pos: c.instr.Pos(), Type: targetType(v), Into: v, Out: out}, place: c.arg(into), err: failure,
	})
}

// hit fills the targets of a request that was sent.
func (s *state) hit() {
	for _, t := range s.targets {
		taint := FromData
		if t.err {
			taint |= ErrorField // whoever looks at it looks for a failure
		}
		if t.place.K == Ptr && !s.escaped[t.place.Loc.Root] {
			if _, global := t.place.Loc.Root.(*ssa.Global); !global {
				s.write(t.place.Loc, tainted(taint))
			}
		}
		s.flags |= Decoded
		s.decoded = append(s.decoded, t.Decoding)
	}
	s.targets = nil
}

// asserted notes the type in which a library hands out what it decoded.
func (r *run) asserted(s *state, i *ssa.TypeAssert) {
	call, ok := i.X.(*ssa.Call)
	if !ok {
		return
	}
	fn, _ := call.Call.Value.(*ssa.Function)
	if fn == nil {
		return
	}
	obj, _ := fn.Object().(*types.Func)
	lib := r.known.FuncOf(obj)
	if lib == nil {
		return
	}
	t := i.AssertedType
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	d := Decoding{Pos: i.Pos(), Type: t, Out: s.out}
	switch lib.Accessor {
	case "result":
		d.Out &= Success
	case "error-result":
		d.Out &= ErrorStatus
	default:
		return
	}
	s.decoded = append(s.decoded, d)
}

// targetType returns the type that a decode fills, or nil.
func targetType(v ssa.Value) types.Type {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
			continue
		case *ssa.ChangeInterface:
			v = x.X
			continue
		}
		break
	}
	if v == nil {
		return nil
	}
	t := v.Type()
	for {
		p, ok := t.Underlying().(*types.Pointer)
		if !ok {
			break
		}
		t = p.Elem()
	}
	if _, ok := t.Underlying().(*types.Interface); ok {
		return nil
	}
	return t
}

// read takes content out of the body.
func (r *run) read(s *state, c *callInfo, rd *library.Read) Value {
	from := c.arg(rd.From)
	t := s.reach(from, 0)
	if w := c.arg(rd.When); rd.When != nil && w.K == Const && !isTrue(w.C) {
		return r.unknownResults(c, 0)
	}
	switch from.K {
	case Body, Reader, Resp:
		if rd.Restores && from.K == Resp && !from.Own {
			// The body is read, closed and replaced by a copy.
			s.flags |= Closed | Replaced | Drained
		}
		into := c.argV(rd.Into)
		if isDiscard(into) {
			s.flags |= Discarded
		} else {
			s.flags |= Read
		}
		if rd.Drains {
			s.flags |= Drained
		}
		t = FromData
	}
	t &^= FromBody | FromStatus
	if rd.Into != nil {
		r.taintPlace(s, c.arg(rd.Into), t)
		if t != 0 {
			return r.unknownResults(c, FromRead)
		}
		return r.unknownResults(c, 0)
	}
	n := c.instr.Common().Signature().Results().Len()
	vals := make([]Value, n)
	for i := range vals {
		if !types.Identical(c.instr.Common().Signature().Results().At(i).Type(), types.Universe.Lookup("error").Type()) {
			vals[i] = tainted(t)
		} else if t != 0 {
			vals[i] = tainted(FromRead)
		}
	}
	return results(c.instr, vals)
}

// isDiscard reports whether a value is io.Discard.
func isDiscard(v ssa.Value) bool {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
			continue
		case *ssa.ChangeInterface:
			v = x.X
			continue
		case *ssa.UnOp:
			g, ok := x.X.(*ssa.Global)
			return ok && g.Name() == "Discard"
		}
		return false
	}
}

// helperCall uses what is known of a function of another package that is
// given the answer, its body or its status.
func (r *run) helperCall(s *state, f *frame, c *callInfo) (bool, *state) {
	if !s.sent || c.fn != nil && len(c.fn.Blocks) > 0 {
		return false, nil
	}
	given := false
	for _, a := range append([]Value{c.recv}, c.args...) {
		if a.K == Resp || a.K == Body || a.K == Code {
			given = true
		}
	}
	if !given {
		return false, nil
	}
	t := r.known.Helper(c.callee)
	if t == nil {
		return false, nil
	}
	s.effect(c.instr.Pos())
	for _, row := range t.Rows {
		u := s.clone()
		// A function that never saw the status answers for every outcome.
		u.out &= row.Out
		if u.out == 0 {
			continue
		}
		u.flags |= row.Flags
		u.unknown = u.unknown || row.Unknown
		if row.NoRet {
			r.end(u, End{Kind: Exits, Pos: c.instr.Pos()})
			continue
		}
		vals := make([]Value, len(row.Res))
		for i, res := range row.Res {
			vals[i] = res.value()
		}
		r.push(r.finish(u, u.top(), c, results(c.instr, vals)))
	}
	return true, nil
}

// isTrue reports whether a constant is the boolean true.
func isTrue(c constant.Value) bool { return c.Kind() == constant.Bool && constant.BoolVal(c) }

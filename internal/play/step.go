package play

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// step executes one instruction. It returns the state to go on with, or nil
// when the path ended or was put on the work list.
func (r *run) step(s *state, f *frame, instr ssa.Instruction) *state {
	switch i := instr.(type) {
	case *ssa.DebugRef:
	case *ssa.Phi:
	case *ssa.Alloc:
		loc := Loc{Root: i}
		for k := range s.store {
			if k.Root == i {
				delete(s.store, k)
			}
		}
		delete(s.escaped, i)
		r.set(f, i, Value{K: Ptr, Loc: loc})
	case *ssa.Store:
		addr := r.eval(s, i.Addr)
		if addr.K != Ptr || s.unseen(addr.Loc.Root) {
			s.effect(i.Pos())
		}
		r.store(s, addr, r.eval(s, i.Val))
	case *ssa.FieldAddr:
		r.set(f, i, r.fieldAddr(s, i))
	case *ssa.IndexAddr:
		r.set(f, i, r.indexAddr(s, i))
	case *ssa.UnOp:
		r.set(f, i, r.unop(s, i))
	case *ssa.BinOp:
		r.set(f, i, r.binop(s, i))
	case *ssa.MakeInterface:
		v := r.eval(s, i.X)
		if v.K == Unknown || v.K == Nil { // an interface that holds a nil pointer is not nil
			v = Value{K: NonNil, T: v.T}
		}
		if (v.K == NonNil || v.K == Ptr) && isError(i.Type()) {
			if !v.At.IsValid() {
				v.At = i.Pos()
			}
			v.Kind = kindName(i.X.Type())
		}
		r.set(f, i, v)
	case *ssa.ChangeInterface:
		r.set(f, i, r.eval(s, i.X))
	case *ssa.ChangeType:
		r.set(f, i, r.eval(s, i.X))
	case *ssa.Convert:
		r.set(f, i, r.convert(s, i.X))
	case *ssa.MultiConvert:
		r.set(f, i, r.convert(s, i.X))
	case *ssa.SliceToArrayPointer:
		r.set(f, i, tainted(s.reach(r.eval(s, i.X), 0)))
	case *ssa.TypeAssert:
		v := r.eval(s, i.X)
		if v.K == Code || v.K == Class || v.K == Text {
			v = tainted(v.taint())
		}
		if v.T&FromData != 0 {
			r.asserted(s, i)
		}
		if i.CommaOk {
			// On the failing side the value is zero; what it was made from stays.
			ok := tainted(s.reach(v, 0) &^ FromBody)
			if v.K == Nil {
				ok = boolean(false)
			} else {
				is, known := r.isKind(v, i.AssertedType, false)
				r.noteKind(i, v, known && !is)
				if known {
					ok = boolean(is)
				}
				if _, pointer := i.AssertedType.Underlying().(*types.Pointer); known && !is && pointer {
					v = Value{K: Nil}
				}
			}
			v = Value{K: Tuple, Bind: []Value{v, ok}}
		}
		r.set(f, i, v)
	case *ssa.Extract:
		t := r.eval(s, i.Tuple)
		if t.K == Tuple && i.Index < len(t.Bind) {
			r.set(f, i, t.Bind[i.Index])
		} else {
			r.set(f, i, tainted(t.T))
		}
	case *ssa.Field:
		t := s.reach(r.eval(s, i.X), 0)
		if t&FromData != 0 {
			t = fieldTaint(t, i.X, i.Field)
		}
		r.set(f, i, tainted(t.keep(i.Type())))
	case *ssa.Index:
		r.set(f, i, tainted(s.reach(r.eval(s, i.X), 0)|s.reach(r.eval(s, i.Index), 0)))
	case *ssa.Lookup:
		r.set(f, i, r.lookup(s, i))
	case *ssa.Slice:
		v := r.eval(s, i.X)
		if v.K != Ptr {
			v = Value{K: v.K, T: v.taint()}
			if v.K != NonNil && v.K != Nil {
				v.K = Unknown
			}
		}
		r.set(f, i, v)
	case *ssa.MakeClosure:
		v := Value{K: Func, Fn: i.Fn.(*ssa.Function)}
		for _, b := range i.Bindings {
			v.Bind = append(v.Bind, r.eval(s, b))
		}
		r.set(f, i, v)
	case *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeChan:
		r.set(f, i.(ssa.Value), Value{K: NonNil})
	case *ssa.MapUpdate:
		s.effect(i.Pos())
		s.escape(r.eval(s, i.Value), 0)
	case *ssa.Range:
		r.set(f, i, tainted(s.reach(r.eval(s, i.X), 0)))
	case *ssa.Next:
		r.set(f, i, tainted(s.reach(r.eval(s, i.Iter), 0)))
	case *ssa.Select:
		r.selectOp(s, f, i)
	case *ssa.Send:
		s.effect(i.Pos())
		s.escape(r.eval(s, i.X), 0)
	case *ssa.Go:
		s.effect(i.Pos())
		r.spawn(s, i)
	case *ssa.Defer:
		d := deferred{instr: i, fn: r.calleeValue(s, &i.Call)}
		for _, a := range i.Call.Args {
			d.args = append(d.args, r.eval(s, a))
		}
		f.defers = append(f.defers, d)
		return advance(s, f)
	case *ssa.RunDefers:
		if n := len(f.defers); n > 0 {
			d := f.defers[n-1]
			f.defers = f.defers[:n-1]
			return r.call(s, f, d.instr, d.fn, d.args, toNowhere)
		}
	case *ssa.Call:
		var args []Value
		for _, a := range i.Call.Args {
			args = append(args, r.eval(s, a))
		}
		return r.call(s, f, i, r.calleeValue(s, &i.Call), args, toCall)
	case *ssa.Jump:
		return r.enter(s, f, f.block.Succs[0])
	case *ssa.If:
		return r.branch(s, f, i)
	case *ssa.Return:
		var results []Value
		for _, v := range i.Results {
			results = append(results, r.eval(s, v))
		}
		return r.ret(s, f, results, i.Pos())
	case *ssa.Panic:
		r.end(s, End{Kind: Exits, Pos: i.Pos(), Results: []Value{r.eval(s, i.X)}})
		return nil
	default:
		if v, ok := instr.(ssa.Value); ok {
			r.set(f, v, unknown)
		}
	}
	return advance(s, f)
}

func advance(s *state, f *frame) *state {
	f.pc++
	return s
}

// store writes val to where addr points.
func (r *run) store(s *state, addr, val Value) {
	switch addr.K {
	case Ptr:
		if s.unseen(addr.Loc.Root) {
			s.escape(val, 0)
			return
		}
		if _, captured := addr.Loc.Root.(*ssa.FreeVar); captured {
			s.escape(val, 0) // others see it, and it is still known here
		}
		s.write(addr.Loc, val)
	case RespPart:
		if addr.Name == "Body" {
			s.flags |= Replaced
			if val.carriesBody() && val.K != Reader {
				s.flags |= Handed
			}
			if val.K == Reader && val.Own {
				s.flags |= Handed
			}
		}
	default:
		s.escape(val, 0)
	}
}

func (r *run) selectOp(s *state, f *frame, i *ssa.Select) {
	for _, st := range i.States {
		if st.Dir == types.SendOnly {
			s.escape(r.eval(s, st.Send), 0)
			continue
		}
		if isDone(st.Chan) {
			s.flags |= CtxSeen
		}
		if isTimer(st.Chan) {
			s.flags |= Slept
		}
	}
	r.set(f, i, unknown)
}

// isDone reports whether a channel is a context's Done().
func isDone(ch ssa.Value) bool {
	call, ok := ch.(*ssa.Call)
	if !ok {
		return false
	}
	return call.Call.IsInvoke() && call.Call.Method.Name() == "Done" && call.Call.Method.Pkg() != nil && call.Call.Method.Pkg().Path() == "context"
}

// isTimer reports whether a channel delivers times, as a timer's or ticker's does.
func isTimer(ch ssa.Value) bool {
	c, ok := ch.Type().Underlying().(*types.Chan)
	if !ok {
		return false
	}
	n, ok := types.Unalias(c.Elem()).(*types.Named)
	return ok && n.Obj().Name() == "Time" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "time"
}

// spawn starts a goroutine: everything that it gets is out of sight.
func (r *run) spawn(s *state, i *ssa.Go) {
	s.escape(r.calleeValue(s, &i.Call), 0)
	for _, a := range i.Call.Args {
		s.escape(r.eval(s, a), 0)
	}
}

// branch goes both ways where the condition is not known.
func (r *run) branch(s *state, f *frame, i *ssa.If) *state {
	c := r.eval(s, i.Cond)
	yes, no := f.block.Succs[0], f.block.Succs[1]
	switch {
	case c.K == Const && c.C.Kind() == constant.Bool:
		if constant.BoolVal(c.C) {
			return r.enter(s, f, yes)
		}
		return r.enter(s, f, no)
	case c.K == Pred:
		t := s.clone()
		t.out &= c.Set
		s.out &^= c.Set
		if t.out != 0 {
			r.push(r.enter(t, t.top(), yes))
		}
		if s.out != 0 {
			return r.enter(s, f, no)
		}
		return nil
	}
	k, neg, ok := key(i.Cond)
	known := ok && r.info(f.fn).repeated[k]
	if known {
		if side, assumed := s.assume[k]; assumed {
			if side != neg {
				return r.enter(s, f, yes)
			}
			return r.enter(s, f, no)
		}
	}
	if c.T&FromStatus != 0 {
		s.unknown = true
	}
	if c.T&FromData != 0 && c.T&(PlainField|ErrorField) != PlainField {
		s.flags |= DataCheck
	}
	t := s.clone()
	if known {
		t.assume[k] = !neg
		s.assume[k] = neg
	}
	r.refine(t, i.Cond, true)
	r.refine(s, i.Cond, false)
	r.push(r.enter(t, t.top(), yes))
	return r.enter(s, s.top(), no)
}

func (r *run) push(s *state) {
	if s != nil {
		r.work = append(r.work, s)
	}
}

// refine notes on one side of a nil test what is known there.
func (r *run) refine(s *state, cond ssa.Value, side bool) {
	for {
		u, ok := cond.(*ssa.UnOp)
		if !ok || u.Op != token.NOT {
			break
		}
		side = !side
		cond = u.X
	}
	b, ok := cond.(*ssa.BinOp)
	if !ok || b.Op != token.EQL && b.Op != token.NEQ {
		return
	}
	x, y := b.X, b.Y
	if c, ok := x.(*ssa.Const); ok && c.IsNil() {
		x, y = y, x
	}
	f := s.top()
	v := r.eval(s, x)
	if v.K != Unknown {
		return
	}
	equal := side == (b.Op == token.EQL)
	if c, ok := y.(*ssa.Const); ok && c.IsNil() {
		v.K = NonNil
		if equal {
			v.K = Nil
		}
	} else if w := r.eval(s, y); equal && w.isNil() == 0 && w.K == NonNil {
		v.K = NonNil
	} else {
		return
	}
	if v.K == NonNil && v.T&(FromDecode|FromRead) != 0 {
		s.flags |= Failed
	}
	r.set(f, x, v)
	// The test may be of a copy that was just loaded from memory.
	if u, ok := x.(*ssa.UnOp); ok && u.Op == token.MUL {
		if a := r.eval(s, u.X); a.K == Ptr {
			if _, global := a.Loc.Root.(*ssa.Global); !global && !s.escaped[a.Loc.Root] {
				s.write(a.Loc, v)
			}
		}
	}
	// An interface holds what it was made from.
	switch m := x.(type) {
	case *ssa.ChangeInterface:
		r.set(f, m.X, v)
	}
}

// ret leaves a function with its results.
func (r *run) ret(s *state, f *frame, results []Value, pos token.Pos) *state {
	if len(s.frames) == 1 {
		r.end(s, End{Kind: Returns, Results: results, Pos: pos})
		return nil
	}
	s.frames = s.frames[:len(s.frames)-1]
	return r.resume(s, f, results, pos)
}

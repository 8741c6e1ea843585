package play

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
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
		if !v.At.IsValid() && (v.K == NonNil || v.K == Ptr) && isError(i.Type()) {
			v.At = i.Pos()
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
		r.set(f, i, tainted(t))
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

// isError reports whether t is the type error.
func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

func fieldName(x ssa.Value, field int) string {
	t := x.Type().Underlying()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem().Underlying()
	}
	if st, ok := t.(*types.Struct); ok && field < st.NumFields() {
		return st.Field(field).Name()
	}
	return ""
}

func (r *run) fieldAddr(s *state, i *ssa.FieldAddr) Value {
	x := r.eval(s, i.X)
	switch x.K {
	case Resp:
		return Value{K: RespPart, Name: answerPart(i), Own: x.Own}
	case RespPart:
		return Value{K: RespPart, Name: x.Name + "." + fieldName(i.X, i.Field), Own: x.Own}
	case Ptr:
		v := Value{K: Ptr, Loc: x.Loc.sub(index(i.Field)), T: x.T & (ErrorField | PlainField)}
		if s.reach(Value{K: Ptr, Loc: x.Loc}, 0)&FromData != 0 {
			v.T = fieldTaint(x.T, i.X, i.Field)
		}
		return v
	}
	t := x.taint()
	if t&FromData != 0 {
		t = fieldTaint(t, i.X, i.Field)
	}
	return tainted(t)
}

// answerPart names a field of an answer: by its role where it is one of a
// library's own that holds net/http's answer or its body.
func answerPart(i *ssa.FieldAddr) string {
	name := fieldName(i.X, i.Field)
	if t := library.TypeOf(i.X.Type()); t != nil {
		if role := t.Fields[name]; role == "http-response" || role == "raw-body" {
			return role
		}
	}
	return name
}

// fieldTaint tells what a field of decoded data is about: whether a branch on
// it looks for a failure.
func fieldTaint(t Taint, x ssa.Value, field int) Taint {
	name := fieldName(x, field)
	if isErrorWord(name) || t&PlainField == 0 && isOutcomeWord(name) {
		return t&^PlainField | ErrorField
	}
	if t&ErrorField != 0 {
		return t
	}
	return t | PlainField
}

func (r *run) indexAddr(s *state, i *ssa.IndexAddr) Value {
	x := r.eval(s, i.X)
	if x.K == Ptr {
		if c, ok := i.Index.(*ssa.Const); ok && c.Value != nil {
			return Value{K: Ptr, Loc: x.Loc.sub(c.Value.ExactString()), T: x.T}
		}
		return Value{K: Ptr, Loc: x.Loc.sub("*"), T: x.T}
	}
	return tainted(s.reach(x, 0))
}

func (r *run) unop(s *state, i *ssa.UnOp) Value {
	x := r.eval(s, i.X)
	switch i.Op {
	case token.NOT:
		switch {
		case x.K == Const && x.C.Kind() == constant.Bool:
			return boolean(!constant.BoolVal(x.C))
		case x.K == Pred:
			return Value{K: Pred, Set: AnyStatus &^ x.Set, T: x.T}
		}
		return tainted(x.taint())
	case token.MUL:
		return r.deref(s, i, x)
	case token.ARROW:
		if isDone(i.X) {
			s.flags |= CtxSeen
		}
		if isTimer(i.X) {
			s.flags |= Slept
		}
		return unknown
	}
	return tainted(x.taint())
}

func (r *run) deref(s *state, i *ssa.UnOp, x Value) Value {
	switch x.K {
	case RespPart:
		switch x.Name {
		case "StatusCode":
			return Value{K: Code}
		case "Status":
			return Value{K: Text}
		case "Body":
			if s.flags&Replaced != 0 {
				return Value{K: NonNil, T: FromData}
			}
			return Value{K: Body}
		case "Header":
			s.flags |= HeaderSeen
			return Value{K: NonNil}
		case "http-response":
			return Value{K: Resp, Own: x.Own}
		case "raw-body":
			if !x.Own {
				return Value{K: Body}
			}
			return Value{K: Reader}
		}
		return unknown
	case Resp: // a copy of the whole answer
		return tainted(x.taint())
	case Ptr:
		if g, ok := x.Loc.Root.(*ssa.Global); ok {
			if x.Loc.Path == "" && types.Identical(i.Type(), types.Universe.Lookup("error").Type()) && g.Pkg != nil {
				return Value{K: NonNil} // io.EOF and its like
			}
			return unknown
		}
		v := s.load(x.Loc, i.Type())
		v.T |= x.T
		if v.K == Const && v.C.Kind() != constant.Bool {
			// A number in memory may be a counter that a loop changes.
			return tainted(v.T)
		}
		return v
	}
	return tainted(x.taint())
}

func (r *run) convert(s *state, x ssa.Value) Value {
	v := r.eval(s, x)
	switch v.K {
	case Code, Class, Text, Const, Nil:
		return v
	}
	return tainted(s.reach(v, 0))
}

func (r *run) lookup(s *state, i *ssa.Lookup) Value {
	t := s.reach(r.eval(s, i.X), 0) | s.reach(r.eval(s, i.Index), 0)
	if i.CommaOk {
		return Value{K: Tuple, T: t, Bind: []Value{tainted(t), tainted(t)}}
	}
	return tainted(t)
}

func (r *run) binop(s *state, i *ssa.BinOp) Value {
	x, y := r.eval(s, i.X), r.eval(s, i.Y)
	op := i.Op
	switch op {
	case token.EQL, token.NEQ:
		if x.K == Nil || y.K == Nil {
			v := x
			if x.K == Nil {
				v = y
			}
			if n := v.isNil(); n >= 0 {
				return boolean((n == 1) == (op == token.EQL))
			}
			// A nil test of a value made from the body is a look at the data.
			return Value{T: v.taint() &^ FromBody}
		}
		if x.K == Pred && y.K == Const && y.C.Kind() == constant.Bool {
			if constant.BoolVal(y.C) == (op == token.EQL) {
				return x
			}
			return Value{K: Pred, Set: AnyStatus &^ x.Set, T: x.T}
		}
	case token.QUO:
		if x.K == Code && y.K == Const && constant.Compare(y.C, token.EQL, intConst(100)) {
			return Value{K: Class}
		}
	}
	if isEmptyText(x) && y.T&FromData != 0 || isEmptyText(y) && x.T&FromData != 0 {
		// Is a decoded field there at all? That is a look at the answer.
		return tainted((x.taint()|y.taint())&^(FromBody|PlainField) | ErrorField)
	}
	if isComparison(op) {
		if x.K == Const && (y.K == Code || y.K == Class) {
			x, y, op = y, x, mirror(op)
		}
		if (x.K == Code || x.K == Class) && y.K == Const {
			if set, ok := compare(op, y.C, x.K == Class); ok {
				return Value{K: Pred, Set: set}
			}
		}
		if x.K == Text && y.K == Const && y.C.Kind() == constant.String && (op == token.EQL || op == token.NEQ) {
			set := textStatus(constant.StringVal(y.C))
			if op == token.NEQ {
				set = AnyStatus &^ set
			}
			return Value{K: Pred, Set: set}
		}
		if x.K == Const && y.K == Const && x.C.Kind() == y.C.Kind() {
			return boolean(constant.Compare(x.C, op, y.C))
		}
	}
	return tainted((x.taint() | y.taint()) &^ FromBody)
}

// isEmptyText reports whether a value is the constant "".
func isEmptyText(v Value) bool {
	return v.K == Const && v.C.Kind() == constant.String && constant.StringVal(v.C) == ""
}

func isComparison(op token.Token) bool {
	switch op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return true
	}
	return false
}

func mirror(op token.Token) token.Token {
	switch op {
	case token.LSS:
		return token.GTR
	case token.GTR:
		return token.LSS
	case token.LEQ:
		return token.GEQ
	case token.GEQ:
		return token.LEQ
	}
	return op
}

// textStatus returns the outcomes whose status line is text.
func textStatus(text string) Outcomes {
	if len(text) < 3 {
		return 0
	}
	return where(func(code int) bool { return index(code) == text[:3] })
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

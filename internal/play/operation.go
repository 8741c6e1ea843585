package play

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

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
		v := r.deref(s, i, x)
		v.T = v.T.keep(i.Type())
		return v
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
		case "ContentLength":
			s.flags |= LengthSeen
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
				return Value{K: NonNil, Is: sentinelOf(g), Loc: Loc{Root: g}} // io.EOF and its like
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
		if v, known := r.sameError(op, x, y); known {
			return v
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

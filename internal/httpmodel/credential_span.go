package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"
	"time"

	"golang.org/x/tools/go/ssa"
)

// A span is a sum of times: now, the end of a token, and known and unknown
// durations. One of them compared with zero decides whether a token is renewed.
type span struct {
	now, end int
	field    *types.Var // the field that end was read from
	known    time.Duration
	other    int // terms of unknown length, counted with their sign
	unit     time.Duration
}

func (a span) plus(b span, sign int) (span, bool) {
	if a.unit != 0 && b.unit != 0 && a.unit != b.unit {
		return span{}, false
	}
	f := a.field
	if f == nil {
		f = b.field
	} else if b.field != nil && b.field != f {
		return span{}, false
	}
	unit := a.unit
	if unit == 0 {
		unit = b.unit
	}
	return span{
		now: a.now + sign*b.now, end: a.end + sign*b.end, field: f,
		known: a.known + time.Duration(sign)*b.known, other: a.other + sign*b.other, unit: unit,
	}, true
}

// span evaluates a time, duration or number of seconds.
func (w *expiryWalk) span(v ssa.Value, depth int) (span, bool) {
	if depth > 12 {
		return span{}, false
	}
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value == nil || v.Value.Kind() != constant.Int {
			return span{}, false
		}
		n, exact := constant.Int64Val(v.Value)
		sp := span{known: time.Duration(n)}
		if isDuration(v.Type()) {
			sp.unit = time.Nanosecond
		}
		return sp, exact
	case *ssa.Convert:
		return w.span(v.X, depth+1)
	case *ssa.ChangeType:
		return w.span(v.X, depth+1)
	case *ssa.UnOp:
		return w.read(v, depth)
	case *ssa.Phi:
		return span{}, false
	case *ssa.Parameter:
		return w.param(v, depth)
	case *ssa.BinOp:
		return w.sum(v, depth)
	case *ssa.Call:
		return w.timeCall(v, depth)
	case *ssa.Extract, *ssa.Field:
		return span{other: 1}, true
	}
	return span{}, false
}

func (w *expiryWalk) sum(v *ssa.BinOp, depth int) (span, bool) {
	x, ok1 := w.span(v.X, depth+1)
	y, ok2 := w.span(v.Y, depth+1)
	switch v.Op {
	case token.ADD, token.SUB:
		if !ok1 || !ok2 {
			return span{}, false
		}
		if v.Op == token.SUB {
			return inOneUnit(x, y)
		}
		neg := span{now: -y.now, end: -y.end, field: y.field, known: -y.known, other: -y.other, unit: y.unit}
		return inOneUnit(x, neg)
	case token.MUL:
		if ok1 && ok2 && x == (span{known: x.known, unit: x.unit}) && y == (span{known: y.known, unit: y.unit}) {
			unit := x.unit
			if unit == 0 {
				unit = y.unit
			}
			return span{known: x.known * y.known, unit: unit}, true
		}
		return span{other: 1, unit: time.Nanosecond * boolDuration(isDuration(v.Type()))}, true
	case token.QUO, token.REM:
		return span{other: 1}, true
	}
	return span{}, false
}

func boolDuration(b bool) time.Duration {
	if b {
		return 1
	}
	return 0
}

func isDuration(t types.Type) bool { return isNamed(t, "time", "Duration") }

func isTime(t types.Type) bool { return isNamed(t, "time", "Time") }

// read evaluates a field or local: an end where its name says so.
func (w *expiryWalk) read(v *ssa.UnOp, depth int) (span, bool) {
	if v.Op == token.SUB {
		sp, ok := w.span(v.X, depth+1)
		return span{now: -sp.now, end: -sp.end, field: sp.field, known: -sp.known, other: -sp.other, unit: sp.unit}, ok
	}
	if v.Op != token.MUL {
		return span{}, false
	}
	switch addr := v.X.(type) {
	case *ssa.FieldAddr:
		f := structField(addr.X.Type(), addr.Field)
		if f == nil {
			return span{}, false
		}
		if unit, ok := w.endField(f, addr.X.Type()); ok {
			return span{end: 1, field: f, unit: unit}, true
		}
		return span{other: 1, unit: time.Nanosecond * boolDuration(isDuration(v.Type()))}, true
	case *ssa.Alloc:
		if val := onlyStore(addr); val != nil && !w.ix.cellUses(addr).leaks {
			return w.span(val, depth+1)
		}
	}
	return span{other: 1}, true
}

// endField reports whether a field holds the end of something, and in which
// unit: a time, or a number whose stores are computed from the clock.
func (w *expiryWalk) endField(f *types.Var, holder types.Type) (time.Duration, bool) {
	if t := w.m.lib.TypeOf(holder); t != nil {
		return time.Nanosecond, t.Fields[f.Name()] == "expiry"
	}
	if f.Pkg() != w.m.pass.Pkg {
		if t := w.m.tokenType(holder); t != nil {
			for _, e := range t.Ends {
				if e.Field == f.Name() && e.Time {
					w.foreign[f] = e
					return time.Nanosecond, true
				}
			}
		}
		return 0, false
	}
	plain := plainName(f.Name())
	if !strings.Contains(plain, "exp") && !isExpiryName(plain) && !strings.Contains(plain, "until") && !strings.Contains(plain, "renew") {
		return 0, false
	}
	if isTime(f.Type()) {
		return time.Nanosecond, true
	}
	b, ok := types.Unalias(f.Type()).Underlying().(*types.Basic)
	if !ok || b.Info()&types.IsInteger == 0 || isDuration(f.Type()) {
		return 0, false
	}
	unit, known := w.ends[f]
	if known {
		return unit, unit != 0
	}
	w.ends[f] = 0 // a store that reads the field itself says nothing
	for _, st := range w.ix.stores[f] {
		if sp, ok := w.span(st.Val, 4); ok && sp.now == 1 && sp.unit != 0 {
			w.ends[f] = sp.unit
			return sp.unit, true
		}
	}
	return 0, false
}

func (w *expiryWalk) param(p *ssa.Parameter, depth int) (span, bool) {
	if !isTime(p.Type()) {
		return span{other: 1}, true
	}
	for _, o := range w.m.Origins(p) {
		if o.Kind != OriginCall || !isClock(o.Call) {
			return span{}, false
		}
	}
	return span{now: 1, unit: time.Nanosecond}, true
}

// isClock reports whether a call tells the time: time.Now, or a Now of the
// program's own clock.
func isClock(call ssa.CallInstruction) bool {
	v := call.Value()
	if v == nil || !isTime(v.Type()) || call.Common().Signature().Params().Len() != 0 {
		return false
	}
	fn := CalleeObject(call)
	if inPackage(fn, "time") {
		return fn.Name() == "Now"
	}
	return fn != nil && strings.EqualFold(fn.Name(), "now")
}

// timeCall evaluates package time's arithmetic.
func (w *expiryWalk) timeCall(call *ssa.Call, depth int) (span, bool) {
	if isClock(call) {
		return span{now: 1, unit: time.Nanosecond}, true
	}
	fn := CalleeObject(call)
	args := call.Call.Args
	if !inPackage(fn, "time") || len(args) == 0 {
		return span{other: 1}, !isTime(call.Type())
	}
	x, ok := w.span(args[0], depth+1)
	if !ok {
		return span{}, false
	}
	switch fn.Name() {
	case "Unix", "UnixNano", "UnixMilli", "UnixMicro":
		if fn.Signature().Recv() == nil { // time.Unix(sec, nsec)
			x.unit = time.Nanosecond
			return x, x.end == 1 || x.now == 1
		}
		unit := map[string]time.Duration{"Unix": time.Second, "UnixNano": 1, "UnixMilli": time.Millisecond, "UnixMicro": time.Microsecond}[fn.Name()]
		x.unit = unit
		return x, true
	case "UTC", "Local", "In", "Round", "Truncate":
		return x, isTime(args[0].Type())
	case "Until":
		return x.plus(span{now: 1, unit: time.Nanosecond}, -1)
	case "Since":
		return span{now: 1, unit: time.Nanosecond}.plus(x, -1)
	case "Add", "Sub":
		if len(args) != 2 {
			return span{}, false
		}
		y, ok := w.span(args[1], depth+1)
		if !ok {
			return span{}, false
		}
		if fn.Name() == "Add" {
			y.unit = time.Nanosecond
			return x.plus(y, 1)
		}
		return x.plus(y, -1)
	}
	return span{other: 1}, true
}

// storedMargin returns what is added to a token's lifetime when its end is
// stored, in every store; ok is false when that is not known.
func (w *expiryWalk) storedMargin(f *types.Var) (time.Duration, bool) {
	if e, ok := w.foreign[f]; ok {
		return e.Margin, e.Known
	}
	if f.Pkg() != w.m.pass.Pkg {
		return 0, true // a library's token has its real end
	}
	if w.ix.leaks[f] {
		return 0, false
	}
	margin, some := time.Duration(0), false
	for _, st := range w.ix.stores[f] {
		if isZero(st.Val) {
			continue
		}
		sp, ok := w.span(st.Val, 0)
		switch {
		case !ok:
			return 0, false
		case sp.now == 1 && sp.other == 1 && sp.end == 0 && sp.unit != 0:
			if some && sp.known != margin {
				return 0, false
			}
			margin, some = sp.known, true
		case sp.now == 0 && sp.other == 0 && sp.end == 1 && sp.field != f && len(w.ix.stores[sp.field]) == 0:
			// The end as the answer gave it.
			if some && sp.known != margin {
				return 0, false
			}
			margin, some = sp.known, true
		default:
			return 0, false
		}
	}
	return margin, some
}

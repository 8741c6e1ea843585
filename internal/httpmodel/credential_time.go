package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// An ExpirySlip is a comparison or computation of a token's end that is wrong.
type ExpirySlip struct {
	Kind  SlipKind
	Pos   token.Pos
	Field *types.Var    // the field with the end or the lifetime
	Late  time.Duration // SlipMargin: how long after its end a token is still used; SlipScale: what a second is taken for
	Renew token.Pos     // the place that fetches a new token
}

// A SlipKind says what is wrong with an expiry.
type SlipKind int

const (
	SlipInverted SlipKind = iota // renewed while valid, never once expired
	SlipMargin                   // renewed only some time after the end
	SlipUnit                     // seconds taken as nanoseconds or milliseconds
	SlipScale                    // seconds taken as minutes or hours
)

// ExpirySlips returns the wrong expiries of the package's tokens.
func (m *Model) ExpirySlips() []ExpirySlip {
	if m.Empty() {
		return nil
	}
	w := &expiryWalk{m: m, ix: m.flow(), ends: map[*types.Var]time.Duration{}, foreign: map[*types.Var]TokenEnd{}}
	for _, fn := range w.ix.funcs {
		for _, b := range fn.Blocks {
			if br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
				w.branch(br)
			}
		}
	}
	w.units()
	return w.list
}

type expiryWalk struct {
	m    *Model
	ix   *flowIndex
	list []ExpirySlip
	ends map[*types.Var]time.Duration // units of numbers that are ends; 0 for others
	// foreign are ends in the token structs of other packages.
	foreign map[*types.Var]TokenEnd
}

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

// branch looks at a decision that compares a token's end with the time.
func (w *expiryWalk) branch(br *ssa.If) {
	sp, op, ok := w.condition(br.Cond, 0)
	if !ok || sp.field == nil || sp.other != 0 || !w.holdsToken(sp.field) {
		return
	}
	if sp.end < 0 {
		sp.now, sp.end, sp.known = -sp.now, -sp.end, -sp.known
		op = mirrored(op)
	}
	if sp.end != 1 || sp.now != -1 {
		return
	}
	// The condition is "remaining + known op 0".
	var valid, expired *ssa.BasicBlock
	switch op {
	case token.GTR, token.GEQ:
		valid, expired = br.Block().Succs[0], br.Block().Succs[1]
	case token.LSS, token.LEQ:
		valid, expired = br.Block().Succs[1], br.Block().Succs[0]
	default:
		return
	}
	onValid, onExpired := w.renewal(valid, br, sp.field), w.renewal(expired, br, sp.field)
	switch {
	case onValid.IsValid() && !onExpired.IsValid():
		w.list = append(w.list, ExpirySlip{Kind: SlipInverted, Pos: condPos(br), Field: sp.field, Renew: onValid})
	case onExpired.IsValid() && !onValid.IsValid():
		// Renewed when remaining < -known; the stored end may have a margin too.
		margin, ok := w.storedMargin(sp.field)
		if late := sp.known + margin; ok && late > 0 {
			w.list = append(w.list, ExpirySlip{Kind: SlipMargin, Pos: condPos(br), Field: sp.field, Late: late, Renew: onExpired})
		}
	}
}

func mirrored(op token.Token) token.Token {
	switch op {
	case token.GTR:
		return token.LSS
	case token.LSS:
		return token.GTR
	case token.GEQ:
		return token.LEQ
	case token.LEQ:
		return token.GEQ
	}
	return op
}

// condition turns a condition into "span op 0".
func (w *expiryWalk) condition(cond ssa.Value, depth int) (span, token.Token, bool) {
	if depth > 6 {
		return span{}, 0, false
	}
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			sp, op, ok := w.condition(c.X, depth+1)
			return sp, negated(op), ok
		}
	case *ssa.BinOp:
		switch c.Op {
		case token.LSS, token.LEQ, token.GTR, token.GEQ:
			x, ok1 := w.span(c.X, 0)
			y, ok2 := w.span(c.Y, 0)
			if !ok1 || !ok2 {
				return span{}, 0, false
			}
			sp, ok := inOneUnit(x, y)
			return sp, c.Op, ok
		}
	case *ssa.Call:
		fn := CalleeObject(c)
		if !inPackage(fn, "time") {
			return w.predicate(c, depth+1)
		}
		if len(c.Call.Args) != 2 {
			return span{}, 0, false
		}
		x, ok1 := w.span(c.Call.Args[0], 0)
		y, ok2 := w.span(c.Call.Args[1], 0)
		if !ok1 || !ok2 {
			return span{}, 0, false
		}
		sp, ok := x.plus(y, -1)
		switch fn.Name() {
		case "Before":
			return sp, token.LSS, ok
		case "After":
			return sp, token.GTR, ok
		}
	}
	return span{}, 0, false
}

// predicate looks into a method of the package like expired().
func (w *expiryWalk) predicate(call *ssa.Call, depth int) (span, token.Token, bool) {
	fn := staticCallee(&call.Call)
	if fn == nil || len(fn.Blocks) != 1 {
		return span{}, 0, false
	}
	ret, ok := fn.Blocks[0].Instrs[len(fn.Blocks[0].Instrs)-1].(*ssa.Return)
	if !ok || len(ret.Results) != 1 {
		return span{}, 0, false
	}
	return w.condition(ret.Results[0], depth)
}

func negated(op token.Token) token.Token {
	switch op {
	case token.GTR:
		return token.LEQ
	case token.LEQ:
		return token.GTR
	case token.LSS:
		return token.GEQ
	case token.GEQ:
		return token.LSS
	}
	return op
}

// inOneUnit subtracts numbers: a bare number has the unit of its neighbour.
func inOneUnit(x, y span) (span, bool) {
	scale := func(s span, unit time.Duration) span {
		if s.unit == 0 && unit != 0 {
			s.known *= unit
			s.unit = unit
		}
		return s
	}
	return scale(x, y.unit).plus(scale(y, x.unit), -1)
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
func isTime(t types.Type) bool     { return isNamed(t, "time", "Time") }

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
	if t := library.TypeOf(holder); t != nil {
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
		if isNilOrZero(st.Val) {
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

// holdsToken reports whether the struct around a field also has a token, so
// that the field is the token's end and not some cache entry's.
func (w *expiryWalk) holdsToken(f *types.Var) bool {
	if f.Pkg() != w.m.pass.Pkg {
		return true // only a library's token gets here
	}
	for _, a := range w.m.TokenAnswers() {
		if a.Expiry == f {
			return true
		}
	}
	s := w.ix.structOf(f)
	if s == nil {
		return false
	}
	for g := range s.Fields() {
		name := strings.ToLower(g.Name())
		for _, word := range []string{"token", "jwt", "bearer", "credential", "authorization"} {
			if strings.Contains(name, word) {
				return true
			}
		}
	}
	return false
}

// structOf returns the struct that declares a field, where it is stored or read.
func (ix *flowIndex) structOf(f *types.Var) *types.Struct {
	under := func(t types.Type) *types.Struct {
		if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		s, _ := types.Unalias(t).Underlying().(*types.Struct)
		return s
	}
	for _, st := range ix.stores[f] {
		return under(st.Addr.(*ssa.FieldAddr).X.Type())
	}
	for _, v := range ix.loads[f] {
		switch v := v.(type) {
		case *ssa.UnOp:
			if fa, ok := v.X.(*ssa.FieldAddr); ok {
				return under(fa.X.Type())
			}
		case *ssa.Field:
			return under(v.X.Type())
		}
	}
	return nil
}

// renewal returns the place, reachable from a branch without another decision
// about the same end, that stores a new end after fetching a token.
func (w *expiryWalk) renewal(from *ssa.BasicBlock, br *ssa.If, f *types.Var) token.Pos {
	seen := map[*ssa.BasicBlock]bool{br.Block(): true}
	work := []*ssa.BasicBlock{from}
	stores, fetches := token.NoPos, false
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		for _, instr := range b.Instrs {
			if st, ok := instr.(*ssa.Store); ok && w.storesEnd(st, f) {
				stores = st.Pos()
			}
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			callee := staticCallee(call.Common())
			if w.m.isSend(call) || callee != nil && w.m.reaches(callee, w.m.isSend) {
				fetches = true
			}
			if callee != nil && w.storesBelow(callee, f) {
				stores = call.Pos()
			}
		}
		if last, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
			if sp, _, ok := w.condition(last.Cond, 0); ok && sp.end != 0 {
				continue // another decision about an end
			}
		}
		work = append(work, b.Succs...)
	}
	if !fetches {
		return token.NoPos
	}
	return stores
}

// storesEnd reports whether a store puts a new end, or a whole new token, in place.
func (w *expiryWalk) storesEnd(st *ssa.Store, f *types.Var) bool {
	fa, ok := st.Addr.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	g := structField(fa.X.Type(), fa.Field)
	if g == f {
		return true
	}
	if g == nil || isNilOrZero(st.Val) {
		return false
	}
	// c.token = &token{…} where token declares the end.
	t := types.Unalias(g.Type())
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := types.Unalias(t).Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for h := range s.Fields() {
		if h.Origin() == f {
			return true
		}
	}
	return false
}

func (w *expiryWalk) storesBelow(fn *ssa.Function, f *types.Var) bool {
	found := false
	look := func(fn *ssa.Function) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if st, ok := instr.(*ssa.Store); ok && w.storesEnd(st, f) {
					found = true
				}
			}
		}
	}
	look(fn)
	w.m.reaches(fn, func(call ssa.CallInstruction) bool {
		if callee := staticCallee(call.Common()); callee != nil {
			look(callee)
		}
		return found
	})
	return found
}

// units looks for lifetimes in seconds (expires_in beside access_token) that
// are used as a Duration or added to a clock in another unit as they are.
func (w *expiryWalk) units() {
	for _, a := range w.m.TokenAnswers() {
		if a.Expiry == nil || a.tags[a.Expiry] != "expires_in" || a.tags[a.Token] != "access_token" {
			continue
		}
		if !w.m.decodedFromAnswer(a) {
			continue // also made here, in whatever unit
		}
		for _, load := range w.ix.loads[a.Expiry.Origin()] {
			if len(w.ix.stores[a.Expiry.Origin()]) > 0 {
				break // a Duration is put in after decoding
			}
			w.unit(a.Expiry, load)
		}
	}
	for f, loads := range w.ix.loads {
		for _, load := range loads {
			if w.foreignSeconds(f, load) {
				w.unit(f, load)
			}
		}
	}
}

// foreignSeconds reports whether a value is read from the lifetime in seconds
// of another package's token.
func (w *expiryWalk) foreignSeconds(f *types.Var, load ssa.Value) bool {
	if f == nil || f.Pkg() == nil || f.Pkg() == w.m.pass.Pkg {
		return false
	}
	var holder types.Type
	switch load := load.(type) {
	case *ssa.UnOp:
		if fa, ok := load.X.(*ssa.FieldAddr); ok {
			holder = fa.X.Type()
		}
	case *ssa.Field:
		holder = load.X.Type()
	}
	if holder == nil {
		return false
	}
	t := w.m.tokenType(holder)
	return t != nil && slices.ContainsFunc(t.Ends, func(e TokenEnd) bool { return e.Field == f.Name() && e.Seconds })
}

func (w *expiryWalk) unit(f *types.Var, v ssa.Value) {
	if v.Referrers() == nil {
		return
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Convert:
			w.unit(f, ref)
		case *ssa.ChangeType:
			w.unit(f, ref)
		case *ssa.BinOp:
			other := ref.X
			if other == v {
				other = ref.Y
			}
			if ref.Op == token.MUL && isDuration(ref.Type()) {
				if sp, ok := w.span(other, 0); ok && (sp == span{known: time.Minute, unit: 1} || sp == span{known: time.Hour, unit: 1}) {
					w.list = append(w.list, ExpirySlip{Kind: SlipScale, Pos: ref.Pos(), Field: f, Late: sp.known})
				}
			}
			if ref.Op != token.ADD {
				continue
			}
			if sp, ok := w.span(other, 0); ok && sp.now == 1 && sp.end == 0 && (sp.unit == time.Nanosecond || sp.unit == time.Millisecond) {
				w.list = append(w.list, ExpirySlip{Kind: SlipUnit, Pos: ref.Pos(), Field: f})
			}
		case *ssa.Call:
			fn := CalleeObject(ref)
			if inPackage(fn, "time") && fn.Name() == "Add" && isDuration(v.Type()) {
				w.list = append(w.list, ExpirySlip{Kind: SlipUnit, Pos: ref.Pos(), Field: f})
			}
		}
	}
}

package httpmodel

import (
	"go/token"
	"go/types"
	"time"

	"golang.org/x/tools/go/ssa"
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

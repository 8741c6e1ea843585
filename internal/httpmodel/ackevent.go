package httpmodel

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// A WrongAckKind says why a sender of webhooks does not learn what became of
// an event.
type WrongAckKind int

const (
	AckUnknown WrongAckKind = iota // an event of a kind that is not known is refused
	AckStatus                      // success is told by a status that means failure to the sender
	AckEarly                       // success is told before the event is read
	AckPanic                       // a result is used before its error is looked at
)

// A WrongAck is a place where a receiver of webhooks tells the sender
// something else than what became of the event.
type WrongAck struct {
	Kind   WrongAckKind
	Pos    token.Pos
	Status int       // AckUnknown, AckStatus, AckEarly
	Want   int       // AckStatus: the status that the vendor asks for
	At     token.Pos // where the event is told apart or read, the call whose result it is
	What   string    // AckPanic: the result
	Hook   *Webhook
	// Once says that the vendor does not send a failed delivery again.
	Once bool
}

// WrongAcks returns such places, in source order.
func (m *Model) WrongAcks() []WrongAck {
	if m.Empty() {
		return nil
	}
	s := &answerSearch{m: m, sums: map[*ssa.Parameter]*answerSum{}}
	var list []WrongAck
	reached := map[*ssa.Function]*Webhook{}
	for _, h := range m.Handlers() {
		hook := h.Webhook()
		if hook == nil || m.skipsTest(h.fn) {
			continue
		}
		m.reachedFrom(h.fn, hook, reached, 0)
		if hook.Named {
			continue // a sender that we know nothing of
		}
		w := h.writer()
		if w == nil {
			continue
		}
		for instr := range lazyssa.Each[ssa.Instruction](h.fn) {
			a, ok, _ := s.use(instr, w)
			if !ok || instr.Parent() != h.fn {
				continue
			}
			if ack, ok := m.wrongAck(a, hook, h); ok {
				list = append(list, ack)
			}
		}
	}
	for fn, hook := range reached {
		list = append(list, m.panics(fn, hook)...)
	}
	slices.SortFunc(list, func(a, b WrongAck) int { return cmp.Compare(a.Pos, b.Pos) })
	return slices.CompactFunc(list, func(a, b WrongAck) bool { return a.Pos == b.Pos })
}

// writer returns the parameter that the handler answers through, or nil.
func (h *Handler) writer() *ssa.Parameter {
	i := h.Writer
	if h.Router != "net/http" {
		i = h.Request
	}
	if i < 0 || i >= len(h.fn.Params) || !isWriter(h.fn.Params[i].Type()) {
		return nil
	}
	return h.fn.Params[i]
}

// reachedFrom notes the functions of the package that a receiver runs.
func (m *Model) reachedFrom(fn *ssa.Function, hook *Webhook, reached map[*ssa.Function]*Webhook, depth int) {
	if fn == nil || fn.Blocks == nil || depth > 3 || reached[fn] != nil {
		return
	}
	reached[fn] = hook
	for call := range lazyssa.Each[*ssa.Call](fn) {
		m.reachedFrom(staticCallee(&call.Call), hook, reached, depth+1)
	}
}

func (m *Model) wrongAck(a answer, hook *Webhook, h *Handler) (WrongAck, bool) {
	ack := WrongAck{Pos: a.call.Pos(), Status: a.status, Hook: hook}
	want := handlerData().Success[hook.Vendor]
	switch {
	case !a.sets:
		return ack, false
	case a.status >= 400 && a.status < 600:
		at, unknown := m.unknownEvent(a.call.Block())
		ack.Kind, ack.At = AckUnknown, at
		ack.Once = slices.Contains(handlerData().Once, hook.Vendor)
		return ack, unknown
	case a.status < 200 || a.status > 299:
		return ack, false
	case want != 0 && a.status != want:
		ack.Kind, ack.Want = AckStatus, want
		return ack, true
	}
	ack.Kind, ack.At = AckEarly, m.readAfter(a.call, h)
	return ack, ack.At.IsValid()
}

// unknownEvent reports whether a block is reached only when an event is of none
// of the kinds that are known, and where that is found out.
func (m *Model) unknownEvent(b *ssa.BasicBlock) (at token.Pos, ok bool) {
	for len(b.Preds) == 1 {
		pred := b.Preds[0]
		branch, isIf := pred.Instrs[len(pred.Instrs)-1].(*ssa.If)
		if !isIf {
			b = pred
			continue
		}
		kind, known, empty := isKnown(branch.Cond)
		if kind == nil || (pred.Succs[0] == b) == known || pred.Succs[0] == pred.Succs[1] || !m.isEventKind(kind) {
			return token.NoPos, false
		}
		if !empty {
			return ValuePos(branch.Cond), true
		}
		b = pred
	}
	return token.NoPos, false
}

// isKnown returns the kind of an event that a condition compares with one that
// the program knows, whether it is that one if the condition holds, and whether
// that one is none at all.
func isKnown(cond ssa.Value) (kind ssa.Value, known, empty bool) {
	switch c := cond.(type) {
	case *ssa.BinOp:
		if text, ok := constString(c.Y); ok && (c.Op == token.EQL || c.Op == token.NEQ) {
			return c.X, c.Op == token.EQL, text == ""
		}
	case *ssa.UnOp:
		if c.Op == token.NOT {
			kind, known, empty = isKnown(c.X)
			return kind, !known, empty
		}
	case *ssa.Extract:
		switch t := c.Tuple.(type) {
		case *ssa.Lookup:
			if c.Index == 1 {
				return t.Index, true, false
			}
		case *ssa.TypeAssert:
			if c.Index == 1 {
				return t.X, true, false
			}
		}
	}
	return nil, false, false
}

// isEventKind reports whether a value tells what kind of event was delivered:
// a header or a part of the payload that is called so, or the event itself,
// whose type is asked for.
func (m *Model) isEventKind(v ssa.Value) bool {
	if types.IsInterface(v.Type()) {
		for _, o := range m.Origins(v) {
			if o.Kind != OriginCall {
				return false
			}
			if f := m.lib.FuncOf(CalleeObject(o.Call)); f == nil || f.Webhook == nil || o.Index != 0 {
				return false
			}
		}
		return true
	}
	for _, p := range m.inboundParts(v) {
		return p.kind == partHeader && isEventName(p.name)
	}
	return slices.ContainsFunc(loadedName(v), isEventName)
}

func isEventName(name string) bool {
	know := handlerData()
	if slices.Contains(know.EventNames, strings.ToLower(name)) {
		return true
	}
	return slices.ContainsFunc(wordsOf(name), func(w string) bool { return slices.Contains(know.EventWords, w) })
}

// readAfter returns where the body is read to which an answer was sent already.
func (m *Model) readAfter(a ssa.CallInstruction, h *Handler) token.Pos {
	for call := range lazyssa.Each[*ssa.Call](h.fn) {
		f := m.lib.FuncOf(CalleeObject(call))
		if call.Parent() != h.fn || f == nil || f.Read == nil || f.Read.Into == nil && !f.Read.Drains || !before(a, call) {
			continue
		}
		if from := argAt(&call.Call, f.Read.From); from != nil {
			w := &inboundWalk{m: m, reader: h.fn, seen: map[ssa.Value]bool{}}
			if w.walk(from); w.body.IsValid() && !(&bodySearch{m: m}).discards(call, f.Read) {
				return call.Pos()
			}
		}
	}
	return token.NoPos
}

// panics returns the places in a function where the result of a call is used
// before its error is looked at: on failure it is nil.
func (m *Model) panics(fn *ssa.Function, hook *Webhook) []WrongAck {
	var list []WrongAck
	for call := range lazyssa.Each[*ssa.Call](fn) {
		res := call.Call.Signature().Results()
		n := res.Len()
		if n < 2 || call.Parent() != fn || !isErrorType(res.At(n-1).Type()) || m.isSend(call) {
			continue
		}
		checked := nilTest(resultOf(call, n-1))
		if checked == nil {
			continue
		}
		for i := range n - 1 {
			if _, ok := types.Unalias(res.At(i).Type()).Underlying().(*types.Pointer); !ok || isNamed(res.At(i).Type(), "net/http", "Response") {
				continue
			}
			result := resultOf(call, i)
			if result == nil || nilTest(result) != nil {
				continue
			}
			for _, ref := range *result.Referrers() {
				fa, ok := ref.(*ssa.FieldAddr)
				if ok && before(fa, checked) && reads(fa) {
					list = append(list, WrongAck{Kind: AckPanic, Pos: fa.Pos(), At: call.Pos(), What: res.At(i).Type().String(), Hook: hook})
					break
				}
			}
		}
	}
	return list
}

// nilTest returns the first comparison of a value with nil.
func nilTest(v ssa.Value) *ssa.BinOp {
	if v == nil {
		return nil
	}
	for _, ref := range *v.Referrers() {
		if test, ok := ref.(*ssa.BinOp); ok && (test.Op == token.EQL || test.Op == token.NEQ) {
			return test
		}
	}
	return nil
}

func reads(fa *ssa.FieldAddr) bool {
	return slices.ContainsFunc(*fa.Referrers(), func(ref ssa.Instruction) bool {
		load, ok := ref.(*ssa.UnOp)
		return ok && load.Op == token.MUL
	})
}

// before reports whether every way to b leads through a.
func before(a, b ssa.Instruction) bool {
	if a.Block() == b.Block() {
		return slices.Index(a.Block().Instrs, a) < slices.Index(b.Block().Instrs, b)
	}
	return a.Block().Dominates(b.Block())
}

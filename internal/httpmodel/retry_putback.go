package httpmodel

import (
	"go/token"
	"go/types"
	"iter"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
)

// putBack looks for a loop that takes what it sends from a channel, and where
// the item of a request that failed goes back into it.
func (f *retryFinder) putBack(l *httpfacts.Loop, fn *ssa.Function, path []ssa.CallInstruction) bool {
	known, had := f.backs[l]
	if !had {
		known = f.m.putsBack(l)
		f.backs[l] = known
	}
	back := maps.Clone(known)
	for _, call := range path {
		delete(back, call)
	}
	if len(back) == 0 {
		return false
	}
	res := f.m.facts.PlayPutBack(f.send.Send, path[0], l, back)
	if res.Overflow || !res.Reached {
		return false
	}
	ends := make([]play.End, 0, len(res.Ends))
	for _, e := range res.Ends {
		if e.Kind == play.Repeats && e.Again == path[0] {
			e.Kind = play.Leaves // the next item
		}
		ends = append(ends, e)
	}
	r := &Retry{Form: PutBack, In: fn, Path: path, loop: l, kinds: res.Kinds}
	if !r.judge(ends) || r.Always {
		return false
	}
	f.add(l.Head, r)
	return true
}

// putsBack returns what puts an item that a loop receives back into the channel
// that it comes from: the sends, and the calls and goroutines that hold one.
func (m *Model) putsBack(l *httpfacts.Loop) map[ssa.Instruction]bool {
	var channels []any
	for b := range l.Blocks {
		for _, instr := range b.Instrs {
			for _, ch := range received(instr) {
				if place := m.channelPlace(ch); place != nil {
					channels = append(channels, place)
				}
			}
		}
	}
	if len(channels) == 0 {
		return nil
	}
	back := map[ssa.Instruction]bool{}
	holds := map[*ssa.Function]bool{}
	for instr := range lazyssa.Each[ssa.Instruction](m.SSA().Funcs...) {
		for ch, item := range sent(instr) {
			if place := m.channelPlace(ch); place != nil && slices.Contains(channels, place) && passedOn(instr, item, l) {
				back[instr] = true
				holds[instr.Parent()] = true
			}
		}
	}
	if len(back) == 0 {
		return nil
	}
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		for _, v := range append([]ssa.Value{call.Common().Value}, call.Common().Args...) {
			if mc, ok := v.(*ssa.MakeClosure); ok && holds[mc.Fn.(*ssa.Function)] {
				back[call] = true // go func() { ... }(), time.AfterFunc
			}
		}
		if l.Blocks[call.Block()] && holds[staticCallee(call.Common())] {
			back[call] = true
		}
	}
	return back
}

// received returns the channels that an instruction takes an item from.
func received(instr ssa.Instruction) []ssa.Value {
	switch x := instr.(type) {
	case *ssa.UnOp:
		if x.Op == token.ARROW {
			return []ssa.Value{x.X}
		}
	case *ssa.Select:
		var list []ssa.Value
		for _, st := range x.States {
			if st.Dir == types.RecvOnly {
				list = append(list, st.Chan)
			}
		}
		return list
	}
	return nil
}

// sent yields the channels that an instruction may send to, and what it sends.
func sent(instr ssa.Instruction) iter.Seq2[ssa.Value, ssa.Value] {
	return func(yield func(ch, item ssa.Value) bool) {
		switch x := instr.(type) {
		case *ssa.Send:
			yield(x.Chan, x.X)
		case *ssa.Select:
			for _, st := range x.States {
				if st.Dir == types.SendOnly && !yield(st.Chan, st.Send) {
					return
				}
			}
		}
	}
}

// A channelAt is what holds a channel: fields below a variable or an object of a
// type. It is equal for one that is used in several functions.
type channelAt struct {
	root   any // a variable, a value, or the object's *types.TypeName
	fields string
}

// channelPlace returns what holds a channel, nil where that is not known or it
// carries no items.
func (m *Model) channelPlace(ch ssa.Value) any {
	t, ok := ch.Type().Underlying().(*types.Chan)
	if !ok {
		return nil
	}
	if st, ok := t.Elem().Underlying().(*types.Struct); ok && st.NumFields() == 0 || isNamed(t.Elem(), "time", "Time") {
		return nil // a signal
	}
	at := channelAt{}
	v := ch
	for range 8 {
		switch x := v.(type) {
		case *ssa.ChangeType:
			v = x.X
		case *ssa.FieldAddr:
			at.fields = structField(x.X.Type(), x.Field).Name() + "." + at.fields
			if _, deeper := x.X.(*ssa.FieldAddr); !deeper {
				if load, ok := x.X.(*ssa.UnOp); !ok || !isField(load.X) {
					n := namedOf(x.X.Type())
					if n == nil {
						return nil
					}
					at.root = n
					return at
				}
			}
			v = x.X
		case *ssa.UnOp:
			v = x.X
		case *ssa.FreeVar:
			bound := m.flow().bindings(x)
			if len(bound) == 0 {
				return nil
			}
			v = bound[0]
		case *ssa.Global, *ssa.Alloc, *ssa.MakeChan, *ssa.Parameter:
			at.root = x
			return at
		default:
			return nil
		}
	}
	return nil
}

func isField(v ssa.Value) bool {
	_, ok := v.(*ssa.FieldAddr)
	return ok
}

// passedOn reports whether what is sent is made of an item that the loop
// received, or was given to the function that sends it.
func passedOn(send ssa.Instruction, item ssa.Value, l *httpfacts.Loop) bool {
	if send.Parent() == l.Fn && !l.Blocks[send.Block()] {
		return false
	}
	seen := map[ssa.Value]bool{}
	var from func(v ssa.Value) bool
	from = func(v ssa.Value) bool {
		if v == nil || seen[v] || len(seen) > 60 {
			return false
		}
		seen[v] = true
		switch x := v.(type) {
		case *ssa.Parameter:
			return send.Parent() != l.Fn
		case *ssa.FreeVar:
			return true
		case *ssa.UnOp:
			if x.Op == token.ARROW {
				return l.Blocks[x.Block()]
			}
		case *ssa.Select:
			return l.Blocks[x.Block()]
		case *ssa.Alloc:
			for _, ref := range *x.Referrers() {
				switch ref := ref.(type) {
				case *ssa.Store:
					if ref.Addr == x && from(ref.Val) {
						return true
					}
				case *ssa.FieldAddr:
					for _, use := range *ref.Referrers() {
						if st, ok := use.(*ssa.Store); ok && st.Addr == ref && from(st.Val) {
							return true
						}
					}
				}
			}
			return false
		}
		instr, ok := v.(ssa.Instruction)
		if !ok {
			return false
		}
		for _, op := range instr.Operands(nil) {
			if *op != nil && from(*op) {
				return true
			}
		}
		return false
	}
	return from(item)
}

package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// freshKey returns where an idempotency key is set to a value that each
// attempt makes anew, if every key that is set between the attempts is.
func (r *Retry) freshKey() token.Pos {
	found := token.NoPos
	other := r.visit(func(instr ssa.Instruction) bool {
		v := idempotencyKey(instr)
		if v == nil {
			return false
		}
		w := &freshWalk{r: r, seen: map[ssa.Value]bool{}}
		switch {
		case w.none(v):
			return false
		case !w.fresh(v):
			return true
		}
		found = instr.Pos()
		return false
	})
	if other {
		return token.NoPos
	}
	return found
}

// idempotencyKey returns the value that an instruction puts into a header, a
// field or an entry that is called after an idempotency key.
func idempotencyKey(instr ssa.Instruction) ssa.Value {
	switch i := instr.(type) {
	case *ssa.Store:
		if fa, ok := i.Addr.(*ssa.FieldAddr); ok && isText(i.Val.Type()) && isIdempotency(structField(fa.X.Type(), fa.Field).Name()) {
			return i.Val
		}
	case *ssa.MapUpdate:
		if name, ok := constString(i.Key); ok && isIdempotency(name) {
			return i.Value
		}
	case *ssa.Call:
		lib := library.FuncOf(calleeOf(&i.Call))
		if lib == nil || lib.SetHeader == nil || lib.SetHeader.Name == nil || lib.SetHeader.Value == nil {
			return nil
		}
		if name, ok := constString(argAt(&i.Call, lib.SetHeader.Name)); ok && isIdempotency(name) {
			return argAt(&i.Call, lib.SetHeader.Value)
		}
	}
	return nil
}

func isIdempotency(name string) bool { return strings.Contains(strings.ToLower(name), "idempoten") }

// A freshWalk goes back from a key to what it is made of.
type freshWalk struct {
	r    *Retry
	seen map[ssa.Value]bool
}

// fresh reports whether a value has something in it that is another one in
// each attempt: an identifier or a random number made there, the present time,
// the number of the attempt.
func (w *freshWalk) fresh(v ssa.Value) bool {
	if p, ok := v.(*ssa.Parameter); ok && !w.seen[v] {
		w.seen[v] = true
		args := w.given(p)
		return len(args) > 0 && !slices.ContainsFunc(args, func(a ssa.Value) bool { return !w.fresh(a) })
	}
	instr, ok := v.(ssa.Instruction)
	if !ok || w.seen[v] || len(w.seen) > 100 || !w.again(instr) {
		return false
	}
	w.seen[v] = true
	switch x := v.(type) {
	case *ssa.Call:
		return w.call(x)
	case *ssa.Extract:
		return w.fresh(x.Tuple)
	case *ssa.Phi:
		if w.r.Form == InLoop && x.Block() == w.r.loop.Head && isInt(x.Type()) {
			return true
		}
		for _, e := range x.Edges {
			if !w.fresh(e) {
				return false
			}
		}
		return true
	case *ssa.UnOp:
		return w.fresh(x.X)
	case *ssa.BinOp:
		return w.fresh(x.X) || w.fresh(x.Y)
	case *ssa.Convert:
		return w.fresh(x.X)
	case *ssa.MakeInterface:
		return w.fresh(x.X)
	case *ssa.Slice:
		for _, part := range variadic(x) {
			if part != nil && w.fresh(part) {
				return true
			}
		}
		return w.fresh(x.X)
	case *ssa.Alloc:
		return w.filled(x)
	}
	return false
}

// none reports whether no attempt is given a key by a function that sets one
// where it is given one.
func (w *freshWalk) none(v ssa.Value) bool {
	p, ok := v.(*ssa.Parameter)
	return ok && p.Parent() != w.r.In && len(w.given(p)) == 0
}

// given returns what the attempts give a parameter, the empty text left out.
func (w *freshWalk) given(p *ssa.Parameter) []ssa.Value {
	var list []ssa.Value
	for _, call := range w.r.model.flow().calls[genericOrigin(p.Parent())] {
		arg := argument(call, paramIndex(p))
		if text, ok := constString(arg); arg == nil || ok && text == "" || outermost(call.Parent()) != outermost(w.r.In) || !w.again(call) {
			continue
		}
		list = append(list, arg)
	}
	return list
}

// again reports whether each attempt runs an instruction.
func (w *freshWalk) again(instr ssa.Instruction) bool {
	fn := instr.Parent()
	if fn == w.r.In {
		return w.r.between(instr)
	}
	for p := w.r.In.Parent(); p != nil; p = p.Parent() {
		if fn == p {
			return false // it was there when the operation was made
		}
	}
	return true
}

func (w *freshWalk) call(call *ssa.Call) bool {
	callee := calleeOf(&call.Call)
	if lib := library.FuncOf(callee); lib != nil && lib.Unique {
		return true
	}
	recv := receiver(&call.Call)
	if isTimeMethod(callee, "Unix") {
		now, ok := recv.(*ssa.Call)
		return ok && calledName(&now.Call) == "Now" && w.again(now)
	}
	if fn := staticCallee(&call.Call); fn != nil && len(fn.Blocks) > 0 {
		return makesUnique(fn, 0)
	}
	for _, a := range call.Call.Args { // uuid.Must, String, Sprintf, hex.EncodeToString
		if w.fresh(a) {
			return true
		}
	}
	return false
}

// isTimeMethod reports whether a function is a method of time.Time whose name
// begins with a word.
func isTimeMethod(fn *types.Func, word string) bool {
	return fn != nil && fn.Signature().Recv() != nil && isTime(fn.Signature().Recv().Type()) && strings.HasPrefix(fn.Name(), word)
}

// filled reports whether a variable is filled with a unique value.
func (w *freshWalk) filled(a *ssa.Alloc) bool {
	for _, ref := range *a.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr == ssa.Value(a) && w.fresh(ref.Val) {
				return true
			}
		case *ssa.Slice:
			for _, use := range *ref.Referrers() {
				if call, ok := use.(*ssa.Call); ok && isUnique(call) {
					return true
				}
			}
		}
	}
	return false
}

func isUnique(call *ssa.Call) bool {
	lib := library.FuncOf(calleeOf(&call.Call))
	return lib != nil && lib.Unique
}

// makesUnique reports whether a function of the package makes its text of a
// unique value: nothing is kept, and it takes nothing that tells requests apart.
func makesUnique(fn *ssa.Function, depth int) bool {
	if depth > 2 || fn.Signature.Results().Len() == 0 {
		return false
	}
	found := false
	for instr := range lazyssa.Each[ssa.Instruction](fn) {
		switch i := instr.(type) {
		case *ssa.Store:
			switch i.Addr.(type) {
			case *ssa.Global, *ssa.FieldAddr:
				return false // it may be kept
			}
		case *ssa.MapUpdate, *ssa.Lookup:
			return false
		case *ssa.Call:
			callee := staticCallee(&i.Call)
			found = found || isUnique(i) || callee != nil && len(callee.Blocks) > 0 && callee != fn && makesUnique(callee, depth+1)
		}
	}
	return found
}

package httpmodel

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// reader is the state of a reader that becomes a body.
func (w *bodyWalk) reader(v ssa.Value, ctx bodyCtx) bodyState {
	if v == nil {
		return bodyUnknown
	}
	if !w.enter(v, ctx) {
		return bodyNone
	}
	w.keys = append(w.keys, v)
	switch x := v.(type) {
	case *ssa.Const:
		return bodyNone
	case *ssa.MakeInterface:
		return w.reader(x.X, ctx)
	case *ssa.ChangeInterface:
		return w.reader(x.X, ctx)
	case *ssa.ChangeType:
		return w.reader(x.X, ctx)
	case *ssa.TypeAssert:
		return w.reader(x.X, ctx)
	case *ssa.Phi:
		return w.join(x.Edges, ctx, w.reader)
	case *ssa.Extract:
		switch t := x.Tuple.(type) {
		case *ssa.Call:
			return w.readerCall(t, x.Index, v, ctx)
		case *ssa.TypeAssert:
			return w.reader(t.X, ctx)
		}
	case *ssa.Call:
		return w.readerCall(x, 0, v, ctx)
	case *ssa.Alloc:
		at := w.at(x, ctx)
		if !at.once {
			return bodyFresh
		}
		return w.used(x, v)
	case *ssa.Parameter:
		return w.param(x, ctx, w.reader)
	case *ssa.FreeVar, *ssa.UnOp:
		return w.load(v, ctx, w.reader)
	}
	return bodyUnknown
}

// readerCall is a reader that a call made: around another one, or anew.
func (w *bodyWalk) readerCall(call *ssa.Call, index int, v ssa.Value, ctx bodyCtx) bodyState {
	ctx = w.at(call, ctx)
	callee := calleeOf(&call.Call)
	if lib := library.FuncOf(callee); lib != nil && lib.Wrap != nil {
		return w.reader(argAt(&call.Call, lib.Wrap.From), ctx)
	}
	if callee != nil && callee.Pkg() != nil && callee.Pkg().Path() == "io" {
		for i, a := range call.Call.Args { // TeeReader, LimitReader, MultiReader
			if i < callee.Signature().Params().Len() && isReaderType(callee.Signature().Params().At(i).Type()) {
				return w.reader(a, ctx)
			}
		}
	}
	if fn := staticCallee(&call.Call); fn != nil && fn.Blocks != nil {
		return w.returns(fn, index, ctx.into(call), w.reader)
	}
	if !ctx.once {
		return bodyFresh
	}
	return w.used(v, v)
}

// used is a reader that was made before the first attempt: it is used up,
// unless an attempt writes to it again.
func (w *bodyWalk) used(reader, v ssa.Value) bodyState {
	if w.r.visit(func(instr ssa.Instruction) bool { return writesTo(instr, reader) }) {
		return bodyFresh
	}
	w.stale = BodyAgain{Made: ValuePos(v), Reader: v}
	return bodyStale
}

// writesTo reports whether a call is given a reader that is a buffer, to write
// to it or to set it back.
func writesTo(instr ssa.Instruction, buffer ssa.Value) bool {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return false
	}
	if recv := receiver(call.Common()); recv == buffer {
		switch name := calleeOf(call.Common()).Name(); name {
		case "Len", "Size", "String", "Bytes", "Close", "Cap", "Available":
			return false
		default:
			return true
		}
	}
	for _, a := range call.Common().Args {
		m, ok := a.(*ssa.MakeInterface)
		if ok && m.X == buffer && types.IsInterface(m.Type()) && hasMethod(m.Type(), "Write") {
			return true
		}
	}
	return false
}

func hasMethod(t types.Type, name string) bool {
	i, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for m := range i.Methods() {
		if m.Name() == name {
			return true
		}
	}
	return false
}

// builder is the reader among what a library's own request was made with, in
// one chain of calls.
func (w *bodyWalk) builder(v ssa.Value, ctx bodyCtx) bodyState {
	state := bodyNone
	for range 24 {
		call, ok := v.(*ssa.Call)
		if !ok {
			break
		}
		if lib := library.FuncOf(calleeOf(&call.Call)); lib != nil && lib.NewRequest != nil && lib.NewRequest.Body != nil {
			if m, ok := argAt(&call.Call, lib.NewRequest.Body).(*ssa.MakeInterface); ok && isReaderLike(m.X.Type()) {
				state = max(state, w.reader(m.X, w.at(call, ctx)))
			}
		}
		v = receiver(&call.Call)
	}
	return state
}

// isReaderType reports whether a type is an interface to read from that cannot
// be set back: io.Reader, io.ReadCloser.
func isReaderType(t types.Type) bool {
	return hasMethod(t, "Read") && !hasMethod(t, "Seek")
}

// isReaderLike reports whether values of a type can be read once.
func isReaderLike(t types.Type) bool {
	return isReaderType(t) || isNamed(t, "bytes", "Reader") || isNamed(t, "bytes", "Buffer") || isNamed(t, "strings", "Reader") || isNamed(t, "os", "File")
}

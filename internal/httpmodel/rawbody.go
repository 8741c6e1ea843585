package httpmodel

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// rawKept reports whether the text that a decode reads may be kept beside
// what it becomes: put into an error, logged, handed on. It errs on the side
// of yes.
func (m *Model) rawKept(d play.Decoding, e play.End) bool {
	if d.From == nil {
		return e.Flags&play.Read != 0 // the library has it, and the code asked for it
	}
	w := &rawWalk{m: m, seen: map[ssa.Value]bool{}}
	w.back(d.From)
	return w.kept
}

// A rawWalk goes back from what is decoded to the text of the answer and
// looks at everything else that is done with it.
type rawWalk struct {
	m    *Model
	seen map[ssa.Value]bool
	kept bool
}

// back goes from a reader, decoder or text to what it was made from.
func (w *rawWalk) back(v ssa.Value) {
	if w.seen[v] || w.kept {
		return
	}
	w.seen[v] = true
	if len(w.seen) > 100 {
		w.kept = true
		return
	}
	if isText(v.Type()) {
		w.uses(v)
	}
	switch v := v.(type) {
	case *ssa.ChangeInterface:
		w.back(v.X)
	case *ssa.MakeInterface:
		w.back(v.X)
	case *ssa.ChangeType:
		w.back(v.X)
	case *ssa.Convert:
		w.back(v.X)
	case *ssa.Slice:
		w.back(v.X)
	case *ssa.Phi:
		for _, edge := range v.Edges {
			w.back(edge)
		}
	case *ssa.Extract:
		w.back(v.Tuple)
	case *ssa.Call:
		w.call(v)
	case *ssa.Parameter:
		w.param(v)
	case *ssa.UnOp:
		w.load(v)
	case *ssa.Const:
	default:
		w.kept = true
	}
}

// load goes on where a reader comes from a field: the body itself is gone
// once it is read.
func (w *rawWalk) load(v *ssa.UnOp) {
	switch addr := v.X.(type) {
	case *ssa.FieldAddr:
		f := structField(addr.X.Type(), addr.Field)
		w.kept = w.kept || f == nil || f.Name() != "Body" || isText(v.Type())
	case *ssa.Alloc:
		uses := w.m.flow().cellUses(addr)
		w.kept = w.kept || uses.leaks || len(uses.fills) > 0
		for _, load := range uses.loads {
			if isText(load.Type()) {
				w.uses(load)
			}
		}
		for _, st := range uses.stores {
			w.back(st.Val)
		}
	default:
		w.kept = true
	}
}

func (w *rawWalk) call(call *ssa.Call) {
	lib := w.m.lib.FuncOf(CalleeObject(call))
	switch {
	case lib != nil && lib.Accessor == "data":
		w.siblings(call)
	case lib != nil && lib.Wrap != nil && lib.Wrap.From != nil:
		for _, arg := range call.Call.Args {
			if _, isInt := arg.Type().Underlying().(*types.Basic); !isInt || isText(arg.Type()) {
				w.back(arg)
			}
		}
	case lib != nil && lib.Read != nil && lib.Read.Into == nil && !lib.Read.Restores:
		w.back(argAt(&call.Call, lib.Read.From))
	case isTextFunc(CalleeObject(call)), isTextReader(CalleeObject(call)):
		for _, arg := range call.Call.Args {
			if isText(arg.Type()) {
				w.back(arg)
			}
		}
	default:
		w.kept = true
	}
}

// isTextReader reports whether a function makes a reader over text.
func isTextReader(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "bytes" && fn.Pkg().Path() != "strings" {
		return false
	}
	switch fn.Name() {
	case "NewReader", "NewBuffer", "NewBufferString":
		return true
	}
	return false
}

// siblings looks at every other place that asks a library's response for its
// text.
func (w *rawWalk) siblings(call *ssa.Call) {
	recv := receiver(&call.Call)
	if recv == nil || recv.Referrers() == nil {
		w.kept = true
		return
	}
	for _, ref := range *recv.Referrers() {
		other, ok := ref.(*ssa.Call)
		if !ok {
			continue
		}
		if lib := w.m.lib.FuncOf(CalleeObject(other)); lib != nil && lib.Accessor == "data" {
			w.uses(other)
		}
	}
}

// param goes on at the callers of the package.
func (w *rawWalk) param(p *ssa.Parameter) {
	if library.TypeOf(p.Type()) != nil || !isText(p.Type()) {
		return // the answer or its body
	}
	calls, complete := w.m.Callers(p.Parent())
	if !complete {
		w.kept = true
		return
	}
	for _, call := range calls {
		if arg := argument(call, paramIndex(p)); arg != nil {
			w.back(arg)
		}
	}
}

// uses looks at what is done with a text beside decoding it.
func (w *rawWalk) uses(v ssa.Value) {
	if v.Referrers() == nil {
		return
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.BinOp, *ssa.Index, *ssa.IndexAddr:
		case *ssa.Phi, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.MakeInterface, *ssa.Convert, *ssa.Slice, *ssa.Extract:
			w.textUse(ref.(ssa.Value))
		case *ssa.Store:
			if _, local := ref.Addr.(*ssa.Alloc); !local {
				w.kept = true
			}
		case ssa.CallInstruction:
			w.callUse(v, ref)
		default:
			w.kept = true
		}
	}
}

func (w *rawWalk) textUse(v ssa.Value) {
	if !w.seen[v] && !isErrorType(v.Type()) {
		w.seen[v] = true
		w.uses(v)
	}
}

func (w *rawWalk) callUse(v ssa.Value, call ssa.CallInstruction) {
	if b, ok := call.Common().Value.(*ssa.Builtin); ok && b.Name() == "len" {
		return
	}
	callee := CalleeObject(call)
	lib := w.m.lib.FuncOf(callee)
	res := call.Value()
	switch {
	case lib != nil && lib.Decode != nil:
	case lib != nil && lib.Wrap != nil && res != nil, isTextReader(callee):
		w.textUse(res)
	case callee != nil && callee.Pkg() != nil && callee.Pkg().Path() != "fmt" && textPackage(callee.Pkg().Path()) && res != nil:
		if isText(res.Type()) {
			w.textUse(res)
		}
	default:
		fn := staticCallee(call.Common())
		if fn == nil || fn.Blocks == nil {
			w.kept = true
			return
		}
		for i, p := range fn.Params {
			if argument(call, i) == v {
				w.textUse(p)
			}
		}
	}
}

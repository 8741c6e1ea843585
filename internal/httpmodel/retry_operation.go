package httpmodel

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// A Repeater is who calls an operation again.
type Repeater struct {
	// Lib is what is known of a library's function.
	Lib *library.Retry
	// Named says that only its name tells: a function or type that is called
	// retry, backoff or pacer.
	Named bool
	// Any says of a named one that it is known to do so after any error.
	Any bool
	// Marked says that errors of kinds of its own are left out.
	Marked bool
}

// An operation is a function that a call is given to repeat it.
type operation struct {
	by ssa.CallInstruction
	op Repeater
}

// operations returns the functions of the package that are given to something
// that may call them again.
func (m *Model) operations() map[*ssa.Function][]operation {
	ops := map[*ssa.Function][]operation{}
	for _, fn := range m.flow().funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					m.addOperations(ops, call)
				}
			}
		}
	}
	return ops
}

func (m *Model) addOperations(ops map[*ssa.Function][]operation, call ssa.CallInstruction) {
	callee := calleeOf(call.Common())
	if callee == nil {
		return
	}
	add := func(v ssa.Value, op Repeater) {
		if v == nil || !isFunc(v.Type()) {
			return
		}
		for _, o := range m.Origins(v) {
			if fn := funcOfValue(o.Value); fn != nil && len(fn.Blocks) > 0 {
				ops[fn] = append(ops[fn], operation{call, op})
			}
		}
	}
	lib := library.FuncOf(callee)
	switch {
	case lib != nil && lib.Retry != nil:
		add(argAt(call.Common(), lib.Retry.Operation), Repeater{Lib: lib.Retry})
	case lib != nil:
	case callee.Pkg() == m.pass.Pkg:
		for _, a := range call.Common().Args {
			add(a, Repeater{}) // the play says whether it repeats
		}
		for _, v := range m.heldOperations(call) {
			add(v, Repeater{})
		}
	case isRepeaterName(callee):
		for _, a := range call.Common().Args {
			add(a, m.repeatsAny(call, a))
		}
		for _, v := range m.heldOperations(call) {
			add(v, Repeater{Named: true})
		}
	}
}

// heldOperations returns the functions in the fields of the object whose
// method is called.
func (m *Model) heldOperations(call ssa.CallInstruction) []ssa.Value {
	recv := receiver(call.Common())
	if load, ok := recv.(*ssa.UnOp); ok {
		recv = load.X
	}
	a, ok := recv.(*ssa.Alloc)
	if !ok {
		return nil
	}
	objects := []*ssa.Alloc{a}
	if lit := copiedFrom(a); lit != nil {
		objects = append(objects, lit)
	}
	var list []ssa.Value
	for _, a := range objects {
		st, ok := a.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
		if !ok {
			continue
		}
		for i := range st.NumFields() {
			if isFunc(st.Field(i).Type()) {
				list = append(list, storesOf(a, i)...)
			}
		}
	}
	return list
}

// funcOfValue returns the function that a value is, or nil.
func funcOfValue(v ssa.Value) *ssa.Function {
	switch v := v.(type) {
	case *ssa.Function:
		return genericOrigin(v)
	case *ssa.MakeClosure:
		return genericOrigin(v.Fn.(*ssa.Function))
	}
	return nil
}

// isRepeaterName reports whether a function's name, its type's or its
// package's says that it repeats what it is given.
func isRepeaterName(fn *types.Func) bool {
	names := []string{fn.Name()}
	if recv := fn.Signature().Recv(); recv != nil {
		if n := namedOf(recv.Type()); n != nil {
			names = append(names, n.Name())
		}
	}
	if fn.Pkg() != nil {
		names = append(names, fn.Pkg().Name())
	}
	found := false
	for _, name := range names {
		for _, word := range camelWords(name) {
			switch word {
			case "no", "without", "never":
				return false
			case "retry", "retries", "retrier", "retryer", "retrying", "backoff", "pacer":
				found = true
			}
		}
	}
	return found
}

// operation reports whether fn is an operation that is repeated after failures.
func (f *retryFinder) operation(fn *ssa.Function, path []ssa.CallInstruction) bool {
	found := false
	for _, o := range f.m.retryMemo.ops[genericOrigin(fn)] {
		r := &Retry{Form: InOperation, In: fn, Path: path, By: o.by, Op: o.op}
		if o.op.Named {
			res := f.m.facts.PlayFrom(f.send.Send, path[0], fn)
			if res.Overflow || !res.Reached || !r.judgeResults(res.Ends) {
				continue
			}
			r.kinds = res.Kinds
		} else {
			res := f.m.facts.PlayFrom(f.send.Send, path[0], outermost(fn))
			if res.Overflow || !res.Reached || !r.judge(res.Ends) || r.Always {
				continue
			}
			r.kinds = res.Kinds
		}
		f.add(o.by, r)
		found = true
	}
	return found
}

// judgeResults reads from an operation's results whether they ask for another
// attempt: an error does, or a boolean that is not what a success gives.
func (r *Retry) judgeResults(ends []play.End) bool {
	sig := r.In.Signature
	n := sig.Results().Len()
	if n == 0 || !types.Identical(sig.Results().At(n-1).Type(), errorType) {
		return false
	}
	r.Ends = ends
	done, known := false, false // what the boolean is after a success
	for _, e := range ends {
		if e.Kind == play.Returns && n == 2 && len(e.Results) == n && e.Results[1].K == play.Nil && e.Out.Has(play.Status(200)) {
			if yes, no := e.Results[0].Sides(); yes.Has(play.Status(200)) != no.Has(play.Status(200)) {
				done, known = yes.Has(play.Status(200)), true
			}
		}
	}
	stops := false
	var maybe play.Outcomes
	for _, e := range ends {
		if e.Kind != play.Returns || len(e.Results) != n {
			continue
		}
		if e.Out&play.AnyStatus == play.AnyStatus && e.Results[n-1].K == play.NonNil && !e.Unknown && e.Flags&play.DataCheck == 0 {
			continue // the connection broke in mid-answer, whatever the status was
		}
		asks := e.Out
		switch e.Results[n-1].K {
		case play.Nil:
			asks = 0
		case play.Unknown:
			asks &^= play.Success // what it is after a success is not known
		}
		if yes, no := e.Results[0].Sides(); known && yes|no != 0 {
			if done {
				yes = no
			}
			asks = e.Out & yes
			r.said.on |= asks
			r.said.never |= e.Out &^ asks
		} else {
			maybe |= e.Out
		}
		stops = stops || asks&play.Success != e.Out&play.Success
		r.On |= asks &^ play.Success
	}
	r.said.on &^= maybe | r.said.never
	r.said.never &^= maybe | r.On
	return stops && r.On.Has(play.NetError|play.ErrorStatus)
}

// givenOperations returns the calls of function parameters by functions that
// are called retry or the like: what they call may send, and fails with an error.
func (m *Model) givenOperations() []*Send {
	var list []*Send
	for _, fn := range m.flow().funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !isRepeaterName(obj) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok {
					continue
				}
				if _, given := call.Call.Value.(*ssa.Parameter); given && !call.Call.IsInvoke() {
					if s := httpfacts.OperationSend(fn, call); s != nil {
						list = append(list, &Send{Send: s, model: m})
					}
				}
			}
		}
	}
	return list
}

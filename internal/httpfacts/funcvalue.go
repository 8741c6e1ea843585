package httpfacts

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/play"
)

// funcValues says what the package stores to its unexported fields and
// variables of a function type, so that calls through them can be followed.
type funcValues struct {
	fields  map[*types.Var][]ssa.Value
	globals map[*ssa.Global][]ssa.Value
	leaks   map[any]bool // fields and variables whose address goes elsewhere
	calls   map[*ssa.Function][]ssa.CallInstruction
	escapes map[*ssa.Function]bool // functions that are used as values
	made    map[*ssa.Function][]*ssa.MakeClosure
}

func newFuncValues(funcs []*ssa.Function) *funcValues {
	v := &funcValues{
		fields: map[*types.Var][]ssa.Value{}, globals: map[*ssa.Global][]ssa.Value{}, leaks: map[any]bool{},
		calls: map[*ssa.Function][]ssa.CallInstruction{}, escapes: map[*ssa.Function]bool{}, made: map[*ssa.Function][]*ssa.MakeClosure{},
	}
	for _, fn := range funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				v.add(instr)
			}
		}
	}
	return v
}

func (v *funcValues) add(instr ssa.Instruction) {
	var callee ssa.Value
	switch i := instr.(type) {
	case *ssa.DebugRef:
		return
	case *ssa.FieldAddr:
		if f := varOf(i); f != nil && isSignature(f.Type()) {
			v.uses(f, i, func(val ssa.Value) { v.fields[f] = append(v.fields[f], val) })
		}
	case *ssa.MakeClosure:
		fn := i.Fn.(*ssa.Function)
		v.made[fn] = append(v.made[fn], i)
		return
	case ssa.CallInstruction:
		if fn := i.Common().StaticCallee(); fn != nil {
			v.calls[originFn(fn)] = append(v.calls[originFn(fn)], i)
			callee = i.Common().Value
		}
	}
	for n, op := range instr.Operands(nil) {
		switch x := (*op).(type) {
		case *ssa.Function:
			if n != 0 || x != callee {
				v.escapes[originFn(x)] = true
			}
		case *ssa.Global:
			st, ok := instr.(*ssa.Store)
			switch {
			case ok && st.Addr == x:
				v.globals[x] = append(v.globals[x], st.Val)
			case !isLoad(instr):
				v.leaks[x] = true
			}
		}
	}
}

// uses calls stored for what is written through the address of a field, and
// notes where it goes out of sight.
func (v *funcValues) uses(key any, addr ssa.Value, stored func(ssa.Value)) {
	for _, ref := range *addr.Referrers() {
		st, ok := ref.(*ssa.Store)
		switch {
		case ok && st.Addr == addr:
			stored(st.Val)
		case !isLoad(ref):
			v.leaks[key] = true
		}
	}
}

func isLoad(instr ssa.Instruction) bool {
	switch i := instr.(type) {
	case *ssa.DebugRef:
		return true
	case *ssa.UnOp:
		return i.Op == token.MUL
	}
	return false
}

func isSignature(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// varOf returns the field, as declared, whose address an instruction takes.
func varOf(fa *ssa.FieldAddr) *types.Var {
	p, ok := types.Unalias(fa.X.Type()).Underlying().(*types.Pointer)
	if !ok {
		return nil
	}
	st, ok := p.Elem().Underlying().(*types.Struct)
	if !ok || fa.Field >= st.NumFields() {
		return nil
	}
	return st.Field(fa.Field).Origin()
}

// held returns every function that a function value can be; complete is false
// where it may be another one too. A value that is nil cannot be called.
func (t *tables) held(v ssa.Value) (fns []*ssa.Function, complete bool) {
	w := &funcWalk{values: t.funcs(), pkg: t.pass.Pkg, complete: true, seen: map[ssa.Value]bool{}}
	w.value(v)
	return w.found, w.complete && len(w.found) > 0
}

// Held implements [play.Known].
func (t *tables) Held(v ssa.Value) []*ssa.Function {
	fns, complete := t.held(v)
	if !complete || len(fns) > 4 {
		return nil
	}
	for _, fn := range fns {
		if len(fn.Blocks) == 0 {
			return nil
		}
	}
	return fns
}

func (t *tables) funcs() *funcValues {
	if t.values == nil {
		t.values = newFuncValues(t.res.SSA().Funcs)
	}
	return t.values
}

type funcWalk struct {
	values   *funcValues
	pkg      *types.Package
	found    []*ssa.Function
	complete bool
	seen     map[ssa.Value]bool
}

func (w *funcWalk) value(v ssa.Value) {
	if w.seen[v] {
		return
	}
	w.seen[v] = true
	if len(w.seen) > 60 {
		w.complete = false
		return
	}
	switch v := v.(type) {
	case *ssa.Function:
		w.found = append(w.found, v)
	case *ssa.MakeClosure:
		w.found = append(w.found, v.Fn.(*ssa.Function))
	case *ssa.ChangeType:
		w.value(v.X)
	case *ssa.Phi:
		for _, e := range v.Edges {
			w.value(e)
		}
	case *ssa.Const:
	case *ssa.UnOp:
		w.load(v.X)
	case *ssa.FreeVar:
		w.captured(v, w.value)
	case *ssa.Parameter:
		w.param(v)
	default:
		w.complete = false
	}
}

// load goes on at what is stored at an address.
func (w *funcWalk) load(addr ssa.Value) {
	switch a := addr.(type) {
	case *ssa.FieldAddr:
		f := varOf(a)
		if f == nil || f.Exported() || f.Pkg() != w.pkg || w.values.leaks[f] {
			w.complete = false
			return
		}
		for _, val := range w.values.fields[f] {
			w.value(val)
		}
	case *ssa.Global:
		if a.Pkg == nil || a.Pkg.Pkg != w.pkg || token.IsExported(a.Name()) || w.values.leaks[a] {
			w.complete = false
			return
		}
		for _, val := range w.values.globals[a] {
			w.value(val)
		}
	case *ssa.Alloc:
		w.cell(a)
	case *ssa.FreeVar:
		w.captured(a, w.load)
	default:
		w.complete = false
	}
}

// cell goes on at every store to a local variable, in its closures too.
func (w *funcWalk) cell(addr ssa.Value) {
	for _, ref := range *addr.Referrers() {
		switch r := ref.(type) {
		case *ssa.Store:
			if r.Addr != addr {
				w.complete = false
				return
			}
			w.value(r.Val)
		case *ssa.MakeClosure:
			for i, b := range r.Bindings {
				if fn := r.Fn.(*ssa.Function); b == addr && i < len(fn.FreeVars) {
					w.cell(fn.FreeVars[i])
				}
			}
		default:
			w.complete = w.complete && isLoad(ref)
		}
	}
}

// captured goes on at what the closures of a function captured.
func (w *funcWalk) captured(fv *ssa.FreeVar, next func(ssa.Value)) {
	made := w.values.made[fv.Parent()]
	w.complete = w.complete && len(made) > 0
	for i, x := range fv.Parent().FreeVars {
		for _, mc := range made {
			if x == fv && i < len(mc.Bindings) {
				next(mc.Bindings[i])
			}
		}
	}
}

// param goes on at what the callers of a function give it.
func (w *funcWalk) param(p *ssa.Parameter) {
	fn := originFn(p.Parent())
	obj, ok := fn.Object().(*types.Func)
	if !ok || obj.Exported() || w.values.escapes[fn] || len(w.values.made[fn]) > 0 {
		w.complete = false
		return
	}
	for i, q := range p.Parent().Params {
		for _, call := range w.values.calls[fn] {
			if args := call.Common().Args; q == p && i < len(args) {
				w.value(args[i])
			}
		}
	}
}

// sendThrough describes a call of a function value that gives an answer by
// the functions that the value can be, or returns nil if one of them is not
// known or does something else.
func (t *tables) sendThrough(fn *ssa.Function, call ssa.CallInstruction) *Send {
	fns, complete := t.held(call.Common().Value)
	if !complete {
		return nil
	}
	var list []*play.Table
	var obj *types.Func
	for _, f := range fns {
		obj, _ = originFn(f).Object().(*types.Func)
		table := t.wrapper(originFn(f))
		if table == nil {
			table = t.Table(obj)
		}
		if lib := t.lib.FuncOf(obj); lib != nil && lib.Send != nil {
			table = &play.Table{Rows: libraryRows(f.Signature, lib.Send)}
		}
		if table == nil {
			return nil
		}
		list = append(list, table)
	}
	table := play.Merge(list)
	if table == nil || !table.CarriesAnswer() {
		return nil
	}
	if len(fns) > 1 {
		obj = nil
	}
	return &Send{Fn: fn, Call: call, Callee: obj, Rows: table.Rows, Wrapper: true, Table: table, Request: requestArg(call)}
}

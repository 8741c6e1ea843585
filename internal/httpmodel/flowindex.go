package httpmodel

import (
	"go/token"
	"go/types"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// flowMemo holds what [Model.Origins] and its neighbours find once a package.
// Checks of one package may run at the same time.
type flowMemo struct {
	once  sync.Once
	index *flowIndex
	use   fieldUseMemo

	credential credentialMemo
	vendor     vendorMemo
	errorTexts textsMemo
}

// textsMemo holds the constants that errors are made of, in lower case.
type textsMemo struct {
	once sync.Once
	list []string
}

// A flowIndex says where the package's fields and variables are stored and
// loaded and from where its functions are called, tests left out unless the
// model takes them in.
type flowIndex struct {
	pkg         *lazyssa.Package
	funcs       []*ssa.Function
	main        bool // nobody imports the package
	stores      map[*types.Var][]*ssa.Store
	loads       map[*types.Var][]ssa.Value
	leaks       map[*types.Var]bool // fields whose address goes where the index cannot see
	fieldFills  map[*types.Var][]fieldFill
	overwrites  map[*types.TypeName][]*ssa.Store // stores of whole structs through a pointer
	globals     map[*ssa.Global]*globalUse
	calls       map[*ssa.Function][]ssa.CallInstruction
	invokes     map[string][]ssa.CallInstruction
	asValue     map[*ssa.Function]bool // functions that are used as values
	closures    map[*ssa.Function][]*ssa.MakeClosure
	inInterface map[*types.TypeName]bool // types whose values become interfaces
	fills       map[*types.TypeName][]ssa.CallInstruction
}

// A fieldFill is a call that gets the address of a field as an interface:
// json.Unmarshal(data, &c.token).
type fieldFill struct {
	addr *ssa.FieldAddr
	call ssa.CallInstruction
}

type globalUse struct {
	stores []*ssa.Store
	loads  []ssa.Value
	leaks  bool
	fills  []ssa.CallInstruction
}

func (m *Model) flow() *flowIndex {
	m.flowMemo.once.Do(func() { m.flowMemo.index = m.newFlowIndex() })
	return m.flowMemo.index
}

func (m *Model) newFlowIndex() *flowIndex {
	pkg := m.SSA()
	ix := &flowIndex{
		pkg:         pkg,
		main:        pkg.SSA.Pkg.Name() == "main",
		stores:      map[*types.Var][]*ssa.Store{},
		loads:       map[*types.Var][]ssa.Value{},
		leaks:       map[*types.Var]bool{},
		fieldFills:  map[*types.Var][]fieldFill{},
		overwrites:  map[*types.TypeName][]*ssa.Store{},
		globals:     map[*ssa.Global]*globalUse{},
		calls:       map[*ssa.Function][]ssa.CallInstruction{},
		invokes:     map[string][]ssa.CallInstruction{},
		asValue:     map[*ssa.Function]bool{},
		closures:    map[*ssa.Function][]*ssa.MakeClosure{},
		inInterface: map[*types.TypeName]bool{},
		fills:       map[*types.TypeName][]ssa.CallInstruction{},
	}
	for _, fn := range pkg.Funcs {
		if m.skipsTest(fn) {
			continue // a test's client and its fixed token say nothing of the program
		}
		ix.funcs = append(ix.funcs, fn)
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				ix.add(instr)
			}
		}
	}
	return ix
}

// skipsTest reports whether a function is declared in a _test.go file and the
// model does not take those in.
func (m *Model) skipsTest(fn *ssa.Function) bool { return m.skipsTestAt(fn.Pos()) }

func (m *Model) skipsTestAt(pos token.Pos) bool {
	return !m.facts.Tests && lazyssa.InTest(m.pass.Fset, pos)
}

func (ix *flowIndex) add(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.DebugRef:
		return
	case *ssa.FieldAddr:
		ix.addFieldAddr(instr)
	case *ssa.Field:
		f := structField(instr.X.Type(), instr.Field)
		ix.loads[f] = append(ix.loads[f], instr)
	case *ssa.MakeClosure:
		fn := genericOrigin(instr.Fn.(*ssa.Function))
		ix.closures[fn] = append(ix.closures[fn], instr)
		if fn.Synthetic != "" { // a method value
			ix.addFuncValue(fn)
		}
	case *ssa.MakeInterface:
		if n := namedOf(instr.X.Type()); n != nil {
			ix.inInterface[n] = true
		}
	case *ssa.Store:
		if ptr, ok := instr.Addr.(*ssa.UnOp); ok && isStruct(instr.Val.Type()) {
			if n := namedOf(ptr.Type()); n != nil {
				ix.overwrites[n] = append(ix.overwrites[n], instr)
			}
		}
	}
	var callee ssa.Value
	if call, ok := instr.(ssa.CallInstruction); ok {
		ix.addCall(call)
		callee = call.Common().Value
	}
	for i, op := range instr.Operands(nil) {
		switch v := (*op).(type) {
		case *ssa.Global:
			ix.addGlobal(v, instr)
		case *ssa.Function:
			if _, closure := instr.(*ssa.MakeClosure); closure && i == 0 {
				continue // a closure is followed where its value goes
			}
			if v != callee || i != 0 {
				ix.addFuncValue(v)
			}
		}
	}
}

func (ix *flowIndex) addFieldAddr(addr *ssa.FieldAddr) {
	f := structField(addr.X.Type(), addr.Field)
	if addr.Referrers() == nil {
		return
	}
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr == addr {
				ix.stores[f] = append(ix.stores[f], ref)
			} else {
				ix.leaks[f] = true
			}
		case *ssa.UnOp:
			ix.loads[f] = append(ix.loads[f], ref)
		case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.DebugRef:
			// A part of the field: the field itself stays as it is.
		case *ssa.MakeInterface:
			ix.addFieldFill(f, addr, ref)
		default:
			ix.leaks[f] = true
		}
	}
}

func (ix *flowIndex) addFieldFill(f *types.Var, addr *ssa.FieldAddr, mi *ssa.MakeInterface) {
	for _, ref := range *mi.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.Call:
			ix.fieldFills[f] = append(ix.fieldFills[f], fieldFill{addr, ref})
		default:
			ix.leaks[f] = true
		}
	}
}

func (ix *flowIndex) addFuncValue(fn *ssa.Function) {
	ix.asValue[genericOrigin(fn)] = true
	if obj, ok := fn.Object().(*types.Func); ok {
		if declared := fn.Prog.FuncValue(obj.Origin()); declared != nil {
			ix.asValue[declared] = true
		}
	}
}

func (ix *flowIndex) addCall(call ssa.CallInstruction) {
	common := call.Common()
	if common.IsInvoke() {
		ix.invokes[common.Method.Name()] = append(ix.invokes[common.Method.Name()], call)
	} else if fn := staticCallee(common); fn != nil {
		ix.calls[fn] = append(ix.calls[fn], call)
	}
	for _, arg := range common.Args {
		mi, ok := arg.(*ssa.MakeInterface)
		if !ok {
			continue
		}
		if _, ok := types.Unalias(mi.X.Type()).Underlying().(*types.Pointer); ok {
			ix.addFill(mi.X.Type(), call, map[types.Type]bool{})
		}
	}
}

// addFill notes that the call may write every struct that t leads to.
func (ix *flowIndex) addFill(t types.Type, call ssa.CallInstruction, seen map[types.Type]bool) {
	t = types.Unalias(t)
	if seen[t] || len(seen) > 200 {
		return
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		obj := t.Origin().Obj()
		if s, ok := t.Underlying().(*types.Struct); ok {
			ix.fills[obj] = append(ix.fills[obj], call)
			for f := range s.Fields() {
				ix.addFill(f.Type(), call, seen)
			}
			return
		}
		ix.addFill(t.Underlying(), call, seen)
	case *types.Pointer:
		ix.addFill(t.Elem(), call, seen)
	case *types.Slice:
		ix.addFill(t.Elem(), call, seen)
	case *types.Array:
		ix.addFill(t.Elem(), call, seen)
	case *types.Map:
		ix.addFill(t.Elem(), call, seen)
	case *types.Struct:
		for f := range t.Fields() {
			ix.addFill(f.Type(), call, seen)
		}
	}
}

func (ix *flowIndex) addGlobal(g *ssa.Global, instr ssa.Instruction) {
	use := ix.globals[g]
	if use == nil {
		use = &globalUse{}
		ix.globals[g] = use
	}
	switch instr := instr.(type) {
	case *ssa.Store:
		if instr.Addr == g {
			use.stores = append(use.stores, instr)
		} else {
			use.leaks = true
		}
	case *ssa.UnOp:
		use.loads = append(use.loads, instr)
	case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.DebugRef:
		// A part of the variable.
	case *ssa.MakeInterface:
		use.leaks = true
		for _, ref := range *instr.Referrers() {
			if call, ok := ref.(ssa.CallInstruction); ok {
				use.fills = append(use.fills, call)
			}
		}
	default:
		use.leaks = true
		if call, ok := instr.(ssa.CallInstruction); ok {
			use.fills = append(use.fills, call)
		}
	}
}

// Callers returns the calls of a function in the package. Complete is false
// where others may call it too: it is exported, it is used as a value, or an
// interface may hold its receiver. A closure that is called where it is made
// is complete, one that goes elsewhere is not.
func (m *Model) Callers(fn *ssa.Function) (calls []ssa.CallInstruction, complete bool) {
	return m.flow().callers(fn)
}

func (ix *flowIndex) callers(fn *ssa.Function) (calls []ssa.CallInstruction, complete bool) {
	fn = genericOrigin(fn)
	calls = ix.calls[fn]
	complete = !ix.asValue[fn]
	if fn.Parent() != nil {
		for _, mc := range ix.closures[fn] {
			complete = ix.onlyCalled(mc) && complete
		}
		return calls, complete
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return calls, false // init and wrappers
	}
	recv := obj.Signature().Recv()
	if recv == nil {
		return calls, complete && (ix.main || !obj.Exported()) && obj.Name() != "init"
	}
	n := namedOf(recv.Type())
	if n == nil || (ix.inInterface[n] && obj.Exported()) {
		return calls, false
	}
	for _, call := range ix.invokes[obj.Name()] {
		if ix.mayImplement(recv.Type(), call.Common().Value.Type()) {
			calls = append(calls[:len(calls):len(calls)], call)
		}
	}
	return calls, complete && (ix.main || !obj.Exported() || !n.Exported())
}

// throughOwn returns the calls of a method through an interface of the package
// that its receiver implements.
func (ix *flowIndex) throughOwn(fn *ssa.Function) []ssa.CallInstruction {
	obj, ok := fn.Object().(*types.Func)
	if !ok || fn.Signature.Recv() == nil {
		return nil
	}
	var list []ssa.CallInstruction
	for _, call := range ix.invokes[obj.Name()] {
		n := namedOf(call.Common().Value.Type())
		if n != nil && n.Pkg() == obj.Pkg() && ix.mayImplement(fn.Signature.Recv().Type(), n.Type()) {
			list = append(list, call)
		}
	}
	return list
}

func (ix *flowIndex) mayImplement(recv, iface types.Type) bool {
	i, ok := iface.Underlying().(*types.Interface)
	if !ok {
		return true
	}
	if _, ok := recv.(*types.Pointer); !ok {
		recv = types.NewPointer(recv)
	}
	return types.Implements(recv, i)
}

// onlyCalled reports whether a closure is called where it is made and nothing else.
func (ix *flowIndex) onlyCalled(mc *ssa.MakeClosure) bool {
	for _, ref := range *mc.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case ssa.CallInstruction:
			if ref.Common().Value != mc {
				return false
			}
			for _, arg := range ref.Common().Args {
				if arg == mc {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

// argument returns what a call passes for parameter i of a function that it
// calls; the receiver is parameter 0.
func argument(call ssa.CallInstruction, i int) ssa.Value {
	common := call.Common()
	if common.IsInvoke() {
		if i == 0 {
			return common.Value
		}
		i--
	}
	if i < 0 || i >= len(common.Args) {
		return nil
	}
	return common.Args[i]
}

// StaticCallee returns the function that a call runs when there is only one:
// a declared function (generic ones as declared) or a closure made in place.
func StaticCallee(call ssa.CallInstruction) *ssa.Function { return staticCallee(call.Common()) }

func staticCallee(common *ssa.CallCommon) *ssa.Function {
	fn := common.StaticCallee()
	if fn == nil {
		return nil
	}
	return genericOrigin(fn)
}

// CalleeObject returns the function or method that a call names, also for a
// call through an interface, or nil.
func CalleeObject(call ssa.CallInstruction) *types.Func {
	common := call.Common()
	if common.IsInvoke() {
		return common.Method.Origin()
	}
	fn := staticCallee(common)
	if fn == nil {
		return nil
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return nil
	}
	return obj.Origin()
}

func genericOrigin(fn *ssa.Function) *ssa.Function {
	if o := fn.Origin(); o != nil {
		return o
	}
	return fn
}

// structField returns field i of a struct or of a pointer to one, as declared.
func structField(t types.Type, i int) *types.Var {
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || i >= s.NumFields() {
		return nil
	}
	return s.Field(i).Origin()
}

// namedOf returns the declared name of a type, through pointers, or nil.
func namedOf(t types.Type) *types.TypeName {
	for {
		switch u := types.Unalias(t).(type) {
		case *types.Pointer:
			t = u.Elem()
			continue
		case *types.Named:
			return u.Origin().Obj()
		}
		return nil
	}
}

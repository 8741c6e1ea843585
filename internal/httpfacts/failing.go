package httpfacts

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// A FailFact is a fact on a function that makes a request somewhere below, or
// that is given an answer: what somebody must know who does not look at the
// error first.
type FailFact struct {
	Version int
	// Calls says that the function makes a request and returns an error.
	Calls bool
	// NilOnError has a bit for each result that is nil when the error is not.
	NilOnError uint64
	// Needs has a bit for each parameter, counted from the receiver, that is an
	// answer and is used without a look at whether it is nil.
	Needs uint64
}

const failVersion = 1

// AFact marks a FailFact as a fact.
func (*FailFact) AFact() {}

func (f *FailFact) String() string {
	if f.Calls {
		return "calls an API"
	}
	return "needs an answer"
}

// Failures tells how functions that make requests fail.
type Failures struct {
	t     *tables
	pkg   *types.Package
	facts map[*types.Func]*FailFact // of other packages
	calls map[*ssa.Function]bool
	nils  map[*ssa.Function]uint64
	needs map[needKey]bool
	// methods are those of the package's interfaces that a type of the package
	// implements by a request.
	methods map[*types.Func]bool
}

type needKey struct {
	fn *ssa.Function
	i  int
}

// importFails fetches what is known of the functions that the package uses.
func importFails(pass *analysis.Pass) map[*types.Func]*FailFact {
	facts := map[*types.Func]*FailFact{}
	for _, obj := range pass.TypesInfo.Uses {
		fn, ok := obj.(*types.Func)
		if !ok || fn.Pkg() == nil || fn.Pkg() == pass.Pkg {
			continue
		}
		fn = fn.Origin()
		var f FailFact
		if _, seen := facts[fn]; !seen && pass.ImportObjectFact(fn, &f) && f.Version == failVersion {
			facts[fn] = &f
		}
	}
	return facts
}

// failuresOf prepares the answers of a package, and exports its facts.
func failuresOf(pass *analysis.Pass, t *tables) *Failures {
	f := &Failures{t: t, pkg: pass.Pkg, facts: importFails(pass), calls: map[*ssa.Function]bool{}, nils: map[*ssa.Function]uint64{},
		needs: map[needKey]bool{}, methods: map[*types.Func]bool{}}
	f.readInterfaces()
	if library.Modelled(pass.Pkg.Path()) {
		return f // described by data
	}
	for m := range f.methods {
		if m.Exported() {
			pass.ExportObjectFact(m, &FailFact{Version: failVersion, Calls: true})
		}
	}
	for _, fn := range t.res.SSA().Funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || fn.Parent() != nil || !exportable(obj) {
			continue
		}
		fact := &FailFact{Version: failVersion}
		if mayFail(fn.Signature) && f.callsAPI(fn, 0) {
			fact.Calls, fact.NilOnError = true, f.nilOnError(fn)
		}
		for i, p := range fn.Params {
			if i < 64 && (isHTTPResponse(p.Type()) || isOwnResponse(p.Type())) && f.need(fn, i, 0) {
				fact.Needs |= 1 << i
			}
		}
		if fact.Calls || fact.Needs != 0 {
			pass.ExportObjectFact(obj, fact)
		}
	}
	return f
}

// mayFail reports whether a function returns an error.
func mayFail(sig *types.Signature) bool {
	n := sig.Results().Len()
	return n > 0 && (isError(sig.Results().At(n-1).Type()) || IsErrorStruct(sig.Results().At(n-1).Type()))
}

// readInterfaces finds the package's interfaces that one of its types
// implements by requests.
func (f *Failures) readInterfaces() {
	scope := f.pkg.Scope()
	var ifaces, others []*types.Named
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() {
			continue
		}
		n, ok := tn.Type().(*types.Named)
		if !ok || n.TypeParams().Len() > 0 {
			continue
		}
		if types.IsInterface(n) {
			ifaces = append(ifaces, n)
		} else {
			others = append(others, n)
		}
	}
	for _, iface := range ifaces {
		u := iface.Underlying().(*types.Interface)
		for _, n := range others {
			if u.NumMethods() == 0 || !types.Implements(types.NewPointer(n), u) {
				continue
			}
			for m := range u.Methods() {
				if m.Pkg() != f.pkg {
					continue // io.Closer says nothing of requests
				}
				if obj := methodOf(types.NewPointer(n), m); obj != nil && mayFail(m.Signature()) && f.known(obj, 0) {
					f.methods[m] = true
				}
			}
		}
	}
}

// Calls reports whether a function or an interface's method makes a request
// and returns an error.
func (f *Failures) Calls(fn *types.Func) bool {
	f.t.mu.Lock()
	defer f.t.mu.Unlock()
	return fn != nil && mayFail(fn.Signature()) && f.known(fn, 0)
}

// NilOnError reports whether a result is nil whenever the error is not.
func (f *Failures) NilOnError(fn *types.Func, i int) bool {
	f.t.mu.Lock()
	defer f.t.mu.Unlock()
	return fn != nil && i < 64 && f.nilBits(fn)&(1<<i) != 0
}

// Needs reports whether a function uses a parameter, counted from the
// receiver, without a look at whether it is nil.
func (f *Failures) Needs(call *ssa.CallCommon, i int) bool {
	f.t.mu.Lock()
	defer f.t.mu.Unlock()
	return f.needsArg(call, i, 0)
}

// known is Calls for functions of this package and others.
func (f *Failures) known(fn *types.Func, depth int) bool {
	fn = fn.Origin()
	if f.methods[fn] {
		return true
	}
	if fact := f.facts[fn]; fact != nil {
		return fact.Calls
	}
	if local := f.t.Local(fn); local != nil {
		return f.callsAPI(local, depth)
	}
	return false
}

// callsAPI reports whether a function makes a request before it returns.
func (f *Failures) callsAPI(fn *ssa.Function, depth int) bool {
	if known, ok := f.calls[fn]; ok {
		return known
	}
	if depth > 20 {
		return false
	}
	f.calls[fn] = false // while it is being looked at
	for _, g := range append([]*ssa.Function{fn}, fn.AnonFuncs...) {
		for call := range lazyssa.Each[ssa.CallInstruction](g) {
			if _, isGo := call.(*ssa.Go); !isGo && f.sends(call, depth) {
				f.calls[fn] = true
				return true
			}
		}
	}
	return false
}

// sends reports whether a call makes a request, here or below.
func (f *Failures) sends(call ssa.CallInstruction, depth int) bool {
	if lib := f.t.lib.FuncOf(calleeObject(call.Common())); lib != nil {
		return lib.Send != nil || lib.Remote
	}
	for _, s := range f.t.Sends(call.Parent()) {
		if s.Call == call {
			return !s.Opaque
		}
	}
	callee := calleeObject(call.Common())
	return callee != nil && f.known(callee, depth+1)
}

// nilBits is NilOnError for all results.
func (f *Failures) nilBits(fn *types.Func) uint64 {
	if lib := f.t.lib.FuncOf(fn); lib != nil {
		if lib.Send != nil && lib.Send.Response == "http" {
			return 1
		}
		return 0
	}
	if local := f.t.Local(fn); local != nil {
		return f.nilOnError(local)
	}
	if fact := f.facts[fn.Origin()]; fact != nil {
		return fact.NilOnError
	}
	return 0
}

// nilOnError has a bit for each result of a function that every return gives
// as nil where its error may not be.
func (f *Failures) nilOnError(fn *ssa.Function) uint64 {
	if bits, ok := f.nils[fn]; ok {
		return bits
	}
	f.nils[fn] = 0
	n := fn.Signature.Results().Len()
	if n < 2 || n > 64 || !isError(fn.Signature.Results().At(n-1).Type()) {
		return 0
	}
	var bits uint64
	for i := range n - 1 {
		switch fn.Signature.Results().At(i).Type().Underlying().(type) {
		case *types.Pointer, *types.Interface:
			bits |= 1 << i
		}
	}
	for ret := range lazyssa.Each[*ssa.Return](fn) {
		if bits == 0 || len(ret.Results) != n {
			break
		}
		if ret.Block() == fn.Recover {
			continue // a panic that somebody recovers
		}
		err := returned(ret, n-1)
		if isNil(err) {
			continue
		}
		for i := range n - 1 {
			if bits&(1<<i) != 0 && !f.nilWith(returned(ret, i), err, 0) {
				bits &^= 1 << i
			}
		}
	}
	f.nils[fn] = bits
	return bits
}

// returned is a result of a return; named ones of functions that defer calls
// are stored just before.
func returned(ret *ssa.Return, i int) ssa.Value {
	load, ok := ret.Results[i].(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return ret.Results[i]
	}
	var last ssa.Value
	for _, instr := range ret.Block().Instrs {
		if st, ok := instr.(*ssa.Store); ok && st.Addr == load.X {
			last = st.Val
		}
	}
	if last == nil {
		return load
	}
	return last
}

// nilWith reports whether a value is nil where the error that is returned with
// it is not.
func (f *Failures) nilWith(v, err ssa.Value, depth int) bool {
	if isNil(v) {
		return true
	}
	if depth > 3 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		if !ok {
			return false
		}
		callee := calleeObject(call.Common())
		if callee == nil || v.Index >= 64 || f.nilBits(callee)&(1<<v.Index) == 0 {
			return false
		}
		e, ok := err.(*ssa.Extract)
		return ok && e.Tuple == v.Tuple
	case *ssa.Phi:
		for i, edge := range v.Edges {
			e := err
			if phi, ok := err.(*ssa.Phi); ok && phi.Block() == v.Block() {
				e = phi.Edges[i]
			}
			if !isNil(e) && !f.nilWith(edge, e, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

// Fails returns how functions fail; nil where the package does not matter.
func (r *Result) Fails() *Failures { return r.fails }

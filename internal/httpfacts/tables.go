package httpfacts

import (
	"go/types"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// factVersion changes whenever the meaning of a fact does.
const factVersion = 1

// A FuncFact is what a function means to HTTP code in other packages.
type FuncFact struct {
	Version int
	// Send is the outcome table of a function that sends and hands the answer
	// to its caller.
	Send *play.Table
	// Helper is the outcome table of a function that is given an answer, its
	// body or its status.
	Helper *play.Table
}

func (*FuncFact) AFact() {}

func (f *FuncFact) String() string {
	switch {
	case f.Send != nil && f.Helper != nil:
		return "sends, takes an answer"
	case f.Send != nil:
		return "sends"
	}
	return "takes an answer"
}

// tables finds the calls that send and computes outcome tables, each once.
// It is the engine's view of everything outside the function it plays.
type tables struct {
	mu      sync.Mutex // checks run at the same time
	pass    *analysis.Pass
	res     *Result
	engine  *play.Engine
	sends   map[*ssa.Function][]*Send
	wraps   map[*ssa.Function]*play.Table
	busy    map[*ssa.Function]bool
	played  map[ssa.CallInstruction]*play.Result
	rounds  map[loopKey]*play.Result
	callers map[*ssa.Function][]*ssa.Function
	within  map[*ssa.Function]map[*ssa.Function]bool
	facts   map[*types.Func]*FuncFact
	lib     *library.Set
	given   map[*ssa.Function]*play.Result
	values  *funcValues // made when first asked for
}

// FuncOf implements [play.Known].
func (t *tables) FuncOf(fn *types.Func) *library.Func { return t.lib.FuncOf(fn) }

func newTables(pass *analysis.Pass, res *Result) *tables {
	t := &tables{
		pass: pass, res: res, lib: res.lib,
		sends: map[*ssa.Function][]*Send{}, wraps: map[*ssa.Function]*play.Table{}, busy: map[*ssa.Function]bool{},
		played: map[ssa.CallInstruction]*play.Result{}, rounds: map[loopKey]*play.Result{}, callers: map[*ssa.Function][]*ssa.Function{},
		within: map[*ssa.Function]map[*ssa.Function]bool{}, facts: map[*types.Func]*FuncFact{}, given: map[*ssa.Function]*play.Result{},
	}
	t.engine = play.NewEngine(pass.Fset, t)
	for _, fn := range res.SSA().Funcs {
		t.index(fn, fn)
	}
	return t
}

// index records whom a function calls or makes a closure of.
func (t *tables) index(fn, user *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, op := range instr.Operands(nil) {
				if f, ok := (*op).(*ssa.Function); ok { // called, or a value that is called elsewhere
					obj, _ := originFn(f).Object().(*types.Func)
					t.importFact(obj)
				}
			}
			switch i := instr.(type) {
			case ssa.CallInstruction:
				t.importFact(calleeObject(i.Common()))
				if callee := i.Common().StaticCallee(); callee != nil {
					t.callers[originFn(callee)] = append(t.callers[originFn(callee)], user)
				}
			case *ssa.MakeInterface:
				t.importFact(roundTrip(i.X.Type()))
			case *ssa.MakeClosure:
				c := i.Fn.(*ssa.Function)
				t.callers[c] = append(t.callers[c], user)
				if c.Synthetic != "" { // a bound method
					t.index(c, c)
				}
			}
		}
	}
}

// roundTrip returns the RoundTrip method of a type that another package may
// have, or nil: a client that is given such a value calls it.
func roundTrip(t types.Type) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, "RoundTrip")
	fn, _ := obj.(*types.Func)
	return fn
}

func originFn(fn *ssa.Function) *ssa.Function {
	if o := fn.Origin(); o != nil {
		return o
	}
	return fn
}

// Local implements [play.Known].
func (t *tables) Local(obj *types.Func) *ssa.Function {
	if obj == nil || obj.Pkg() != t.pass.Pkg {
		return nil
	}
	fn := t.res.SSA().SSA.Prog.FuncValue(obj.Origin())
	if fn == nil || len(fn.Blocks) == 0 {
		return nil
	}
	return fn
}

// Contains implements [play.Known].
func (t *tables) Contains(fn *ssa.Function, call ssa.CallInstruction) bool {
	target := call.Parent()
	set := t.within[target]
	if set == nil {
		set = map[*ssa.Function]bool{target: true}
		work := []*ssa.Function{target}
		for len(work) > 0 {
			f := work[len(work)-1]
			work = work[:len(work)-1]
			for _, c := range t.callers[f] {
				if !set[c] {
					set[c] = true
					work = append(work, c)
				}
			}
		}
		t.within[target] = set
	}
	return set[fn]
}

// SendRows implements [play.Known].
func (t *tables) SendRows(call ssa.CallInstruction) []play.Row {
	for _, s := range t.Sends(call.Parent()) {
		if s.Call == call {
			return s.Rows
		}
	}
	return nil
}

// RequestOf implements [play.Known].
func (t *tables) RequestOf(call ssa.CallInstruction) play.Loc {
	for _, s := range t.Sends(call.Parent()) {
		if s.Call == call {
			return requestLoc(s.Request)
		}
	}
	return play.Loc{}
}

// Table implements [play.Known].
func (t *tables) Table(obj *types.Func) *play.Table {
	if t.lib.Describes(obj) {
		return nil // the description says all
	}
	if fn := t.Local(obj); fn != nil {
		return t.wrapper(fn)
	}
	if f := t.fact(obj); f != nil {
		return f.Send
	}
	return nil
}

// Helper implements [play.Known].
func (t *tables) Helper(obj *types.Func) *play.Table {
	if f := t.fact(obj); f != nil {
		return f.Helper
	}
	return nil
}

// fact returns the fact of a function of another package, or nil.
func (t *tables) fact(obj *types.Func) *FuncFact {
	if obj == nil {
		return nil
	}
	return t.facts[obj.Origin()]
}

// importFact fetches the fact of a function that the package calls. Facts may
// only be read while the fact analyzer runs; plays come later.
func (t *tables) importFact(obj *types.Func) {
	if obj == nil || obj.Pkg() == nil || obj.Pkg() == t.pass.Pkg || t.lib.Describes(obj) {
		return
	}
	obj = obj.Origin()
	if _, ok := t.facts[obj]; ok {
		return
	}
	t.facts[obj] = nil
	var f FuncFact
	if t.pass.ImportObjectFact(obj, &f) && f.Version == factVersion {
		t.facts[obj] = &f
	}
}

// calleeObject returns the function or interface method that is called, or nil.
func calleeObject(c *ssa.CallCommon) *types.Func {
	if c.IsInvoke() {
		return c.Method
	}
	fn := c.StaticCallee()
	if fn == nil {
		return nil
	}
	obj, _ := originFn(fn).Object().(*types.Func)
	return obj
}

// Sends returns the calls in one function (without its literals) that send.
func (t *tables) Sends(fn *ssa.Function) []*Send {
	if list, ok := t.sends[fn]; ok {
		return list
	}
	t.sends[fn] = nil // a function that calls itself adds nothing new
	var list []*Send
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if _, isGo := call.(*ssa.Go); isGo {
				continue
			}
			if s := sendOf(t.lib, fn, call); s != nil {
				if s.Opaque {
					if known := t.sendThrough(fn, call); known != nil {
						s = known
					}
				}
				list = append(list, s)
				continue
			}
			callee := calleeObject(call.Common())
			if callee == nil {
				continue
			}
			if table := t.Table(callee); table != nil && table.CarriesAnswer() {
				list = append(list, &Send{Fn: fn, Call: call, Callee: callee, Rows: table.Rows, Wrapper: true, Table: table, Request: requestArg(call)})
			}
		}
	}
	t.sends[fn] = list
	return list
}

// Play plays a call that sends, from the outermost function that reaches it.
func (t *tables) Play(s *Send) *play.Result {
	r, ok := t.played[s.Call]
	if !ok {
		r = t.play(s, s.Rows)
		t.played[s.Call] = r
	}
	return r
}

func (t *tables) play(s *Send, rows []play.Row) *play.Result {
	var chain []*ssa.Function
	for f := s.Fn; f != nil; f = f.Parent() {
		chain = append(chain, f)
	}
	var result *play.Result
	for i := len(chain) - 1; i >= 0; i-- {
		if chain[i].Synthetic != "" && i > 0 {
			continue
		}
		result = t.engine.Play(play.Site{Root: chain[i], Call: s.Call, Rows: rows})
		if result.Reached {
			break
		}
	}
	return result
}

// all returns the calls that send in a function and its literals.
func (t *tables) all(fn *ssa.Function) []*Send {
	list := t.Sends(fn)
	for _, anon := range fn.AnonFuncs {
		list = append(list[:len(list):len(list)], t.all(anon)...)
	}
	return list
}

// wrapper returns the table of a function of the package that hands an answer
// to its caller, or nil.
func (t *tables) wrapper(fn *ssa.Function) *play.Table {
	if table, ok := t.wraps[fn]; ok {
		return table
	}
	if t.busy[fn] || !canCarry(fn.Signature) {
		return nil
	}
	t.busy[fn] = true
	defer delete(t.busy, fn)
	var tables []*play.Table
	for _, s := range t.all(fn) {
		r := t.Play(s)
		if r.Root != fn {
			continue // in a literal that is called elsewhere: its results are not the function's
		}
		table := play.TableOf(r)
		if table != nil && table.CarriesAnswer() {
			tables = append(tables, table)
		}
	}
	table := play.Merge(tables)
	t.wraps[fn] = table
	return table
}

// canCarry reports whether a function's results could hold an answer.
func canCarry(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		switch v.Type().Underlying().(type) {
		case *types.Pointer, *types.Struct:
			return true
		case *types.Interface:
			if !types.Identical(v.Type(), errorType) {
				return true
			}
		}
	}
	return false
}

// helper returns the table of a function that is given an answer or its body.
func (t *tables) helper(fn *ssa.Function) *play.Table {
	if r, ok := t.given[fn]; ok {
		return play.TableOf(r)
	}
	values := map[*ssa.Parameter]play.Value{}
	var rows []play.ParamRow
	var failed map[*ssa.Parameter]play.Value
	for _, p := range fn.Params {
		switch {
		case isHTTPResponse(p.Type()):
			values[p] = play.Value{K: play.Resp}
		case isOwnResponse(p.Type()):
			values[p] = play.Value{K: play.Resp, Own: true}
		case len(values) == 0 && isReadCloser(p.Type()):
			values[p] = play.Value{K: play.Body}
		}
	}
	if len(values) == 0 {
		return nil
	}
	for _, p := range fn.Params {
		if types.Identical(p.Type(), errorType) {
			values[p] = play.Value{K: play.Nil}
			failed = map[*ssa.Parameter]play.Value{p: {K: play.NonNil, T: play.FromError}}
			for q := range values {
				if q != p {
					failed[q] = play.Value{K: play.Nil}
				}
			}
		}
	}
	rows = append(rows, play.ParamRow{Out: play.AnyStatus, Values: values})
	if failed != nil {
		rows = append(rows, play.ParamRow{Out: play.NetError, Values: failed})
	}
	r := t.engine.Play(play.Site{Root: fn, Params: rows})
	t.given[fn] = r
	return play.TableOf(r)
}

// isOwnResponse reports whether t is a pointer to a library's own response.
func isOwnResponse(t types.Type) bool {
	lib := library.TypeOf(t)
	_, ptr := types.Unalias(t).(*types.Pointer)
	return ptr && lib != nil && lib.Kind == "response" && !isHTTPResponse(t)
}

// isReadCloser reports whether t is an interface with Close: io.Closer,
// io.ReadCloser.
func isReadCloser(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	if !ok || i.NumMethods() > 2 {
		return false
	}
	for m := range i.Methods() {
		if m.Name() == "Close" {
			return true
		}
	}
	return false
}

// export gives each function that other packages can name its fact.
func (t *tables) export() {
	for _, fn := range t.res.SSA().Funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || fn.Parent() != nil || obj.Pkg() != t.pass.Pkg {
			continue
		}
		if obj.Signature().Recv() == nil && !obj.Exported() {
			continue // export data does not name it
		}
		f := &FuncFact{Version: factVersion, Send: t.wrapper(fn), Helper: t.helper(fn)}
		if f.Send != nil || f.Helper != nil {
			t.pass.ExportObjectFact(obj, f)
		}
	}
}

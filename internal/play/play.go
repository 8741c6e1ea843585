package play

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// Known answers what the engine asks about functions whose code it does not
// enter.
type Known interface {
	// FuncOf returns what is known of a library's function, or nil.
	FuncOf(fn *types.Func) *library.Func
	// Table returns the outcome table of a function that sends, or nil.
	Table(fn *types.Func) *Table
	// Helper returns the table of a function that is given an answer, its
	// body or its status, or nil.
	Helper(fn *types.Func) *Table
	// Local returns the code of a function of the package, or nil.
	Local(fn *types.Func) *ssa.Function
	// SendRows returns the rows of a call that sends, or nil.
	SendRows(call ssa.CallInstruction) []Row
	// RequestOf names the request that a sending call sends: calls that have
	// the same one send one request. The zero Loc means that it is not known.
	RequestOf(call ssa.CallInstruction) Loc
	// Held returns the functions of the package that a function value can be,
	// or nil where it may be another one too.
	Held(v ssa.Value) []*ssa.Function
	// Contains reports whether a function, or one that it calls in the
	// package, holds the call.
	Contains(fn *ssa.Function, call ssa.CallInstruction) bool
}

// A Site is what is played: a call, or the parameters of a function that is
// given an answer.
type Site struct {
	Root *ssa.Function // where to start
	Call ssa.CallInstruction
	Rows []Row
	// Params are the values of Root's parameters when Call is nil, one slice
	// for each row of outcomes.
	Params []ParamRow
	// Loop, if not nil, is a loop of the function LoopFn: a path that leaves it
	// after the call ends there.
	Loop   map[*ssa.BasicBlock]bool
	LoopFn *ssa.Function
	// Past says that such a path goes on, and ends where the call comes again.
	Past bool
	// Via, if not nil, leads to the call: reaching it once more is a repetition.
	Via ssa.CallInstruction
	// Through says which function a call of an interface's method is, on the
	// way to the played call.
	Through map[ssa.CallInstruction]*ssa.Function
	// PutBack holds what puts back the item that the call is made for, so that it
	// is made again: a path that comes to one after the call ends there.
	PutBack map[ssa.Instruction]bool
	// Assume says what some booleans are, whatever they are made from: the state
	// of a job compared with a word.
	Assume map[ssa.Value]bool
}

// A ParamRow binds parameters for some outcomes.
type ParamRow struct {
	Out    Outcomes
	Values map[*ssa.Parameter]Value
}

// EndKind is how a path ends.
type EndKind uint8

const (
	Returns EndKind = iota
	Repeats         // the same call is reached again
	Exits           // the program or goroutine ends
	Leaves          // the loop of the site is left
)

// An End is the end of one path.
type End struct {
	Kind    EndKind
	Out     Outcomes
	Results []Value // of Returns, or what a panic holds; taints include what can be reached
	Flags   Flags
	Pos     token.Pos // of the return, the repetition or the exit
	Unknown bool
	Decoded []Decoding
	// Trail holds the returns of functions that the path went through.
	Trail []token.Pos
	// Again is the call that repeats, for Repeats; nil where the item is put back.
	Again ssa.CallInstruction
	// Elsewhere says that Again is another instruction than the played call;
	// the path goes on after it.
	Elsewhere bool
	// Given says that the call gave this path an answer.
	Given bool
	// CameFailed says that the call gave the answer together with an error.
	CameFailed bool
	// Open says that the body is open here and nobody else has it.
	Open bool
	// OpenOnError says the same of a body that a wrapper returned together
	// with an error, so that its callers do not look for it.
	OpenOnError bool
	// Shape is equal for paths that end with the same values and have done the
	// same, whatever the outcome was; log lines do not count.
	Shape uint64
	// Returned says that the results hold the answer or its body.
	Returned bool
}

// A Result is what a play found.
type Result struct {
	Ends []End
	// Overflow says that a bound was hit: what is missing is unknown.
	Overflow bool
	// Reached says that the call was reached from the root.
	Reached bool
	// Root is the function that the play started in.
	Root  *ssa.Function
	Steps int
	// Kinds holds the instructions that ask of which kind the call's error is,
	// and whether it was of another one on every path.
	Kinds map[ssa.Instruction]bool
}

// maxSteps bounds the instructions of one play, maxFrames the depth of calls.
const (
	maxSteps  = 60000
	maxFrames = 5
	maxStates = 4000
)

// An Engine plays calls of one package and keeps what it computes of functions.
type Engine struct {
	known Known
	infos map[*ssa.Function]*info
	fset  *token.FileSet
	// plains tells of variables that hold errors whether those are made of
	// text alone.
	plains map[*ssa.Global]bool
	// transport tells whether the package has a part in how net/http sends.
	transport *bool
}

// NewEngine returns an engine for one package.
func NewEngine(fset *token.FileSet, known Known) *Engine {
	return &Engine{known: known, fset: fset, infos: map[*ssa.Function]*info{}, plains: map[*ssa.Global]bool{}}
}

func (e *Engine) info(fn *ssa.Function) *info {
	in := e.infos[fn]
	if in == nil {
		in = analyse(fn)
		e.infos[fn] = in
	}
	return in
}

// run is one play.
type run struct {
	*Engine
	site    Site
	ids     *ids
	seen    map[uint64]bool
	work    []*state
	result  *Result
	request Loc
	toSite  map[*ssa.BasicBlock]bool // blocks of the call's function that can reach it
}

// Play plays one site.
func (e *Engine) Play(site Site) *Result {
	r := &run{Engine: e, site: site, ids: &ids{m: map[ssa.Value]uint64{}}, seen: map[uint64]bool{}, result: &Result{Root: site.Root}}
	if len(site.Root.Blocks) == 0 {
		r.result.Overflow = true
		return r.result
	}
	if site.Call != nil {
		r.request = e.known.RequestOf(site.Call)
		r.toSite = reaching(site.Call.Block())
		r.start(site.Root, nil, 0, false)
	} else {
		r.result.Reached = true
		for _, p := range site.Params {
			r.start(site.Root, p.Values, p.Out, true)
		}
	}
	for len(r.work) > 0 {
		s := r.work[len(r.work)-1]
		r.work = r.work[:len(r.work)-1]
		r.path(s)
		if r.result.Steps > maxSteps || len(r.work) > maxStates {
			r.result.Overflow = true
			break
		}
	}
	return r.result
}

func (r *run) start(fn *ssa.Function, params map[*ssa.Parameter]Value, out Outcomes, sent bool) {
	f := &frame{fn: fn, block: fn.Blocks[0], env: map[ssa.Value]Value{}}
	for p, v := range params {
		f.env[p] = v
	}
	for _, fv := range fn.FreeVars { // variables of the function around a literal
		if _, ok := fv.Type().Underlying().(*types.Pointer); ok {
			f.env[fv] = Value{K: Ptr, Loc: Loc{Root: fv}}
		}
	}
	r.work = append(r.work, &state{
		frames: []*frame{f}, store: map[Loc]Value{}, escaped: map[ssa.Value]bool{}, assume: map[condKey]bool{}, out: out, sent: sent,
	})
}

// reaching returns the blocks from which b can be reached, b included.
func reaching(b *ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	seen := map[*ssa.BasicBlock]bool{b: true}
	work := []*ssa.BasicBlock{b}
	for len(work) > 0 {
		c := work[len(work)-1]
		work = work[:len(work)-1]
		for _, p := range c.Preds {
			if !seen[p] {
				seen[p] = true
				work = append(work, p)
			}
		}
	}
	return seen
}

// path runs one state until it ends or splits.
func (r *run) path(s *state) {
	for s != nil {
		f := s.top()
		if f.pc >= len(f.block.Instrs) {
			return // a block without an end: unreachable code
		}
		r.result.Steps++
		if r.result.Steps > maxSteps {
			r.result.Overflow = true
			return
		}
		instr := f.block.Instrs[f.pc]
		if s.sent && r.site.PutBack[instr] {
			r.end(s, End{Kind: Repeats, Pos: instr.Pos()})
			return
		}
		s = r.step(s, f, instr)
	}
}

// enter moves a frame to a block; it returns nil when the same state has been
// there before.
func (r *run) enter(s *state, f *frame, to *ssa.BasicBlock) *state {
	from := f.block
	// Before the call, a path that cannot reach it any more says nothing.
	if !s.sent && r.toSite != nil && f.fn == r.site.Call.Parent() && !r.toSite[to] {
		return nil
	}
	if s.sent && r.site.Loop != nil && f.fn == r.site.LoopFn && !r.site.Loop[to] {
		if !r.site.Past {
			r.end(s, End{Kind: Leaves, Pos: position(to)})
			return nil
		}
		s.left = true
	}
	in := r.info(f.fn)
	vals := map[*ssa.Phi]Value{}
	for _, instr := range to.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		for i, p := range to.Preds {
			if p != from {
				continue
			}
			v := r.eval(s, phi.Edges[i])
			if in.loopHead[to] && v.K == Const && v.C.Kind() != constant.Bool {
				v = tainted(v.T) // counters are not unrolled
			}
			vals[phi] = v
			break
		}
	}
	for phi, v := range vals {
		r.set(f, phi, v)
	}
	f.block, f.pc = to, 0
	for f.pc < len(to.Instrs) {
		if _, ok := to.Instrs[f.pc].(*ssa.Phi); !ok {
			break
		}
		f.pc++
	}
	live := in.live[to.Index]
	for v := range f.env {
		if !live[v] {
			delete(f.env, v)
		}
	}
	if in.loopHead[to] {
		// What was assumed of a condition holds until its operands are made anew.
		for k := range s.assume {
			if instr, ok := k.x.(ssa.Instruction); ok && instr.Parent() == f.fn && to.Dominates(instr.Block()) {
				delete(s.assume, k)
			}
		}
	}
	h := s.hash(r.ids)
	if r.seen[h] {
		return nil
	}
	r.seen[h] = true
	return s
}

// position is where a block starts in the source, as far as SSA knows.
func position(b *ssa.BasicBlock) token.Pos {
	for _, instr := range b.Instrs {
		if instr.Pos().IsValid() {
			return instr.Pos()
		}
	}
	return token.NoPos
}

func (r *run) set(f *frame, v ssa.Value, val Value) {
	if val.K == Unknown && val.T == 0 {
		delete(f.env, v)
		return
	}
	f.env[v] = val
}

// end records the end of a path.
func (r *run) end(s *state, e End) {
	if !s.sent {
		return
	}
	e.Out, e.Flags, e.Unknown, e.Decoded = s.out, s.flags, s.unknown, s.decoded
	e.Trail = s.trail
	e.Shape = s.ending(e, r.ids)
	if !e.Pos.IsValid() { // the end of a function without a return statement
		if syntax := s.top().fn.Syntax(); syntax != nil {
			e.Pos = syntax.End() - 1
		}
	}
	e.Given, e.CameFailed = s.given, s.failed
	if e.Kind == Repeats && s.closeDeferred() {
		e.Flags |= Deferred
	}
	// A body that was read to its end and replaced by a copy holds nothing.
	gone := s.flags&(Closed|Handed) != 0 || s.flags&(Replaced|Drained) == Replaced|Drained
	e.Open = s.opened && !gone
	e.OpenOnError = s.openedErr && !gone
	for i, v := range e.Results {
		v.T |= s.reach(v, 0)
		if e.Kind == Returns && !canHold(r.site.Root.Signature, i) {
			v.T &^= FromBody
		}
		e.Results[i] = v
		if v.carriesBody() && e.Kind == Returns {
			e.Open, e.OpenOnError, e.Returned = false, false, true
		}
	}
	r.result.Ends = append(r.result.Ends, e)
}

// canHold reports whether a result of that type could give its holder the
// body: it errs on the side of yes.
func canHold(sig *types.Signature, i int) bool {
	return i >= sig.Results().Len() || typeHolds(sig.Results().At(i).Type(), 0)
}

func typeHolds(t types.Type, depth int) bool {
	if depth > 5 {
		return true
	}
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Basic:
		return false
	case *types.Pointer:
		return typeHolds(u.Elem(), depth+1)
	case *types.Slice:
		return typeHolds(u.Elem(), depth+1)
	case *types.Array:
		return typeHolds(u.Elem(), depth+1)
	case *types.Map:
		return typeHolds(u.Elem(), depth+1)
	case *types.Struct:
		for f := range u.Fields() {
			if typeHolds(f.Type(), depth+1) {
				return true
			}
		}
		return false
	}
	return true
}

// eval returns the value of an operand.
func (r *run) eval(s *state, v ssa.Value) Value {
	switch v := v.(type) {
	case *ssa.Const:
		if v.IsNil() {
			return Value{K: Nil}
		}
		if v.Value != nil {
			return Value{K: Const, C: v.Value}
		}
		return unknown
	case *ssa.Function:
		return Value{K: Func, Fn: v}
	case *ssa.Global:
		return Value{K: Ptr, Loc: Loc{Root: v}}
	case *ssa.Builtin:
		return unknown
	}
	if b, ok := r.site.Assume[v]; ok {
		return boolean(b)
	}
	return s.top().env[v]
}

func intConst(i int64) constant.Value     { return constant.MakeInt64(i) }
func stringConst(s string) constant.Value { return constant.MakeString(s) }

package httpfacts

import (
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// A Loop is a loop of a function: the blocks from which its head can be
// reached again without leaving it.
type Loop struct {
	Fn     *ssa.Function
	Head   *ssa.BasicBlock
	Blocks map[*ssa.BasicBlock]bool
}

// loopKey names a play of one call within one loop.
type loopKey struct {
	call, via ssa.CallInstruction
	head      *ssa.BasicBlock
	root      *ssa.Function
	through   bool
}

// PlayLoop plays a call that sends, somewhere below a loop, until the path
// leaves the loop or comes again to via, the call in the loop that leads to it.
func (r *Result) PlayLoop(s *Send, via ssa.CallInstruction, loop *Loop) *play.Result {
	return r.playRound(s, loopKey{call: s.Call, via: via, head: loop.Head, root: loop.Fn}, play.Site{Root: loop.Fn, Call: s.Call, Rows: s.Rows, Via: via, Loop: loop.Blocks, LoopFn: loop.Fn})
}

// PlayLoopThrough does what PlayLoop does where via calls an interface's method,
// taking that for a function of the package.
func (r *Result) PlayLoopThrough(s *Send, via ssa.CallInstruction, to *ssa.Function, loop *Loop) *play.Result {
	return r.playRound(s, loopKey{call: s.Call, via: via, head: loop.Head, root: to, through: true}, play.Site{Root: loop.Fn, Call: s.Call, Rows: s.Rows, Via: via, Loop: loop.Blocks, LoopFn: loop.Fn, Through: map[ssa.CallInstruction]*ssa.Function{via: to}})
}

// PlayPutBack plays a call that sends, somewhere below a loop that takes items
// from a queue, until the path comes to what puts the item back, or to via for
// the next one.
func (r *Result) PlayPutBack(s *Send, via ssa.CallInstruction, loop *Loop, back map[ssa.Instruction]bool) *play.Result {
	t := r.tables
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.engine.Play(play.Site{Root: loop.Fn, Call: s.Call, Rows: s.Rows, Via: via, Loop: loop.Blocks, LoopFn: loop.Fn, PutBack: back})
}

// PlayAgain plays a call that sends through the call via, until the path comes to
// another one that does the same.
func (r *Result) PlayAgain(s *Send, via, again ssa.CallInstruction) *play.Result {
	t := r.tables
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.engine.Play(play.Site{Root: via.Parent(), Call: s.Call, Rows: s.Rows, Via: via, PutBack: map[ssa.Instruction]bool{again: true}})
}

// PlayFrom plays a call that sends from a function on that leads to it, through
// the call via.
func (r *Result) PlayFrom(s *Send, via ssa.CallInstruction, root *ssa.Function) *play.Result {
	return r.playRound(s, loopKey{call: s.Call, via: via, root: root}, play.Site{Root: root, Call: s.Call, Rows: s.Rows, Via: via})
}

// PlayAssuming does what PlayLoop does while some booleans are what assume says,
// and goes on after the loop to the end of its function.
func (r *Result) PlayAssuming(s *Send, via ssa.CallInstruction, loop *Loop, assume map[ssa.Value]bool) *play.Result {
	t := r.tables
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.engine.Play(play.Site{Root: loop.Fn, Call: s.Call, Rows: s.Rows, Via: via, Loop: loop.Blocks, LoopFn: loop.Fn, Past: true, Assume: assume})
}

// RemoteSend describes a call of another package's function that asks a service
// by some way of its own: its results are data or an error.
func RemoteSend(call ssa.CallInstruction) *Send {
	return &Send{Fn: call.Parent(), Call: call, Callee: calleeObject(call.Common()), Rows: libraryRows(call.Common().Signature(), &library.Send{})}
}

// FailPlainly says of a call that its errors are of no type of the program.
func FailPlainly(s *Send) { foreignErrors(s.Rows) }

func (r *Result) playRound(s *Send, key loopKey, site play.Site) *play.Result {
	t := r.tables
	t.mu.Lock()
	defer t.mu.Unlock()
	if res, ok := t.rounds[key]; ok {
		return res
	}
	res := t.engine.Play(site)
	t.rounds[key] = res
	return res
}

// requestLoc names a request by the place that holds it, through copies that
// share its body. A place that is written more than once is no name.
func requestLoc(v ssa.Value) play.Loc {
	for range 8 {
		switch x := v.(type) {
		case nil:
			return play.Loc{}
		case *ssa.ChangeType:
			v = x.X
			continue
		case *ssa.Call:
			if from := SharedRequest(x); from != nil {
				v = from
				continue
			}
		case *ssa.UnOp:
			if loc := loadLoc(x); loc.Root != nil {
				return loc
			}
		}
		return play.Loc{Root: v}
	}
	return play.Loc{Root: v}
}

// loadLoc names a load by its address, where nothing else writes there.
func loadLoc(x *ssa.UnOp) play.Loc {
	switch a := x.X.(type) {
	case *ssa.FieldAddr:
		for _, b := range x.Parent().Blocks {
			for _, instr := range b.Instrs {
				if st, ok := instr.(*ssa.Store); ok {
					if fa, ok := st.Addr.(*ssa.FieldAddr); ok && fa.Field == a.Field && fa.X == a.X {
						return play.Loc{}
					}
				}
			}
		}
		return play.Loc{Root: a.X, Path: "." + strconv.Itoa(a.Field)}
	case *ssa.Alloc:
		stores := 0
		for _, ref := range *a.Referrers() {
			if st, ok := ref.(*ssa.Store); ok && st.Addr == a {
				stores++
			}
		}
		if stores == 1 {
			return play.Loc{Root: a}
		}
	case *ssa.FreeVar:
		return play.Loc{Root: a}
	}
	return play.Loc{}
}

// SharedRequest returns the request that a call copies together with its body
// (WithContext, Clone), or nil.
func SharedRequest(call *ssa.Call) ssa.Value {
	lib := library.FuncOf(calleeObject(&call.Call))
	if lib == nil || lib.NewRequest == nil || lib.NewRequest.From == nil || *lib.NewRequest.From != library.Recv {
		return nil
	}
	if args := call.Call.Args; len(args) > 0 && isHTTPRequest(args[0].Type()) {
		return args[0]
	}
	return nil
}

package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// transient are the failures that pass with time: what repeats them at once
// meets them again.
const transient = play.NetError

// Delayed reports whether time passes between the attempts: No where nothing
// that runs between them can wait.
func (r *Retry) Delayed() Answer {
	if r.Form == Twice || r.Form == PutBack || r.By != nil || r.Always {
		return Unknown
	}
	if r.visit(mayWait) || r.Send.Client().Retries == Yes {
		return Unknown
	}
	return No
}

// Transient reports whether the retry repeats failures that pass with time.
func (r *Retry) Transient() bool { return r.On.Has(transient | play.ServerError | TooMany) }

// mayWait reports whether an instruction may let time pass, by what it is or, for
// code that is not seen, by its name. It errs on the side of yes.
func mayWait(instr ssa.Instruction) bool {
	switch i := instr.(type) {
	case *ssa.UnOp:
		return i.Op == token.ARROW && !isDoneChannel(i.X)
	case *ssa.Select:
		for _, st := range i.States {
			if st.Dir == types.RecvOnly && !isDoneChannel(st.Chan) {
				return true
			}
		}
	case ssa.CallInstruction:
		common := i.Common()
		if lib := library.FuncOf(calleeOf(common)); lib != nil {
			return lib.Sleeps != nil || lib.Timer != nil || lib.Slow != ""
		}
		if fn := staticCallee(common); fn != nil && fn.Blocks != nil && fn.Signature.Recv() == nil && fn.Parent() == nil {
			return false // looked into
		}
		return namedWait(calledName(common))
	}
	return false
}

// isDoneChannel reports whether a channel is a context's.
func isDoneChannel(ch ssa.Value) bool {
	call, ok := ch.(*ssa.Call)
	return ok && call.Call.IsInvoke() && call.Call.Method.Name() == "Done"
}

// calledName is the name of what is called: a function, a method, or the field
// or variable that holds a function.
func calledName(common *ssa.CallCommon) string {
	if fn := calleeOf(common); fn != nil {
		return fn.Name()
	}
	switch v := common.Value.(type) {
	case *ssa.Parameter:
		return v.Name()
	case *ssa.FreeVar:
		return v.Name()
	case *ssa.UnOp:
		switch a := v.X.(type) {
		case *ssa.FieldAddr:
			return structField(a.X.Type(), a.Field).Name()
		case *ssa.Global:
			return a.Name()
		case *ssa.FreeVar:
			return a.Name()
		}
	}
	return ""
}

func namedWait(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"sleep", "wait", "delay", "backoff", "pause", "throttle", "limit", "pace", "jitter", "tick"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// Bound says how often a retry comes again.
type Bound struct {
	// Ends reports whether something else than the outcome ends it: a count, a
	// deadline, a context.
	Ends Answer
	// Tries is the number of attempts, where it is a constant; otherwise 0.
	Tries int64
}

// Bound returns what ends a loop.
func (r *Retry) Bound() Bound {
	if r.Form != InLoop {
		return Bound{Ends: Unknown}
	}
	b := Bound{Ends: No}
	for block := range r.loop.Blocks {
		iff, ok := block.Instrs[len(block.Instrs)-1].(*ssa.If)
		if !ok || r.staysIn(block.Succs[0]) == r.staysIn(block.Succs[1]) {
			continue
		}
		if r.ofOutcome(iff.Cond, map[ssa.Value]bool{}) {
			continue
		}
		b.Ends = Yes
		if c, ok := iff.Cond.(*ssa.BinOp); ok {
			for _, v := range []ssa.Value{c.X, c.Y} {
				if k, ok := v.(*ssa.Const); ok && k.Value != nil && k.Value.Kind() == constant.Int {
					b.Tries = max(b.Tries, k.Int64())
				}
			}
		}
	}
	for block := range r.loop.Blocks {
		for _, instr := range block.Instrs {
			switch instr.(type) {
			case *ssa.Panic, *ssa.Return:
				b.Ends = Unknown
			}
		}
	}
	return b
}

// staysIn reports whether a block can lead to the next attempt inside the loop.
func (r *Retry) staysIn(b *ssa.BasicBlock) bool { return r.loop.Blocks[b] }

// ofOutcome reports whether a condition is made from what the attempt returned.
func (r *Retry) ofOutcome(v ssa.Value, seen map[ssa.Value]bool) bool {
	if v == nil || seen[v] {
		return false
	}
	seen[v] = true
	if call, ok := v.(*ssa.Call); ok && ssa.CallInstruction(call) == r.Path[0] {
		return true
	}
	instr, ok := v.(ssa.Instruction)
	if !ok || !r.loop.Blocks[instr.Block()] {
		return false
	}
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		if a, ok := load.X.(*ssa.Alloc); ok { // a variable that a literal sets
			for _, st := range r.model.flow().cellUses(a).stores {
				if st.Parent() != r.In || r.ofOutcome(st.Val, seen) {
					return true
				}
			}
		}
	}
	for _, op := range instr.Operands(nil) {
		if *op != nil && r.ofOutcome(*op, seen) {
			return true
		}
	}
	return false
}

// A BlindSleep is a wait that the end of a context does not cut short.
type BlindSleep struct {
	Call ssa.CallInstruction
	// Context is the parameter that holds the context, or the request that does.
	Context *ssa.Parameter
}

// BlindSleep returns the wait between the attempts that ignores the context at
// hand, if there is one and nothing else there looks at its end.
func (r *Retry) BlindSleep() (BlindSleep, bool) {
	if r.Form == Twice || r.Form == PutBack || r.By != nil || r.Always {
		return BlindSleep{}, false
	}
	ctx := contextAtHand(r.In)
	if ctx == nil {
		return BlindSleep{}, false
	}
	var found ssa.CallInstruction
	r.visit(func(instr ssa.Instruction) bool {
		call, ok := instr.(ssa.CallInstruction)
		if ok && sleeps(call) {
			found = call
		}
		return found != nil
	})
	// A question about an error may look at the context, too: only what stands
	// beside the sleep or in the loop cuts it short.
	if found == nil || r.visit(func(instr ssa.Instruction) bool {
		return looksAtContext(instr) && (instr.Parent() == r.In || instr.Parent() == found.Parent())
	}) {
		return BlindSleep{}, false
	}
	return BlindSleep{found, ctx}, true
}

// contextAtHand returns the parameter of a function, or of one around it, that
// is a context or a request, which has one.
func contextAtHand(fn *ssa.Function) *ssa.Parameter {
	for ; fn != nil; fn = fn.Parent() {
		var request *ssa.Parameter
		for _, p := range fn.Params {
			switch {
			case isNamed(p.Type(), "context", "Context"):
				return p
			case IsRequest(p.Type()) && !serves(fn.Signature):
				request = p
			}
		}
		if request != nil {
			return request
		}
	}
	return nil
}

// looksAtContext reports whether an instruction asks for a context's end.
func looksAtContext(instr ssa.Instruction) bool {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return false
	}
	fn := calleeOf(call.Common())
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "context" && (fn.Name() == "Done" || fn.Name() == "Err" || fn.Name() == "Cause")
}

// sleeps reports whether a call waits for a time that it is given, and for
// nothing else: time.Sleep, or a function value that stands for it.
func sleeps(call ssa.CallInstruction) bool {
	common := call.Common()
	if lib := library.FuncOf(calleeOf(common)); lib != nil {
		return lib.Sleeps != nil
	}
	sig := common.Signature()
	return calleeOf(common) == nil && sig.Params().Len() == 1 && sig.Results().Len() == 0 && isNamed(sig.Params().At(0).Type(), "time", "Duration")
}

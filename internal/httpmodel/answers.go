package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
)

// isWriter reports whether what has this type writes the answer to a request.
// Fiber keeps the last answer and sends that one.
func isWriter(t types.Type) bool {
	return isNamed(t, "net/http", "ResponseWriter") || httpfacts.IsInbound(t) && !limitsBodies(t)
}

// An answer is a call that answers a request, or writes a part of it.
type answer struct {
	call   ssa.CallInstruction
	status int  // constant, or 0
	sets   bool // it sets the status
	whole  bool // nothing belongs behind it
	passes bool // it is another handler's, which may answer nothing
}

// An answerSum says what a function of the package does with a writer.
type answerSum struct {
	always bool
	never  bool
	answer
	statusOf *ssa.Parameter // the status is this parameter
}

type answerSearch struct {
	m    *Model
	sums map[*ssa.Parameter]*answerSum
}

// use says what an instruction does with the writer: an answer, nothing, or
// (maybe) something that is not seen.
func (s *answerSearch) use(instr ssa.Instruction, w ssa.Value) (a answer, ok, maybe bool) {
	call, isCall := instr.(*ssa.Call)
	if !isCall {
		return a, false, false
	}
	common := call.Common()
	callee := CalleeObject(call)
	f := s.m.lib.FuncOf(callee)
	a.call = call
	switch {
	case f != nil && f.Answer != nil && !f.Answer.Later && givesWriter(common, w):
		a.sets = f.Answer.Status != nil || f.Answer.Fixed != 0
		a.status = f.Answer.Fixed
		if f.Answer.Status != nil {
			a.status = constStatus(argAt(common, f.Answer.Status))
		}
		recv := receiver(common)
		a.whole = f.Answer.Body != nil && a.sets || recv == nil || !isNamed(recv.Type(), "net/http", "ResponseWriter")
		return a, true, false
	case isHandlerCall(call, w):
		a.whole, a.passes = true, true
		return a, true, false
	case s.writesBody(call, w):
		return a, true, false
	case !givesWriter(common, w), encodesAs(callee) != "", f != nil && (f.Answer == nil || f.Answer.Later):
		return a, false, false
	}
	fn := staticCallee(common)
	if fn == nil || fn.Blocks == nil {
		return a, false, callee == nil || !isAccessor(callee)
	}
	for i, p := range fn.Params {
		if arg := argument(call, i); arg == nil || !isSame(arg, w) {
			continue
		}
		sum := s.sum(p)
		switch {
		case sum.always:
			a = sum.answer
			a.call = call
			if sum.statusOf != nil {
				a.status = constStatus(argument(call, paramIndex(sum.statusOf)))
			}
			return a, true, false
		case sum.never:
			return a, false, false
		}
	}
	return a, false, true
}

// isAccessor reports whether a method of a writer answers nothing.
func isAccessor(fn *types.Func) bool {
	if fn.Signature().Recv() == nil {
		return false
	}
	switch name := fn.Name(); name {
	case "Header", "Flush", "Request", "Context", "Param", "Query", "ClientIP", "Cookie":
		return true
	default:
		return strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "MustGet") || name == "Set"
	}
}

func constStatus(v ssa.Value) int {
	if c, ok := v.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Int {
		return int(c.Int64())
	}
	return 0
}

// givesWriter reports whether a call is made on the writer, or given it.
func givesWriter(common *ssa.CallCommon, w ssa.Value) bool {
	return common.IsInvoke() && isSame(common.Value, w) || slices.ContainsFunc(common.Args, func(a ssa.Value) bool { return isSame(a, w) })
}

// isSame reports whether a value is the parameter w, also where a closure made
// it a cell.
func isSame(v, w ssa.Value) bool {
	v = written(v)
	if v == w {
		return true
	}
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	cell, ok := load.X.(*ssa.Alloc)
	if !ok {
		return false
	}
	stores := 0
	found := false
	for _, ref := range *cell.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == cell {
			stores++
			found = found || st.Val == w
		}
	}
	return found && stores == 1
}

// isHandlerCall reports whether a call hands the request to another handler.
func isHandlerCall(call *ssa.Call, w ssa.Value) bool {
	sig := call.Call.Signature()
	if sig.Params().Len() != 2 || sig.Results().Len() > 0 || !isNamed(sig.Params().At(0).Type(), "net/http", "ResponseWriter") || !isNamed(sig.Params().At(1).Type(), "net/http", "Request") {
		return false
	}
	n := len(call.Call.Args)
	if n < 2 || !isSame(call.Call.Args[n-2], w) {
		return false
	}
	callee := CalleeObject(call)
	return callee == nil || callee.Name() == "ServeHTTP"
}

// writesBody reports whether a call writes to the body of the answer.
func (s *answerSearch) writesBody(call *ssa.Call, w ssa.Value) bool {
	callee := CalleeObject(call)
	if callee == nil || callee.Pkg() == nil {
		return false
	}
	args := call.Call.Args
	if f := s.m.lib.FuncOf(callee); f != nil && f.Read != nil && f.Read.Into != nil {
		into := argAt(&call.Call, f.Read.Into)
		return into != nil && isSame(into, w)
	}
	switch path, name := callee.Pkg().Path(), callee.Name(); {
	case path == "fmt" && strings.HasPrefix(name, "Fprint"), path == "io" && name == "WriteString":
		return len(args) > 0 && isSame(args[0], w)
	case name == "Encode" || name == "Execute" || name == "ExecuteTemplate":
		if made, ok := receiver(&call.Call).(*ssa.Call); ok && name == "Encode" {
			return encodesAs(CalleeObject(made)) != "" && givesWriter(made.Common(), w)
		}
		return strings.HasSuffix(path, "/template") && slices.ContainsFunc(args, func(a ssa.Value) bool { return isSame(a, w) })
	}
	return false
}

// sum returns what a function does with a writer that it is given.
func (s *answerSearch) sum(w *ssa.Parameter) *answerSum {
	if sum := s.sums[w]; sum != nil {
		return sum
	}
	sum := &answerSum{} // of a recursive call: unknown
	s.sums[w] = sum
	result := &answerSum{always: true, never: true}
	result.sets, result.whole = true, true
	first := true
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock)
	walk = func(b *ssa.BasicBlock) {
		if seen[b] {
			return
		}
		seen[b] = true
		for _, instr := range b.Instrs {
			a, ok, maybe := s.use(instr, w)
			if maybe {
				result.always, result.never = false, false
				return
			}
			if ok {
				result.never = false
				s.join(result, a, first)
				first = false
				return
			}
			if _, ends := instr.(*ssa.Return); ends {
				result.always = false
			}
		}
		for _, next := range b.Succs {
			walk(next)
		}
	}
	if len(w.Parent().Blocks) > 0 {
		walk(w.Parent().Blocks[0])
	}
	if result.always && !first && result.sets {
		result.whole = true // a helper that sets the status writes all of the answer
	}
	result.always = result.always && !first
	for _, b := range w.Parent().Blocks {
		for _, instr := range b.Instrs {
			if escapes(instr, w) {
				result.never = false
			}
		}
	}
	s.sums[w] = result
	return result
}

// escapes reports whether an instruction keeps the writer, or gives it to a
// goroutine, a deferred call or a closure.
func escapes(instr ssa.Instruction, w ssa.Value) bool {
	switch instr := instr.(type) {
	case *ssa.Store:
		_, local := instr.Addr.(*ssa.Alloc)
		return instr.Val == w && !local
	case *ssa.MakeClosure:
		return slices.Contains(instr.Bindings, w) || slices.ContainsFunc(instr.Bindings, func(b ssa.Value) bool {
			cell, ok := b.(*ssa.Alloc)
			return ok && slices.ContainsFunc(*cell.Referrers(), func(ref ssa.Instruction) bool {
				st, ok := ref.(*ssa.Store)
				return ok && st.Val == w
			})
		})
	case *ssa.Go, *ssa.Defer:
		return givesWriter(instr.(ssa.CallInstruction).Common(), w)
	}
	return false
}

// join adds the answer of one more path to a summary.
func (s *answerSearch) join(sum *answerSum, a answer, first bool) {
	var of *ssa.Parameter
	if call, ok := a.call.(*ssa.Call); ok && a.status == 0 {
		for _, arg := range call.Call.Args {
			if p, ok := arg.(*ssa.Parameter); ok && a.sets && isInt(p.Type()) {
				of = p
			}
		}
	}
	if first {
		sum.answer, sum.statusOf = a, of
		return
	}
	if sum.status != a.status {
		sum.status = 0
	}
	if sum.statusOf != of {
		sum.statusOf = nil
	}
	sum.sets, sum.whole, sum.passes = sum.sets && a.sets, sum.whole && a.whole, sum.passes || a.passes
}

func isInt(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

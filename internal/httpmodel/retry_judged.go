package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// judged reports whether a function is asked about the error that may know the
// failures which happen before anything is sent.
func (r *Retry) judged() bool {
	if r.By != nil {
		for _, opt := range optionsOf(r.By.Common()) {
			lib := library.FuncOf(calleeOf(&opt.Call))
			if lib == nil || !lib.RetryFilter {
				continue
			}
			for _, a := range opt.Call.Args {
				if change, ok := a.(*ssa.ChangeType); ok {
					a = change.X
				}
				if fn := funcOfValue(a); fn == nil || fn.Blocks == nil || asksOfErrors(fn, 0) || timeoutGives(fn, 0) == 1 || !r.repeatedBy(fn) {
					return true
				}
			}
		}
	}
	return r.sparesTimeouts() || r.visit(func(instr ssa.Instruction) bool {
		return asksOfError(instr) || r.gatedByKind(instr)
	})
}

// repeatedBy reports whether a filter says of an error without an answer, as the
// operation gives it, that it is repeated.
func (r *Retry) repeatedBy(filter *ssa.Function) bool {
	res := r.model.facts.PlayPolicyOn(filter, r.netErrorKind())
	if res == nil || res.Overflow {
		return false
	}
	found := false
	for _, e := range res.Ends {
		if !e.Out.Has(play.NetError) || e.Kind != play.Returns {
			continue
		}
		if len(e.Results) == 0 {
			return false
		}
		if yes, no := e.Results[0].Sides(); !yes.Has(play.NetError) || no.Has(play.NetError) {
			return false
		}
		found = true
	}
	return found
}

// netErrorKind is the kind of the error with which the operation ends where there
// is no answer, "" where it is not known or not always the same.
func (r *Retry) netErrorKind() string {
	res := r.model.facts.PlayFrom(r.Send.Send, r.Path[0], r.In)
	if res.Overflow {
		return ""
	}
	kind := ""
	for _, e := range res.Ends {
		if e.Kind != play.Returns || !e.Out.Has(play.NetError) || len(e.Results) == 0 {
			continue
		}
		last := e.Results[len(e.Results)-1]
		if last.K == play.Nil {
			continue
		}
		if last.Kind == "" || kind != "" && kind != last.Kind {
			return ""
		}
		kind = last.Kind
	}
	return kind
}

// gatedByKind reports whether an instruction asks whether an error is of one of
// the program's kinds, that decides whether another attempt is made, and no
// error of a request is ever wrapped in that kind.
func (r *Retry) gatedByKind(instr ssa.Instruction) bool {
	if r.kinds[instr] {
		return false // the play went the one way
	}
	kind, asks := askedKind(instr)
	if !asks {
		return false
	}
	if b := instr.Block(); instr.Parent() == r.In && !isAssert(instr) {
		again := r.Again.Block()
		leads := func(s *ssa.BasicBlock) bool { return s == again || blocksAfter(s, nil)[again] }
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && leads(b.Succs[0]) && leads(b.Succs[1]) {
			return false // another attempt is made in any case
		}
	}
	return kind == nil || !isAnyFailure(kind) && !r.model.wrapsSendError(kind)
}

// askedKind returns the kind that an instruction asks an error for; asks says
// whether it asks for any.
func askedKind(instr ssa.Instruction) (kind *types.TypeName, asks bool) {
	switch x := instr.(type) {
	case *ssa.TypeAssert:
		if !x.CommaOk || !isErrorType(x.X.Type()) {
			return nil, false
		}
		return namedOf(x.AssertedType), true
	case *ssa.Call:
		fn := calleeOf(&x.Call)
		if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "errors" || fn.Name() != "As" || len(x.Call.Args) != 2 {
			return nil, false
		}
		if p, ok := unwrapped(x.Call.Args[1]).Type().Underlying().(*types.Pointer); ok {
			kind = namedOf(p.Elem())
		}
		return kind, true
	}
	return nil, false
}

// isAssert reports whether an instruction is a type assertion: which way it
// goes may be in the error that is kept for the loop's own condition.
func isAssert(instr ssa.Instruction) bool {
	_, ok := instr.(*ssa.TypeAssert)
	return ok
}

// wrapsSendError reports whether the package puts the error of a request into a
// struct of a type.
func (m *Model) wrapsSendError(n *types.TypeName) bool {
	for st := range lazyssa.Each[*ssa.Store](m.SSA().Funcs...) {
		fa, ok := st.Addr.(*ssa.FieldAddr)
		if !ok || !isErrorType(st.Val.Type()) || namedOf(fa.X.Type()) != n {
			continue
		}
		if e, ok := st.Val.(*ssa.Extract); ok {
			if call, ok := e.Tuple.(*ssa.Call); ok && m.sendAt(call) != nil {
				return true
			}
		}
	}
	return false
}

// asksOfErrors reports whether asksOfError holds of an instruction of a function,
// or of one of the package that it calls.
func asksOfErrors(fn *ssa.Function, depth int) bool {
	for call := range lazyssa.Each[*ssa.Call](fn) {
		if asksOfError(call) {
			return true
		}
		if callee := staticCallee(&call.Call); callee != nil && callee.Blocks != nil && depth < maxInside && asksOfErrors(callee, depth+1) {
			return true
		}
	}
	return false
}

// asksOfError reports whether an instruction asks about an error what may tell
// failures before anything was sent from others. Whether it is one of the
// program's own kinds, a context's, or a timeout says nothing of that.
func asksOfError(instr ssa.Instruction) bool {
	call, ok := instr.(*ssa.Call)
	if !ok || !types.Identical(call.Type(), types.Typ[types.Bool]) {
		return false
	}
	args := call.Call.Args
	fn := calleeOf(&call.Call)
	switch {
	case fn == nil || fn.Pkg() == nil:
	case fn.Pkg().Path() == "errors" && len(args) == 2:
		if load, ok := args[1].(*ssa.UnOp); ok {
			if g, ok := load.X.(*ssa.Global); ok {
				return isNetwork(g.Pkg.Pkg) && !afterSending(g.Name())
			}
		}
		if c, ok := unwrapped(args[1]).(*ssa.Const); ok { // a syscall.Errno
			return namedOf(c.Type()) != nil && isNetwork(namedOf(c.Type()).Pkg()) && !isLateErrno(c)
		}
		n := namedOf(unwrapped(args[1]).Type())
		return n == nil || isNetwork(n.Pkg()) && !isAnyFailure(n)
	case fn.Pkg().Path() == "strings" && len(args) == 2 && ofErrorText(args[0]):
		text, known := constString(args[1])
		return !known || beforeSending(text)
	case fn.Pkg().Path() == "os" && fn.Name() == "IsTimeout":
		return false
	}
	if fn := staticCallee(&call.Call); fn != nil && fn.Blocks != nil {
		return false // looked into
	}
	return slices.ContainsFunc(args, func(a ssa.Value) bool { return isErrorType(a.Type()) })
}

// isAnyFailure reports whether every error of a request without an answer is of
// a kind.
func isAnyFailure(n *types.TypeName) bool {
	return n.Pkg() != nil && (n.Pkg().Path() == "net" || n.Pkg().Path() == "net/url") && n.Name() == "Error"
}

// afterSending reports whether an error of the standard library comes after the
// request was sent, or may.
func afterSending(name string) bool {
	return name == "ErrUnexpectedEOF" || name == "ErrDeadlineExceeded"
}

// isLateErrno reports whether an error number is that of a connection that was
// reset or timed out.
func isLateErrno(c *ssa.Const) bool {
	if c.Value == nil {
		return false
	}
	for _, name := range []string{"ECONNRESET", "ETIMEDOUT"} {
		if obj, ok := namedOf(c.Type()).Pkg().Scope().Lookup(name).(*types.Const); ok && constant.Compare(obj.Val(), token.EQL, c.Value) {
			return true
		}
	}
	return false
}

// beforeSending reports whether a part of an error's text is of a failure before
// anything was sent.
func beforeSending(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc([]string{"refused", "dial", "no such host", "lookup", "unreachable", "handshake", "certificate"}, func(part string) bool { return strings.Contains(text, part) })
}

// ofErrorText reports whether a value is the text of an error, or made of it.
func ofErrorText(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	if call.Call.IsInvoke() {
		return call.Call.Method.Name() == "Error" && isErrorType(call.Call.Value.Type())
	}
	return slices.ContainsFunc(call.Call.Args, ofErrorText) // strings.ToLower
}

// sparesTimeouts reports whether a branch leads from a timeout to no other
// attempt, or may: then what is repeated are the other failures.
func (r *Retry) sparesTimeouts() bool {
	again := r.Again.Block()
	outside := map[*ssa.BasicBlock]bool{}
	for _, b := range r.In.Blocks {
		outside[b] = !r.Region()[b]
	}
	for _, b := range r.In.Blocks {
		iff, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || outside[b] {
			continue
		}
		if side := timeoutSide(iff.Cond, 0, map[ssa.Value]bool{}); side >= 0 {
			to := b.Succs[side]
			if r.Form == InOperation || outside[to] || to != again && !blocksAfter(to, outside)[again] {
				return true
			}
		}
	}
	return false
}

// timeoutSide returns the side of a branch on a condition that a timeout takes,
// or -1 where it does not ask for one.
func timeoutSide(cond ssa.Value, depth int, seen map[ssa.Value]bool) int {
	if seen[cond] {
		return -1
	}
	seen[cond] = true
	switch x := cond.(type) {
	case *ssa.UnOp:
		if x.Op != token.NOT {
			return -1
		}
		if side := timeoutSide(x.X, depth, seen); side >= 0 {
			return 1 - side
		}
	case *ssa.Phi:
		for _, e := range x.Edges {
			if side := timeoutSide(e, depth, seen); side >= 0 {
				return side
			}
		}
	case *ssa.Call:
		fn := calleeOf(&x.Call)
		switch {
		case fn == nil:
		case fn.Name() == "Timeout" && fn.Signature().Recv() != nil, fn.Name() == "IsTimeout" && fn.Pkg() != nil && fn.Pkg().Path() == "os":
			return 0
		case fn.Pkg() != nil && fn.Pkg().Path() == "errors" && fn.Name() == "Is" && len(x.Call.Args) == 2:
			if load, ok := x.Call.Args[1].(*ssa.UnOp); ok {
				if g, ok := load.X.(*ssa.Global); ok && (g.Pkg.Pkg.Path() == "context" && g.Name() == "DeadlineExceeded" || g.Pkg.Pkg.Path() == "os" && g.Name() == "ErrDeadlineExceeded") {
					return 0
				}
			}
		}
		if callee := staticCallee(&x.Call); callee != nil && callee.Blocks != nil && depth < maxInside && types.Identical(x.Type(), types.Typ[types.Bool]) {
			return timeoutGives(callee, depth+1)
		}
	}
	return -1
}

// timeoutGives returns 0 where a function gives true for a timeout, 1 where it
// gives false, and -1 where it does not ask.
func timeoutGives(fn *ssa.Function, depth int) int {
	if res := fn.Signature.Results(); res.Len() == 0 || !types.Identical(res.At(0).Type(), types.Typ[types.Bool]) {
		return -1
	}
	for ret := range lazyssa.Each[*ssa.Return](fn) {
		if side := timeoutSide(ret.Results[0], depth, map[ssa.Value]bool{}); side >= 0 {
			return side
		}
	}
	for iff := range lazyssa.Each[*ssa.If](fn) {
		side := timeoutSide(iff.Cond, depth, map[ssa.Value]bool{})
		if side < 0 {
			continue
		}
		to := iff.Block().Succs[side]
		if ret, ok := to.Instrs[len(to.Instrs)-1].(*ssa.Return); ok {
			if c, ok := ret.Results[0].(*ssa.Const); ok && c.Value != nil {
				if constant.BoolVal(c.Value) {
					return 0
				}
				return 1
			}
		}
	}
	return -1
}

// isNetwork reports whether the errors of a package may tell how far a request
// got.
func isNetwork(pkg *types.Package) bool {
	if pkg == nil {
		return false
	}
	switch path := pkg.Path(); path {
	case "net", "syscall", "os", "io":
		return true
	default:
		return strings.HasPrefix(path, "net/") || strings.HasPrefix(path, "crypto/") || strings.HasPrefix(path, "golang.org/x/")
	}
}

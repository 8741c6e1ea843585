package httpmodel

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// Outcomes that no retry mends, and those that one may.
var (
	// Refused are answers that stay the same however often the same request
	// is sent.
	Refused = play.Status(400) | play.Status(422)
	// TooMany asks to come again later.
	TooMany = play.Status(429)
)

// Classes returns the outcomes that are surely repeated and those that surely
// are not. Known is false where something that is not seen decides: a policy
// among a library's options, a client that retries by itself.
func (r *Retry) Classes() (on, never play.Outcomes, known bool) {
	if r.filtered() || r.Send.Client().Retries == Yes {
		return 0, 0, false
	}
	return r.asked()
}

// asked is Classes without an eye on what filters the errors.
func (r *Retry) asked() (on, never play.Outcomes, known bool) {
	if r.Form == Twice || r.Always || r.Send.Opaque {
		return 0, 0, false
	}
	if r.Op.Any {
		return r.On, r.said.never, !r.Op.Marked || r.netErrorKind() == play.FromNet
	}
	if r.Op.Named {
		return r.said.on, r.said.never, r.said.on != 0
	}
	var maybe, left play.Outcomes
	for _, e := range r.Ends {
		switch {
		case e.Unknown && e.Flags&play.Handed != 0:
			// A function of the caller's decides, where it gave one.
		case e.Flags&play.Failed != 0 && e.Out&play.AnyStatus != 0:
			// The connection broke in mid-answer, whatever the status was.
		case e.Kind == play.Repeats && !e.Elsewhere && (e.Unknown || e.Flags&play.DataCheck != 0 && e.Out.Has(play.AnyStatus)):
			maybe |= e.Out
		case e.Kind == play.Repeats && !e.Elsewhere:
			on |= e.Out
		default:
			left |= e.Out
		}
	}
	return on &^ maybe, left &^ (on | maybe), true
}

// surely returns the outcomes after which a second call is made whatever else is
// the case.
func (r *Retry) surely() play.Outcomes {
	var on play.Outcomes
	for _, e := range r.Ends {
		if e.Kind == play.Repeats && (e.Again == nil || e.Elsewhere) && !e.Unknown && e.Flags&play.DataCheck == 0 {
			on |= e.Out
		}
	}
	return on
}

// Delivers reports whether the names around a retry say that it tells others of
// events: their refusal is no reason to stop.
func (r *Retry) Delivers() bool {
	names := []string{outermost(r.In).Name(), outermost(r.Send.Fn).Name(), r.model.pass.Pkg.Name()}
	if t := r.Send.Owner(); t != nil {
		if n := namedOf(t); n != nil {
			names = append(names, n.Name())
		}
	}
	for _, name := range names {
		for _, word := range camelWords(name) {
			switch word {
			case "deliver", "delivery", "webhook", "webhooks", "hook", "callback", "notify", "notifier":
				return true
			}
		}
	}
	return false
}

// filtered reports whether an option of the library may say which errors are
// repeated.
func (r *Retry) filtered() bool {
	if r.By == nil || r.Op.Lib == nil {
		return false
	}
	if r.Op.Lib.On == "policy" {
		return true
	}
	common := r.By.Common()
	sig := common.Signature()
	if !sig.Variadic() || r.Op.Lib.Policy == nil || !r.Op.Lib.Filters {
		return r.Op.Lib.Filters
	}
	options, ok := common.Args[len(common.Args)-1].(*ssa.Slice)
	if !ok {
		_, none := common.Args[len(common.Args)-1].(*ssa.Const)
		return !none // options that are made elsewhere
	}
	a, ok := options.X.(*ssa.Alloc)
	if !ok {
		return true
	}
	for _, ref := range *a.Referrers() {
		ia, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, use := range *ia.Referrers() {
			st, ok := use.(*ssa.Store)
			if !ok {
				continue
			}
			call, ok := st.Val.(*ssa.Call)
			if !ok {
				return true
			}
			if lib := library.FuncOf(calleeOf(&call.Call)); lib == nil || lib.RetryFilter {
				return true
			}
		}
	}
	return false
}

// WaitsAsTold reports whether the delay after a 429 may come from the answer's
// Retry-After: No where the code knows the status, waits, and never looks at a
// header on the way to the next attempt.
func (r *Retry) WaitsAsTold() Answer {
	on, _, known := r.Classes()
	if !known || !on.Has(TooMany) || r.Form != InLoop {
		return Unknown
	}
	told, named := false, false
	for _, e := range r.Ends {
		if e.Out.Has(TooMany) != e.Out.Has(play.Status(422)) && e.Out.Has(play.AnyStatus) {
			named = true // the status is told from other errors
		}
		if e.Kind == play.Repeats && e.Out.Has(TooMany) && (!e.Given || e.Flags&(play.HeaderSeen|play.Handed) != 0 || e.Unknown) {
			told = true
		}
	}
	if told || !named || r.visit(readsHeader) {
		return Unknown
	}
	return No
}

// readsHeader reports whether an instruction looks at a header of an answer.
func readsHeader(instr ssa.Instruction) bool {
	fa, ok := instr.(*ssa.FieldAddr)
	if ok && isNamed(fa.X.Type(), "net/http", "Response") && structField(fa.X.Type(), fa.Field).Name() == "Header" {
		return true
	}
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return false
	}
	if lib := library.FuncOf(calleeOf(call.Common())); lib != nil {
		return lib.GetHeader != nil || lib.Accessor == "header"
	}
	if fn := staticCallee(call.Common()); fn != nil && fn.Blocks != nil {
		return false // looked into
	}
	for _, a := range call.Common().Args { // code that is not seen is given the answer, and gives something
		if (isNamed(a.Type(), "net/http", "Response") || isNamed(a.Type(), "net/http", "Header")) && givesMore(call.Common().Signature()) {
			return true
		}
	}
	return false
}

// givesMore reports whether a function returns something beside an error.
func givesMore(sig *types.Signature) bool {
	n := sig.Results().Len()
	return n > 1 || n == 1 && !isErrorType(sig.Results().At(0).Type())
}

// LastLost returns a return that reports success, with nothing to show for it,
// after the last attempt failed.
func (r *Retry) LastLost() (Evidence, bool) {
	if r.Form != InLoop || r.Always || r.Send.Opaque {
		return Evidence{}, false
	}
	fn := outermost(r.In)
	sig := fn.Signature
	n := sig.Results().Len()
	if n < 2 || r.In != fn || !types.Identical(sig.Results().At(n-1).Type(), errorType) {
		return Evidence{}, false
	}
	res := r.model.facts.PlayFrom(r.Send.Send, r.Path[0], fn)
	if res.Overflow {
		return Evidence{}, false
	}
	for _, e := range res.Ends {
		if e.Kind != play.Returns || e.Out.Has(play.Success) || !r.On.Has(e.Out) || len(e.Results) != n || e.Unknown {
			continue
		}
		told := play.CtxSeen | play.Decoded | play.DataCheck | play.StatusOut
		if r.Send.Wrapper {
			told &^= play.StatusOut // by the function that is called again, to this one
		}
		if e.Flags&told != 0 && !e.Out.Has(play.NetError) {
			continue
		}
		if e.Out.Has(play.NetError|play.ServerError) && r.givesNothing(fn, e) {
			return Evidence{e, e.Out}, true
		}
	}
	return Evidence{}, false
}

// givesNothing reports whether a return gives the zero value for every result
// whatever came before: a value that a call may have set is none. The error may
// be that of the last attempt, which is nil because there was an answer.
func (r *Retry) givesNothing(fn *ssa.Function, e play.End) bool {
	for ret := range lazyssa.Each[*ssa.Return](fn) {
		if ret.Pos() != e.Pos {
			continue
		}
		for i, v := range ret.Results {
			x, ofCall := v.(*ssa.Extract)
			switch {
			case isZero(v):
			case i == len(ret.Results)-1 && ofCall && x.Tuple == r.Path[0].Value() && e.Results[i].K == play.Nil:
			default:
				return false
			}
		}
		return true
	}
	return false
}

// Deciders returns positions in the functions that run between two attempts.
func (r *Retry) Deciders() []token.Pos {
	seen := map[*ssa.Function]bool{}
	var list []token.Pos
	r.visit(func(instr ssa.Instruction) bool {
		if fn := instr.Parent(); !seen[fn] {
			seen[fn] = true
			list = append(list, fn.Pos())
		}
		return false
	})
	return list
}

package httpmodel

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/library"
)

// bodyState is what the next attempt has for a body. Of several ways the
// higher one counts.
type bodyState int

const (
	bodyNone  bodyState = iota // there is none
	bodyStale                  // what the first attempt read
	bodyFresh                  // one of its own
	bodyUnknown
)

// BodyAgain tells of the body that a retry sends.
type BodyAgain struct {
	// Made is where the reader that is used up was made, or came in.
	Made token.Pos
	// Request is the *http.Request that is sent again, nil where each attempt
	// makes its own around one reader.
	Request ssa.Value
	// Reader is the reader in that case.
	Reader ssa.Value
	// Given says that request or reader come from the function's callers.
	Given bool
}

// BodyRenewed reports whether the next attempt has a body that can be read: No
// where it is the reader that the first attempt used up.
func (r *Retry) BodyRenewed() (Answer, BodyAgain) {
	w := &bodyWalk{m: r.model, r: r, seen: map[bodyKey]bool{}}
	state := w.attempt()
	switch {
	case state == bodyNone || state == bodyFresh:
		return Yes, BodyAgain{}
	case state != bodyStale || r.rewinds(w) || r.gated(w):
		return Unknown, BodyAgain{}
	}
	return No, w.stale
}

// A bodyWalk goes back from the request to the reader behind its body.
type bodyWalk struct {
	m     *Model
	r     *Retry
	seen  map[bodyKey]bool
	stale BodyAgain
	keys  []ssa.Value // methods, bodies and requests that a condition may look at
	// writes says that only the method and whether there is a body count as a
	// look at the request.
	writes bool
}

type bodyKey struct {
	v    ssa.Value
	ctx  ssa.CallInstruction
	once bool
}

// A bodyCtx is where a value is computed: in a function that was called from
// a region, or, with once set, before the first attempt.
type bodyCtx struct {
	calls []ssa.CallInstruction // from In to the function
	once  bool
}

func (c bodyCtx) into(call ssa.CallInstruction) bodyCtx {
	return bodyCtx{append(slices.Clone(c.calls), call), c.once}
}

func (w *bodyWalk) attempt() bodyState {
	n := len(w.r.Path)
	return w.send(w.r.Send.Send, bodyCtx{calls: w.r.Path[:n-1]})
}

// send is the body of one call that sends.
func (w *bodyWalk) send(s *httpfacts.Send, ctx bodyCtx) bodyState {
	if s.Wrapper {
		return w.wrapper(s, ctx)
	}
	common := s.Call.Common()
	switch {
	case s.Request != nil:
		return w.request(s.Request, ctx)
	case s.Lib != nil && s.Lib.Send != nil && s.Lib.Send.Body != nil:
		if !takesReader(s.Lib.Send.Body, s.Callee) {
			return bodyFresh
		}
		return w.reader(argAt(common, s.Lib.Send.Body), ctx)
	case s.Lib != nil && s.Lib.Send != nil && s.Lib.Send.Client == "request":
		return w.builder(receiver(common), ctx)
	}
	return bodyNone
}

// takesReader reports whether a library's body parameter is a plain reader: a
// library that takes anything knows how to read it again.
func takesReader(a *library.Arg, fn *types.Func) bool {
	if fn == nil || int(*a) < 0 || int(*a) >= fn.Signature().Params().Len() {
		return false
	}
	return isReaderType(fn.Signature().Params().At(int(*a)).Type())
}

// wrapper is the body of a call of a function that sends: of this package by
// its own requests, of another one by the readers that it is given.
func (w *bodyWalk) wrapper(s *httpfacts.Send, ctx bodyCtx) bodyState {
	fn := staticCallee(s.Call.Common())
	if fn == nil || fn.Blocks == nil {
		return w.given(s.Call, ctx)
	}
	state, found := bodyNone, false
	for _, t := range w.m.Sends() {
		if outermost(t.Fn) == fn && !(t.Wrapper && holdsCall(ctx.calls, t.Call)) && len(ctx.calls) < 6 {
			found = true
			state = max(state, w.send(t.Send, ctx.into(s.Call)))
		}
	}
	if !found {
		return bodyUnknown
	}
	return state
}

func holdsCall(list []ssa.CallInstruction, c ssa.CallInstruction) bool {
	return slices.Contains(list, c)
}

// given is the body of a call whose code is not seen: the request or reader
// among its arguments, or in a field Body of a struct that it is given.
func (w *bodyWalk) given(call ssa.CallInstruction, ctx bodyCtx) bodyState {
	state := bodyNone
	sig := call.Common().Signature()
	for i, a := range call.Common().Args {
		if sig.Recv() != nil && !call.Common().IsInvoke() {
			i--
		}
		switch {
		case isNamed(a.Type(), "net/http", "Request"):
			state = max(state, w.request(a, ctx))
		case i >= 0 && i < sig.Params().Len() && isReaderType(sig.Params().At(i).Type()):
			state = max(state, w.reader(a, ctx))
		default:
			if s, ok := w.bodyField(a, ctx); ok {
				state = max(state, s)
			}
		}
	}
	return state
}

// bodyField is the reader in the field Body of a local struct whose address is
// an argument.
func (w *bodyWalk) bodyField(v ssa.Value, ctx bodyCtx) (bodyState, bool) {
	p, ok := types.Unalias(v.Type()).Underlying().(*types.Pointer)
	if !ok {
		return 0, false
	}
	st, ok := p.Elem().Underlying().(*types.Struct)
	if !ok {
		return 0, false
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		if f.Name() == "Body" && isReaderType(f.Type()) {
			return w.fieldOf(v, f, ctx)
		}
	}
	return 0, false
}

// fieldOf is what a field of a struct holds, by the stores to that struct.
func (w *bodyWalk) fieldOf(base ssa.Value, f *types.Var, ctx bodyCtx) (bodyState, bool) {
	roots := []ssa.Value{base}
	if fv, ok := base.(*ssa.FreeVar); ok {
		roots = append(roots, w.m.flow().bindings(fv)...)
	}
	for i := 0; i < len(roots); i++ {
		if a, ok := roots[i].(*ssa.Alloc); ok {
			if lit := copiedFrom(a); lit != nil {
				roots = append(roots, lit)
			}
		}
	}
	state, found := bodyNone, false
	for _, st := range w.m.flow().stores[f.Origin()] {
		to := st.Addr.(*ssa.FieldAddr).X
		if fv, ok := to.(*ssa.FreeVar); slices.Contains(roots, to) || ok && slices.ContainsFunc(w.m.flow().bindings(fv), func(v ssa.Value) bool { return slices.Contains(roots, v) }) {
			found = true
			state = max(state, w.reader(st.Val, w.at(st, ctx)))
		}
	}
	return state, found
}

// at is the context of an instruction: once where no attempt runs it again.
func (w *bodyWalk) at(instr ssa.Instruction, ctx bodyCtx) bodyCtx {
	fn := instr.Parent()
	if fn == w.r.In {
		return bodyCtx{once: !w.r.between(instr)}
	}
	for i, c := range ctx.calls {
		if callee := staticCallee(c.Common()); callee == genericOrigin(fn) || callee == genericOrigin(outermost(fn)) {
			return bodyCtx{ctx.calls[:i+1], ctx.once}
		}
	}
	for p := fn.Parent(); p != nil; p = p.Parent() {
		if p == w.r.In {
			return bodyCtx{} // a literal of the operation
		}
	}
	return bodyCtx{once: true}
}

// request is the body of an *http.Request.
func (w *bodyWalk) request(v ssa.Value, ctx bodyCtx) bodyState {
	if v == nil {
		return bodyUnknown
	}
	if !w.enter(v, ctx) {
		return bodyNone
	}
	w.keys = append(w.keys, v)
	switch x := v.(type) {
	case *ssa.Const:
		return bodyNone
	case *ssa.Phi:
		return w.join(x.Edges, ctx, w.request)
	case *ssa.Extract:
		if call, ok := x.Tuple.(*ssa.Call); ok {
			return w.requestCall(call, x.Index, v, ctx)
		}
	case *ssa.Call:
		return w.requestCall(x, 0, v, ctx)
	case *ssa.Parameter:
		return w.param(x, ctx, w.request)
	case *ssa.FreeVar, *ssa.UnOp:
		return w.load(v, ctx, w.request)
	case *ssa.Alloc: // a copy: *req2 = *req
		for _, ref := range *x.Referrers() {
			if st, ok := ref.(*ssa.Store); ok && st.Addr == x {
				if load, ok := st.Val.(*ssa.UnOp); ok {
					return w.request(load.X, w.at(st, ctx))
				}
			}
		}
	}
	return bodyUnknown
}

// requestCall is the body of a request that a call made.
func (w *bodyWalk) requestCall(call *ssa.Call, index int, v ssa.Value, ctx bodyCtx) bodyState {
	ctx = w.at(call, ctx)
	if from := httpfacts.SharedRequest(call); from != nil {
		return w.request(from, ctx)
	}
	lib := library.FuncOf(calleeOf(&call.Call))
	if lib != nil && lib.NewRequest != nil && lib.NewRequest.Body != nil {
		w.keys = append(w.keys, argAt(&call.Call, lib.NewRequest.Method))
		if !takesReader(lib.NewRequest.Body, calleeOf(&call.Call)) {
			return bodyFresh // the library reads it anew
		}
		state := w.reader(argAt(&call.Call, lib.NewRequest.Body), ctx)
		if state == bodyFresh && ctx.once {
			state = bodyStale // one reader for all attempts
		}
		if state == bodyStale && ctx.once {
			w.stale = BodyAgain{Made: call.Pos(), Request: v}
		}
		return state
	}
	fn := staticCallee(&call.Call)
	if fn == nil || fn.Blocks == nil {
		if !ctx.once {
			return max(bodyFresh, w.given(call, ctx))
		}
		return bodyUnknown
	}
	return w.returns(fn, index, ctx.into(call), w.request)
}

// returns joins what a function of the package returns.
func (w *bodyWalk) returns(fn *ssa.Function, index int, ctx bodyCtx, walk func(ssa.Value, bodyCtx) bodyState) bodyState {
	if len(ctx.calls) > 6 {
		return bodyUnknown
	}
	state := bodyNone
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
			if c, ok := ret.Results[index].(*ssa.Const); ok && c.IsNil() {
				continue // it failed
			}
			state = max(state, walk(ret.Results[index], ctx))
		}
	}
	return state
}

// join is the worst of several ways to a value.
func (w *bodyWalk) join(list []ssa.Value, ctx bodyCtx, walk func(ssa.Value, bodyCtx) bodyState) bodyState {
	state := bodyNone
	for _, v := range list {
		state = max(state, walk(v, ctx))
	}
	return state
}

func (w *bodyWalk) enter(v ssa.Value, ctx bodyCtx) bool {
	key := bodyKey{v: v, once: ctx.once}
	if n := len(ctx.calls); n > 0 {
		key.ctx = ctx.calls[n-1]
	}
	if w.seen[key] || len(w.seen) > 400 {
		return false
	}
	w.seen[key] = true
	return true
}

// param goes on at the call that the walk came through; a parameter of the
// function that repeats, or of one around it, was there before.
func (w *bodyWalk) param(p *ssa.Parameter, ctx bodyCtx, walk func(ssa.Value, bodyCtx) bodyState) bodyState {
	if n := len(ctx.calls); n > 0 && staticCallee(ctx.calls[n-1].Common()) == genericOrigin(p.Parent()) {
		if arg := argument(ctx.calls[n-1], paramIndex(p)); arg != nil {
			return walk(arg, bodyCtx{ctx.calls[:n-1], ctx.once})
		}
		return bodyUnknown
	}
	w.keys = append(w.keys, p)
	calls, complete := w.m.flow().callers(p.Parent())
	if complete && p.Parent().Name() != "RoundTrip" { // a client gives its transport any request
		state, found, stale := bodyNone, false, false
		for _, c := range calls {
			if arg := argument(c, paramIndex(p)); arg != nil && c.Parent() != p.Parent() {
				found = true
				s := walk(arg, bodyCtx{once: true})
				state, stale = max(state, s), stale || s == bodyStale
			}
		}
		if found && !stale && (state == bodyNone || state == bodyUnknown) {
			return state // one caller with a body is enough, whatever the others send
		}
	}
	w.stale = BodyAgain{Made: p.Pos(), Given: true}
	if isNamed(p.Type(), "net/http", "Request") {
		w.stale.Request = p
	} else {
		w.stale.Reader = p
	}
	return bodyStale
}

// load is what was stored at the place that a value is read from. What an
// attempt stores itself counts before what was there.
func (w *bodyWalk) load(v ssa.Value, ctx bodyCtx, walk func(ssa.Value, bodyCtx) bodyState) bodyState {
	var stores []*ssa.Store
	addr := v
	if u, ok := v.(*ssa.UnOp); ok {
		addr = u.X
	}
	for range 4 {
		fv, ok := addr.(*ssa.FreeVar)
		if !ok {
			break
		}
		bound := w.m.flow().bindings(fv)
		if len(bound) != 1 {
			return bodyUnknown
		}
		addr = bound[0]
	}
	switch a := addr.(type) {
	case *ssa.Alloc:
		uses := w.m.flow().cellUses(a)
		if uses.leaks {
			return bodyUnknown
		}
		stores = uses.stores
	case *ssa.FieldAddr:
		f := structField(a.X.Type(), a.Field)
		if f == nil {
			return bodyUnknown
		}
		stores = w.m.flow().stores[f.Origin()]
		if len(stores) == 0 {
			return w.held(f, v)
		}
	case *ssa.Global:
		if a.Name() == "NoBody" {
			return bodyNone
		}
		return bodyUnknown
	case *ssa.Parameter:
		if addr != v {
			return bodyUnknown
		}
		return w.param(a, ctx, walk)
	default:
		if _, bound := v.(*ssa.FreeVar); bound { // a constant that a literal captures
			return walk(addr, bodyCtx{once: true})
		}
		return bodyUnknown
	}
	state, again := bodyNone, bodyNone
	renewed := false
	for _, st := range stores {
		at := w.at(st, ctx)
		if c, ok := st.Val.(*ssa.Const); ok && c.IsNil() {
			continue
		}
		if at.once {
			state = max(state, walk(st.Val, at))
			continue
		}
		renewed = true
		again = max(again, walk(st.Val, at))
	}
	if renewed {
		return max(again, state&^bodyStale)
	}
	if state == bodyStale && w.stale.Request == nil && isNamed(v.Type(), "net/http", "Request") {
		w.stale.Request = v
	}
	return state
}

// held is a request or reader in a field that the package never sets: its
// users do.
func (w *bodyWalk) held(f *types.Var, v ssa.Value) bodyState {
	if !isReaderType(f.Type()) && !isNamed(f.Type(), "net/http", "Request") {
		return bodyUnknown
	}
	w.stale = BodyAgain{Made: f.Pos(), Given: true}
	if isNamed(f.Type(), "net/http", "Request") {
		w.stale.Request = v
	} else {
		w.stale.Reader = v
	}
	return bodyStale
}

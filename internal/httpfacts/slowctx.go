package httpfacts

import (
	"go/token"
	"go/types"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// A CtxKind says where a context comes from.
type CtxKind uint8

const (
	CtxUnknown CtxKind = iota
	CtxOwn             // a fresh one: nobody's request ends it
	CtxRequest         // net/http ends it when the handler returns
	CtxParam           // a parameter of the function, or of its inbound request
)

// A Ctx is what is known of a context value in a function.
type Ctx struct {
	Kind  CtxKind
	Param int       // of CtxParam
	From  token.Pos // where a request's context was taken
	// Cancel is the deferred cancel that ends it when the function returns.
	Cancel token.Pos
	// Limit is the longest that it lives (beside the limit of a parameter): 0
	// is no limit, below 0 unknown.
	Limit time.Duration

	end  *frame // whose return runs Cancel
	hook bool   // unknown because a function value of the user's was called
	loop bool   // a value that depends on itself: says nothing
}

// Ends reports whether the context is known to end when the handler returns.
func (c Ctx) Ends() bool { return c.Kind == CtxRequest || c.Cancel.IsValid() }

// maxEval bounds the values looked at for one answer.
const maxEval = 1000

// evaluator holds what is being looked at, so that loops end.
type evaluator struct {
	w    *Work
	top  *ssa.Function
	busy map[ssa.Value]bool
	step int
}

// Context tells what is known of a context value.
func (w *Work) context(v ssa.Value, fr *frame) Ctx {
	top := fr
	for top.up != nil {
		top = top.up
	}
	e := &evaluator{w: w, top: top.fn, busy: map[ssa.Value]bool{}}
	c := e.ctx(v, fr)
	if c.loop {
		return Ctx{}
	}
	return c
}

// request tells what is known of the context of a request.
func (w *Work) request(v ssa.Value, fr *frame) Ctx {
	top := fr
	for top.up != nil {
		top = top.up
	}
	e := &evaluator{w: w, top: top.fn, busy: map[ssa.Value]bool{}}
	c := e.req(v, fr)
	if c.loop {
		return Ctx{}
	}
	return c
}

func (e *evaluator) enter(v ssa.Value) bool {
	if e.busy[v] {
		return false
	}
	e.step++
	e.busy[v] = true
	return true
}

func (e *evaluator) ctx(v ssa.Value, fr *frame) Ctx {
	if v == nil || fr == nil {
		return Ctx{}
	}
	if !e.enter(v) {
		return Ctx{loop: true}
	}
	defer delete(e.busy, v)
	if e.step > maxEval {
		return Ctx{}
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		if arg, up := fr.argument(v); arg != nil {
			return e.ctx(arg, up)
		}
		return e.param(v, fr)
	case *ssa.ChangeInterface:
		return e.ctx(v.X, fr)
	case *ssa.MakeInterface:
		return e.ctx(v.X, fr)
	case *ssa.FreeVar:
		b, lex := fr.binding(v)
		return e.ctx(b, lex)
	case *ssa.Phi:
		var all []Ctx
		for _, edge := range v.Edges {
			all = append(all, e.ctx(edge, fr))
		}
		return join(all)
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return Ctx{}
		}
		return e.load(v.X, fr, e.ctx)
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		if !ok || !isContext(v.Type()) {
			return Ctx{}
		}
		c := e.call(call, fr)
		if pos, ok := deferredCancel(call); ok {
			c.Cancel, c.end = pos, fr
		}
		return c
	case *ssa.Call:
		return e.call(v, fr)
	}
	return Ctx{}
}

// param tells what is known of a parameter that nobody in sight filled.
func (e *evaluator) param(p *ssa.Parameter, fr *frame) Ctx {
	if fr.fn != e.top || fr.up != nil {
		return Ctx{}
	}
	for i, q := range fr.fn.Params {
		if q == p {
			return Ctx{Kind: CtxParam, Param: i}
		}
	}
	return Ctx{}
}

// call tells what is known of the context that a call returns.
func (e *evaluator) call(call *ssa.Call, fr *frame) Ctx {
	common := call.Common()
	callee := calleeOf(common)
	if callee == nil {
		return Ctx{hook: takesContext(common) && !e.w.alwaysSet(common.Value)}
	}
	if isRequestMethod(callee, "Context") {
		c := e.req(recvOf(common), fr)
		if c.Kind == CtxRequest {
			c.From = call.Pos()
		}
		return c
	}
	key := library.Key(callee)
	know := e.w.know
	if know.own[key] {
		return Ctx{Kind: CtxOwn}
	}
	if i, ok := know.Derives[key]; ok {
		c := e.ctx(argOf(common, i), fr)
		if j, ok := know.Limits[key]; ok {
			limit := constDuration(argOf(common, j))
			if limit < 0 || c.Limit == 0 || c.Limit > limit {
				c.Limit = limit
			}
		} else if key == "context.WithDeadline" || key == "context.WithDeadlineCause" {
			c.Limit = -1
		}
		return c
	}
	cost := e.w.costOf(callee, common.StaticCallee())
	if cost == nil || common.IsInvoke() {
		return Ctx{}
	}
	switch {
	case cost.Derives == -1:
		return Ctx{Kind: CtxOwn}
	case cost.Derives > 0 && cost.Derives <= len(common.Args):
		arg := common.Args[cost.Derives-1]
		c := Ctx{}
		if isRequest(arg.Type()) {
			c = e.req(arg, fr)
		} else {
			c = e.ctx(arg, fr)
		}
		if !cost.Plain {
			c.Limit = -1 // the helper may have set a deadline
		}
		return c
	}
	return Ctx{}
}

// req tells what is known of the context of a request.
func (e *evaluator) req(v ssa.Value, fr *frame) Ctx {
	if v == nil || fr == nil {
		return Ctx{}
	}
	if !e.enter(v) {
		return Ctx{loop: true}
	}
	defer delete(e.busy, v)
	if e.step > maxEval {
		return Ctx{}
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		if arg, up := fr.argument(v); arg != nil {
			return e.req(arg, up)
		}
		if !isRequest(v.Type()) {
			return Ctx{}
		}
		if HasWriter(fr.fn.Signature) {
			return Ctx{Kind: CtxRequest, From: v.Pos()}
		}
		return e.param(v, fr)
	case *ssa.FreeVar:
		b, lex := fr.binding(v)
		return e.req(b, lex)
	case *ssa.Phi:
		var all []Ctx
		for _, edge := range v.Edges {
			all = append(all, e.req(edge, fr))
		}
		return join(all)
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return Ctx{}
		}
		if f, ok := v.X.(*ssa.FieldAddr); ok && e.w.know.inbound[typeKey(f.X.Type())] {
			return Ctx{Kind: CtxRequest, From: v.Pos()}
		}
		return e.load(v.X, fr, e.req)
	case *ssa.Call:
		common := v.Common()
		callee := calleeOf(common)
		if callee == nil {
			return Ctx{}
		}
		if isRequestMethod(callee, "WithContext") || isRequestMethod(callee, "Clone") {
			return e.ctx(argOf(common, 0), fr)
		}
		if recv := callee.Signature().Recv(); recv != nil && e.w.know.inbound[typeKey(recv.Type())] && len(callArgs(common)) == 0 {
			return Ctx{Kind: CtxRequest, From: v.Pos()}
		}
		return e.made(v, callee, fr)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok && v.Index == 0 && calleeOf(call.Common()) != nil {
			return e.made(call, calleeOf(call.Common()), fr)
		}
	}
	return Ctx{}
}

// made tells what is known of the context of a request that a call makes.
func (e *evaluator) made(call *ssa.Call, callee *types.Func, fr *frame) Ctx {
	if f := library.FuncOf(callee); f != nil {
		switch {
		case f.NewRequest == nil || f.NewRequest.From != nil:
			return Ctx{}
		case f.NewRequest.Ctx == nil:
			return Ctx{Kind: CtxOwn}
		}
		return e.ctx(argOf(call.Common(), int(*f.NewRequest.Ctx)), fr)
	}
	return e.call(call, fr)
}

// load tells what is known of the content of a local variable.
func (e *evaluator) load(addr ssa.Value, fr *frame, eval func(ssa.Value, *frame) Ctx) Ctx {
	for {
		free, ok := addr.(*ssa.FreeVar)
		if !ok {
			break
		}
		addr, fr = fr.binding(free)
		if addr == nil || fr == nil {
			return Ctx{}
		}
	}
	alloc, ok := addr.(*ssa.Alloc)
	if !ok {
		return Ctx{}
	}
	var all []Ctx
	if !eachStore(alloc, fr, func(v ssa.Value, at *frame) { all = append(all, eval(v, at)) }) {
		return Ctx{}
	}
	return join(all)
}

// join is what is known of a value that is one of several.
func join(all []Ctx) Ctx {
	var result *Ctx
	hooked := false
	for _, c := range all {
		switch {
		case c.loop:
			continue
		case c.hook:
			hooked = true
			continue
		case c.Kind == CtxUnknown:
			return Ctx{}
		case result == nil:
			result = &c
		case result.Kind != c.Kind || result.Param != c.Param || result.Cancel != c.Cancel:
			return Ctx{}
		case result.Limit != c.Limit:
			result.Limit = -1
		}
	}
	if result == nil {
		return Ctx{loop: len(all) > 0 && !hooked, hook: hooked}
	}
	// An optional hook of the user's may return what it likes; without one
	// the context is the request's. Of a parameter that is too little.
	if hooked && result.Kind != CtxRequest {
		return Ctx{}
	}
	return *result
}

package httpfacts

import (
	"go/constant"
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

// A frame is a function as it is entered.
type frame struct {
	fn   *ssa.Function
	up   *frame              // the caller, when known
	call ssa.CallInstruction // in up
	made *ssa.MakeClosure    // of a closure
	lex  *frame              // where the closure was made
}

// root returns the frame that a function is studied from. A closure sees the
// variables of the functions around it.
func (w *Work) root(fn *ssa.Function) *frame {
	fr := &frame{fn: fn}
	if made := w.made[fn]; made != nil && fn.Parent() != nil {
		fr.made, fr.lex = made, w.root(made.Parent())
	}
	return fr
}

// within reports whether fr is inner, or one of the frames that called it.
func (fr *frame) within(inner *frame) bool {
	for ; inner != nil; inner = inner.up {
		if inner == fr {
			return true
		}
	}
	return false
}

func (fr *frame) depth() int {
	n := 0
	for ; fr != nil; fr = fr.up {
		n++
	}
	return n
}

// binding returns what a closure's free variable is bound to, and where.
func (fr *frame) binding(v *ssa.FreeVar) (ssa.Value, *frame) {
	if fr.made == nil {
		return nil, nil
	}
	for i, f := range fr.fn.FreeVars {
		if f == v && i < len(fr.made.Bindings) {
			return fr.made.Bindings[i], fr.lex
		}
	}
	return nil, nil
}

// argument returns what a parameter was given, and where.
func (fr *frame) argument(p *ssa.Parameter) (ssa.Value, *frame) {
	if fr.up == nil || fr.call == nil || fr.call.Common().IsInvoke() {
		return nil, nil
	}
	args := fr.call.Common().Args
	for i, q := range fr.fn.Params {
		if q == p && len(args) == len(fr.fn.Params) {
			return args[i], fr.up
		}
	}
	return nil, nil
}

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

// eachStore calls f for every value that is stored in a local variable, also
// by the closures that share it. It reports whether all of them are known.
func eachStore(addr ssa.Value, fr *frame, f func(ssa.Value, *frame)) bool {
	refs := addr.Referrers()
	if refs == nil {
		return false
	}
	for _, ref := range *refs {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr != addr {
				return false
			}
			f(ref.Val, fr)
		case *ssa.MakeClosure:
			fn, ok := ref.Fn.(*ssa.Function)
			if !ok {
				return false
			}
			inner := &frame{fn: fn, made: ref, lex: fr}
			for i, b := range ref.Bindings {
				if b == addr && (i >= len(fn.FreeVars) || !eachStore(fn.FreeVars[i], inner, f)) {
					return false
				}
			}
		case *ssa.UnOp, *ssa.DebugRef:
			// reading changes nothing
		default:
			return false
		}
	}
	return true
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

// alwaysSet reports whether a function value is known to be there: the
// package itself puts a function where it was loaded from.
func (w *Work) alwaysSet(v ssa.Value) bool {
	field := loadedVar(v)
	if field == nil {
		return true
	}
	for _, val := range w.fields[field] {
		for {
			c, ok := val.(*ssa.ChangeType)
			if !ok {
				break
			}
			val = c.X
		}
		switch val.(type) {
		case *ssa.Function, *ssa.MakeClosure:
			return true
		}
	}
	return false
}

// deferredCancel returns the place of `defer cancel()` for the second result
// of the call.
func deferredCancel(call *ssa.Call) (token.Pos, bool) {
	for _, ref := range *call.Referrers() {
		ex, ok := ref.(*ssa.Extract)
		if !ok || ex.Index != 1 {
			continue
		}
		if _, ok := ex.Type().Underlying().(*types.Signature); !ok {
			continue
		}
		if pos, ok := deferred(ex); ok {
			return pos, true
		}
		for _, ref := range *ex.Referrers() {
			st, ok := ref.(*ssa.Store)
			if !ok || st.Val != ex {
				continue
			}
			cell, ok := st.Addr.(*ssa.Alloc)
			if !ok {
				continue
			}
			for _, ref := range *cell.Referrers() {
				if load, ok := ref.(*ssa.UnOp); ok {
					if pos, ok := deferred(load); ok {
						return pos, true
					}
				}
			}
		}
	}
	return token.NoPos, false
}

func deferred(fn ssa.Value) (token.Pos, bool) {
	for _, ref := range *fn.Referrers() {
		if d, ok := ref.(*ssa.Defer); ok && d.Call.Value == fn {
			return d.Pos(), true
		}
	}
	return token.NoPos, false
}

// calleeOf returns the function or interface method that is called, or nil
// for function values.
func calleeOf(common *ssa.CallCommon) *types.Func {
	if common.IsInvoke() {
		return common.Method.Origin()
	}
	callee := common.StaticCallee()
	if callee == nil {
		return nil
	}
	fn, _ := callee.Object().(*types.Func)
	if fn == nil {
		return nil
	}
	return fn.Origin()
}

// callArgs returns the arguments after the receiver.
func callArgs(common *ssa.CallCommon) []ssa.Value {
	if !common.IsInvoke() && common.Signature().Recv() != nil && len(common.Args) > 0 {
		return common.Args[1:]
	}
	return common.Args
}

func argOf(common *ssa.CallCommon, i int) ssa.Value {
	if i == int(library.Recv) {
		return recvOf(common)
	}
	args := callArgs(common)
	if i < 0 || i >= len(args) {
		return nil
	}
	return args[i]
}

func recvOf(common *ssa.CallCommon) ssa.Value {
	if common.IsInvoke() {
		return common.Value
	}
	if common.Signature().Recv() != nil && len(common.Args) > 0 {
		return common.Args[0]
	}
	return nil
}

func takesContext(common *ssa.CallCommon) bool {
	for _, a := range common.Args {
		if isContext(a.Type()) {
			return true
		}
	}
	return false
}

// constDuration returns a constant duration, or -1.
func constDuration(v ssa.Value) time.Duration {
	for {
		c, ok := v.(*ssa.Convert)
		if !ok {
			break
		}
		v = c.X
	}
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Int {
		return -1
	}
	n, ok := constant.Int64Val(c.Value)
	if !ok {
		return -1
	}
	return time.Duration(n)
}

// typeKey is the name of a named type, through a pointer: path.Name.
func typeKey(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return ""
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

func isContext(t types.Type) bool { return typeKey(t) == "context.Context" && !isPointer(t) }

func isRequest(t types.Type) bool { return typeKey(t) == "net/http.Request" && isPointer(t) }

func isPointer(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok
}

// isRequestMethod reports whether fn is that method of *http.Request.
func isRequestMethod(fn *types.Func, name string) bool {
	recv := fn.Signature().Recv()
	return fn.Name() == name && recv != nil && typeKey(recv.Type()) == "net/http.Request"
}

// HasWriter reports whether a function is given an http.ResponseWriter, so
// that a request beside it is an inbound one.
func HasWriter(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if typeKey(v.Type()) == "net/http.ResponseWriter" {
			return true
		}
	}
	return false
}

func hasInbound(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if IsInbound(v.Type()) {
			return true
		}
	}
	return false
}

// IsInbound reports whether t is a framework's view of an inbound request.
func IsInbound(t types.Type) bool {
	know, _ := slowKnowledge()
	return know.inbound[typeKey(t)]
}

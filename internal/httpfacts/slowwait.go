package httpfacts

import (
	"go/constant"
	"go/token"
	"go/types"
	"path/filepath"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// waits adds what a call of callee may have to wait for. common is the call,
// or what it comes to when it goes through an interface or a variable.
func (w *Work) waits(call ssa.CallInstruction, common *ssa.CallCommon, callee *types.Func, below *Summary, fr *frame, s *Summary) {
	site := WaitSite{Pos: call.Pos(), Call: call.Pos()}
	if callee != nil {
		if f := w.lib.FuncOf(callee); f != nil {
			if w.direct(&site, f, callee, common, call, fr) {
				s.addWait(site)
			}
			return
		}
	}
	if below != nil {
		for _, inner := range below.Waits {
			site := inner
			site.Call = call.Pos()
			param := -1
			if inner.Has && inner.Ctx.Kind == CtxParam {
				param = inner.Ctx.Param
			}
			if w.rebind(&site, common, param, inner.Ctx.Limit, fr) {
				s.addWait(site)
			}
		}
		return
	}
	if cost := w.facts[callee]; cost != nil && !common.IsInvoke() {
		for _, wait := range cost.Waits {
			site := WaitSite{Wait: wait, Pos: call.Pos(), Call: call.Pos()}
			if w.rebind(&site, common, wait.Ctx, 0, fr) {
				s.addWait(site)
			}
		}
	}
}

// rebind replaces the parameters that bound a callee's wait, the client and
// the context (-1: none), by the arguments. It reports false when nothing is
// known of them.
func (w *Work) rebind(site *WaitSite, common *ssa.CallCommon, param int, limit time.Duration, fr *frame) bool {
	if i := site.Client - 1; i >= 0 {
		if i >= len(common.Args) || !w.boundBy(site, common.Args[i], fr) {
			return false
		}
	}
	if param < 0 {
		return true
	}
	if param >= len(common.Args) {
		return false
	}
	c, ok := w.carried(common.Args[param], fr)
	if !ok || limit < 0 {
		return false
	}
	if limit > 0 && (c.Limit == 0 || limit < c.Limit) {
		c.Limit = limit // the callee's own deadline
	}
	site.Ctx, site.Has = c, true
	return true
}

// direct fills in what a function of a known library waits for. It reports
// false when it does not wait, or when its bound is not known.
func (w *Work) direct(site *WaitSite, f *library.Func, callee *types.Func, common *ssa.CallCommon, call ssa.CallInstruction, fr *frame) bool {
	site.Wait = Wait{What: calleeName(common), Ctx: -1}
	switch {
	case f.Send != nil && callee.Pkg() != nil && callee.Pkg().Path() == "net/http":
		site.Kind = "send"
		if !w.boundClient(site, f, common, fr) {
			return false
		}
		if f.Send.Request != nil {
			return w.boundRequest(site, argOf(common, int(*f.Send.Request)), fr)
		}
		return true
	case f.Sleeps != nil:
		site.Kind = "sleep"
		d := constDuration(argOf(common, int(*f.Sleeps)))
		if d <= 0 {
			return false
		}
		if in := reachable(call.Block()); in[call.Block()] {
			return false // how often is not known
		}
		site.Limit = d
		return true
	case f.Slow == "exec":
		site.Kind = f.Slow
		return w.boundCommand(site, recvOf(common), fr)
	case f.Slow == "build" || f.Slow == "git" || f.Slow == "mail":
		site.Kind = f.Slow
		for _, a := range callArgs(common) {
			if isContext(a.Type()) {
				site.Ctx, site.Has = w.context(a, fr), true
			}
		}
		return true
	}
	// A database is asked before the answer so that nothing is lost: that is
	// an acknowledgment, not slow work.
	return false
}

// boundCommand finds the context that a command was made with.
func (w *Work) boundCommand(site *WaitSite, recv ssa.Value, fr *frame) bool {
	made, at := w.madeBy(recv, fr, 0)
	if made == nil {
		return false
	}
	site.What = commandName(made)
	for _, a := range callArgs(made.Common()) {
		if isContext(a.Type()) {
			site.Ctx, site.Has = w.context(a, at), true
		}
	}
	return true
}

// commandName names a command after its program.
func commandName(made *ssa.Call) string {
	for _, a := range callArgs(made.Common()) {
		if isContext(a.Type()) {
			continue
		}
		if c, ok := a.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.String {
			return "the command " + filepath.Base(constant.StringVal(c.Value))
		}
		break
	}
	return "a command"
}

// madeBy returns the call whose first result a value is.
func (w *Work) madeBy(v ssa.Value, fr *frame, depth int) (*ssa.Call, *frame) {
	if v == nil || fr == nil || depth > 10 {
		return nil, nil
	}
	switch v := v.(type) {
	case *ssa.Call:
		return v, fr
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok && v.Index == 0 {
			return call, fr
		}
	case *ssa.FreeVar:
		b, lex := fr.binding(v)
		return w.madeBy(b, lex, depth+1)
	case *ssa.Parameter:
		arg, up := fr.argument(v)
		return w.madeBy(arg, up, depth+1)
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return nil, nil
		}
		var vals []ssa.Value
		var frames []*frame
		if eachStore(v.X, fr, func(v ssa.Value, f *frame) { vals, frames = append(vals, v), append(frames, f) }) && len(vals) == 1 {
			return w.madeBy(vals[0], frames[0], depth+1)
		}
	}
	return nil, nil
}

// boundRequest finds the context that an outbound request was made with. It
// reports false when that is not known.
func (w *Work) boundRequest(site *WaitSite, req ssa.Value, fr *frame) bool {
	if made, at := w.madeBy(req, fr, 0); made != nil {
		callee := calleeOf(made.Common())
		if callee == nil {
			return false
		}
		if isRequestMethod(callee, "WithContext") {
			site.Ctx, site.Has = w.context(argOf(made.Common(), 0), at), true
			return true
		}
		if f := w.lib.FuncOf(callee); f != nil && f.NewRequest != nil {
			if f.NewRequest.Ctx != nil {
				site.Ctx, site.Has = w.context(argOf(made.Common(), int(*f.NewRequest.Ctx)), at), true
			}
			return true
		}
	}
	c := w.request(req, fr)
	site.Ctx, site.Has = c, true
	return c.Kind != CtxUnknown
}

// boundClient finds the timeout of the client that sends. It reports false
// when that is not known.
func (w *Work) boundClient(site *WaitSite, f *library.Func, common *ssa.CallCommon, fr *frame) bool {
	switch f.Send.Client {
	case "default":
		return !w.defaultClientSet()
	case "recv":
		return w.boundBy(site, recvOf(common), fr)
	}
	return false
}

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

// waits adds what a call may have to wait for.
func (w *Work) waits(call ssa.CallInstruction, callee *types.Func, below *Summary, fr *frame, s *Summary) {
	common := call.Common()
	site := WaitSite{Pos: call.Pos(), Call: call.Pos()}
	if callee == nil {
		return
	}
	if f := library.FuncOf(callee); f != nil {
		if w.direct(&site, f, callee, common, call, fr) {
			s.addWait(site)
		}
		return
	}
	if below != nil {
		for _, inner := range below.Waits {
			site := inner
			site.Call = call.Pos()
			if inner.Has && inner.Ctx.Kind == CtxParam {
				if !w.rebind(&site, common, inner.Ctx.Param, inner.Ctx.Limit, fr) {
					continue
				}
			}
			s.addWait(site)
		}
		return
	}
	if cost := w.facts[callee]; cost != nil && !common.IsInvoke() {
		for _, wait := range cost.Waits {
			site := WaitSite{Wait: wait, Pos: call.Pos(), Call: call.Pos()}
			if wait.Ctx >= 0 && !w.rebind(&site, common, wait.Ctx, 0, fr) {
				continue
			}
			s.addWait(site)
		}
	}
}

// rebind replaces the parameter that bounds a callee's wait by the argument.
// It reports false when nothing is known of the argument.
func (w *Work) rebind(site *WaitSite, common *ssa.CallCommon, param int, limit time.Duration, fr *frame) bool {
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
			return w.boundRequest(site, argOf(common, int(*f.Send.Request)), fr, 0)
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
func (w *Work) boundRequest(site *WaitSite, req ssa.Value, fr *frame, depth int) bool {
	made, at := w.madeBy(req, fr, 0)
	if made == nil || depth > 5 {
		return false
	}
	callee := calleeOf(made.Common())
	if callee == nil {
		return false
	}
	if isRequestMethod(callee, "WithContext") {
		site.Ctx, site.Has = w.context(argOf(made.Common(), 0), at), true
		return true
	}
	f := library.FuncOf(callee)
	if f == nil || f.NewRequest == nil {
		return false
	}
	if f.NewRequest.Ctx != nil {
		site.Ctx, site.Has = w.context(argOf(made.Common(), int(*f.NewRequest.Ctx)), at), true
	}
	return true
}

// boundClient finds the timeout of the client that sends. It reports false
// when that is not known.
func (w *Work) boundClient(site *WaitSite, f *library.Func, common *ssa.CallCommon, fr *frame) bool {
	switch f.Send.Client {
	case "default":
		return !w.defaultClientSet()
	case "recv":
		limit, ok := w.clientLimit(recvOf(common), fr, 0)
		site.Limit = limit
		return ok
	}
	return false
}

// defaultClientSet reports whether the package changes http.DefaultClient.
func (w *Work) defaultClientSet() bool {
	for g := range w.globals {
		if v, ok := g.Object().(*types.Var); ok && isDefaultClient(v) {
			return true
		}
	}
	for v := range w.fields {
		if v.Pkg() != nil && v.Pkg().Path() == "net/http" && v.Name() == "Timeout" && len(w.timeouts(v)) > 0 {
			return true
		}
	}
	return false
}

// timeouts lists the values stored in the field of a client that is not a
// literal's: DefaultClient's.
func (w *Work) timeouts(field *types.Var) []ssa.Value {
	var list []ssa.Value
	for _, fn := range w.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				st, ok := instr.(*ssa.Store)
				if !ok {
					continue
				}
				addr, ok := st.Addr.(*ssa.FieldAddr)
				if !ok || fieldVar(addr.X.Type(), addr.Field) != field {
					continue
				}
				if v := loadedVar(addr.X); v != nil && isDefaultClient(v) {
					list = append(list, st.Val)
				}
			}
		}
	}
	return list
}

func isDefaultClient(v *types.Var) bool {
	g := library.GlobalOf(v)
	return g != nil && g.Kind == "default-client"
}

// clientLimit returns how long a request of an *http.Client may take by the
// client's own settings: 0 is for ever. It reports false when not every way
// that the client was made is known.
func (w *Work) clientLimit(v ssa.Value, fr *frame, depth int) (time.Duration, bool) {
	if v == nil || depth > 6 {
		return 0, false
	}
	switch v := v.(type) {
	case *ssa.Alloc:
		return w.literalLimit(v)
	case *ssa.FreeVar:
		if fr == nil {
			return 0, false
		}
		b, lex := fr.binding(v)
		return w.clientLimit(b, lex, depth+1)
	case *ssa.Phi:
		return w.sameLimit(v.Edges, fr, depth)
	case *ssa.FieldAddr: // a client kept by value
		return 0, false
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return 0, false
		}
		if field := loadedVar(v); field != nil {
			if isDefaultClient(field) {
				return 0, !w.defaultClientSet()
			}
			if field.Exported() || field.Pkg() != w.pkg {
				return 0, false
			}
			if vals := w.fields[field]; len(vals) > 0 {
				return w.sameLimit(vals, nil, depth)
			}
			for g, vals := range w.globals {
				if g.Object() == field {
					return w.sameLimit(vals, nil, depth)
				}
			}
			return 0, false
		}
		if fr == nil {
			return 0, false
		}
		var vals []ssa.Value
		addr, at := v.X, fr
		for {
			free, ok := addr.(*ssa.FreeVar)
			if !ok {
				break
			}
			if addr, at = at.binding(free); addr == nil || at == nil {
				return 0, false
			}
		}
		if alloc, ok := addr.(*ssa.Alloc); !ok || !eachStore(alloc, at, func(v ssa.Value, _ *frame) { vals = append(vals, v) }) {
			return 0, false
		}
		return w.sameLimit(vals, fr, depth)
	case *ssa.Call:
		fn := w.local(v.Call.StaticCallee())
		if fn == nil {
			return 0, false
		}
		var vals []ssa.Value
		for _, b := range fn.Blocks {
			if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && len(ret.Results) > 0 {
				vals = append(vals, ret.Results[0])
			}
		}
		return w.sameLimit(vals, w.root(fn), depth)
	}
	return 0, false
}

// sameLimit returns the longest of the limits; all of them must be known.
func (w *Work) sameLimit(vals []ssa.Value, fr *frame, depth int) (time.Duration, bool) {
	var longest time.Duration
	forever := false
	for _, v := range vals {
		d, ok := w.clientLimit(v, fr, depth+1)
		if !ok {
			return 0, false
		}
		forever = forever || d == 0
		longest = max(longest, d)
	}
	if forever {
		longest = 0
	}
	return longest, len(vals) > 0
}

// literalLimit reads the settings of a client made by a literal. A transport
// of its own may have limits: unknown. So is a client that others configure.
func (w *Work) literalLimit(alloc *ssa.Alloc) (time.Duration, bool) {
	if typeKey(alloc.Type()) != "net/http.Client" {
		return 0, false
	}
	var limit time.Duration
	for _, ref := range *alloc.Referrers() {
		switch ref := ref.(type) {
		case *ssa.FieldAddr:
			field := fieldVar(alloc.Type(), ref.Field)
			for _, use := range *ref.Referrers() {
				st, ok := use.(*ssa.Store)
				if !ok {
					continue
				}
				switch clientRole(alloc.Type(), field) {
				case "timeout":
					if limit = constDuration(st.Val); limit < 0 {
						return 0, false
					}
				case "transport":
					return 0, false
				}
			}
		case *ssa.Call, *ssa.MakeInterface:
			call, ok := ref.(*ssa.Call)
			if !ok {
				return 0, false
			}
			if f := library.FuncOf(calleeOf(&call.Call)); f == nil || f.Send == nil {
				return 0, false // somebody may configure it
			}
		}
	}
	return limit, true
}

// clientRole returns what a field of a known client sets.
func clientRole(client types.Type, field *types.Var) string {
	t := library.TypeOf(client)
	if t == nil || field == nil {
		return ""
	}
	return t.Fields[field.Name()]
}

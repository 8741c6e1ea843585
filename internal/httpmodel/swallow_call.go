package httpmodel

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// callStep executes a call on a path after a failure.
func (w *failWalk) callStep(p *failPath, call *ssa.Call) *failPath {
	if b, ok := call.Call.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" && w.passes(p, &call.Call, tagError, tagText) {
			return nil // the error is collected
		}
		for _, a := range call.Call.Args {
			w.part(p, call, a)
		}
		return p
	}
	fn := calleeOf(&call.Call)
	if w.m.ends(&call.Call) {
		return nil
	}
	if w.passes(p, &call.Call, tagError, tagText) {
		return w.errorGiven(p, call, fn)
	}
	if next, entered := w.literal(p, &call.Call); entered {
		return next
	}
	if !w.given(p, &call.Call) {
		return nil
	}
	if !w.m.logs(&call.Call) {
		for _, a := range call.Call.Args {
			w.part(p, call, a)
		}
	}
	return p
}

// errorGiven executes a call that is given the error.
func (w *failWalk) errorGiven(p *failPath, call *ssa.Call, fn *types.Func) *failPath {
	switch {
	case w.m.logs(&call.Call):
		return p
	case w.m.formats(fn) || isErrorText(fn):
		p.tags[call] = tagText
		return p
	case isPredicate(call.Call.Signature()) && !w.passesResult(p, &call.Call):
		p.tags[call] = tagTest
		return p
	}
	return nil // it may deal with the error
}

// given executes a call that is given a result; false ends the path.
func (w *failWalk) given(p *failPath, c *ssa.CallCommon) bool {
	args := c.Args
	if c.IsInvoke() {
		args = append([]ssa.Value{c.Value}, args...)
	}
	logs := w.m.logs(c)
	for i, a := range args {
		t := w.tag(p, a)
		if t < tagResult {
			continue
		}
		if !w.isNil(t) {
			if !logs {
				w.useAt(p, c.Pos(), false)
			}
			continue
		}
		if w.m.facts.Fails().Needs(c, i) {
			w.found(SwallowPanics, c.Pos(), true)
			return false
		}
	}
	return true
}

// deferStep executes a deferred call: what it does with a nil answer it does
// on every path from here.
func (w *failWalk) deferStep(p *failPath, d *ssa.Defer) *failPath {
	if w.passes(p, d.Common(), tagError, tagText) {
		return nil
	}
	if next, entered := w.literal(p, d.Common()); entered {
		return next
	}
	if !w.given(p, d.Common()) {
		return nil
	}
	return p
}

// literal goes into a function literal that is called, or given to a function
// that calls it, and that shares a variable of the call.
func (w *failWalk) literal(p *failPath, c *ssa.CallCommon) (*failPath, bool) {
	for _, v := range append([]ssa.Value{c.Value}, c.Args...) {
		made, ok := v.(*ssa.MakeClosure)
		if !ok || len(p.back) > 2 {
			continue
		}
		fn := made.Fn.(*ssa.Function)
		shares := false
		for _, b := range made.Bindings {
			cl := cell(p, b)
			shares = shares || cl != nil && (p.tags[cl] == tagError || p.tags[cl] >= tagResult)
		}
		if !shares || len(fn.Blocks) == 0 || slices.ContainsFunc(p.back, func(r failReturn) bool { return r.block.Parent() == fn }) {
			continue
		}
		for i, b := range made.Bindings {
			if cl := cell(p, b); cl != nil && i < len(fn.FreeVars) {
				p.binds[fn.FreeVars[i]] = cl
			}
		}
		p.back = append(p.back, failReturn{p.block, p.at})
		p.block, p.at = fn.Blocks[0], 0
		return p, true
	}
	return p, false
}

// passes reports whether a call is given a value with one of the tags.
func (w *failWalk) passes(p *failPath, c *ssa.CallCommon, tags ...failTag) bool {
	if c.IsInvoke() && slices.Contains(tags, w.tag(p, c.Value)) {
		return true
	}
	for _, a := range c.Args {
		if slices.Contains(tags, w.tag(p, a)) {
			return true
		}
	}
	return false
}

func (w *failWalk) passesResult(p *failPath, c *ssa.CallCommon) bool {
	for _, a := range c.Args {
		if w.tag(p, a) >= tagResult {
			return true
		}
	}
	return false
}

// isPredicate reports whether a function only tells yes or no.
func isPredicate(sig *types.Signature) bool {
	if sig.Results().Len() != 1 {
		return false
	}
	b, ok := sig.Results().At(0).Type().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Bool
}

// isErrorText reports whether a method is Error of an error.
func isErrorText(fn *types.Func) bool {
	return fn != nil && fn.Name() == "Error" && fn.Signature().Params().Len() == 0 && fn.Signature().Results().Len() == 1
}

// formats reports whether a function makes text or an error of what it is given.
func (m *Model) formats(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	lib := m.lib.FuncOf(fn)
	return lib != nil && (lib.Error != nil || len(lib.Text) > 0) || fn.Pkg().Path() == "fmt" && !strings.HasPrefix(fn.Name(), "F")
}

// logs reports whether a call only writes what it is given to a log or a
// terminal: a function of a logging library, or one of that name.
func (m *Model) logs(c *ssa.CallCommon) bool {
	fn := calleeOf(c)
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	if lib := m.lib.FuncOf(fn); lib != nil {
		return lib.Log
	}
	if fn.Signature().Results().Len() > 1 {
		return false
	}
	name := strings.ToLower(fn.Name())
	for _, word := range []string{"log", "print", "debug", "info", "warn", "trace", "verbose"} {
		if strings.HasPrefix(name, word) {
			return true
		}
	}
	if !strings.HasPrefix(name, "err") {
		return false
	}
	where := strings.ToLower(fn.Pkg().Name())
	if recv := fn.Signature().Recv(); recv != nil {
		if n := namedOf(recv.Type()); n != nil {
			where += " " + strings.ToLower(n.Name())
		}
	}
	return strings.Contains(where, "log")
}

// ends reports whether a call does not return.
func (m *Model) ends(c *ssa.CallCommon) bool { return m.endsWithin(c, 4) }

func (m *Model) endsWithin(c *ssa.CallCommon, depth int) bool {
	fn := calleeOf(c)
	if fn == nil || depth == 0 {
		return false
	}
	if lib := m.lib.FuncOf(fn); lib != nil {
		return lib.NoReturn
	}
	name := strings.ToLower(strings.TrimPrefix(fn.Name(), "log"))
	for _, word := range []string{"fatal", "panic", "exit", "die", "must", "fail", "abort", "bail"} {
		if strings.HasPrefix(name, word) {
			return true
		}
	}
	local := c.StaticCallee()
	if local == nil || len(local.Blocks) == 0 || library.FuncOf(fn) != nil {
		return false
	}
	for ret := range lazyssa.Each[*ssa.Return](local) {
		ended := false
		for call := range lazyssa.Each[*ssa.Call](local) {
			if before(call, ret) && m.endsWithin(&call.Call, depth-1) {
				ended = true
				break
			}
		}
		if !ended {
			return false
		}
	}
	return true
}

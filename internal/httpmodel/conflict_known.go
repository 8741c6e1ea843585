package httpmodel

import (
	"go/types"
	"net/http"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// knowsConflict reports whether a function, or one of the package that it gives
// an answer or an error, has to do with things that are there already: by the
// status, by a code or text, or by what it calls.
func (m *Model) knowsConflict(fn *ssa.Function) bool { return m.knowsConflictWithin(fn, 2) }

func (m *Model) knowsConflictWithin(fn *ssa.Function, depth int) bool {
	for instr := range lazyssa.Each[ssa.Instruction](withClosures(fn)...) {
		for _, op := range instr.Operands(nil) {
			if n, ok := constInt(*op); ok && n == http.StatusConflict {
				return true
			}
			if text, ok := constString(*op); ok && saysExists(text) {
				return true
			}
			if g, ok := (*op).(*ssa.Global); ok && namesExists(g.Name()) {
				return true
			}
		}
		call, ok := instr.(ssa.CallInstruction)
		if !ok {
			continue
		}
		if namesExists(calledName(call.Common())) {
			return true
		}
		callee := staticCallee(call.Common())
		if depth > 0 && callee != nil && callee.Blocks != nil && callee != fn && judgesAnswer(callee) && m.knowsConflictWithin(callee, depth-1) {
			return true
		}
	}
	return false
}

// judgesAnswer reports whether a function is given an error, a status, or what
// has one.
func judgesAnswer(fn *ssa.Function) bool {
	return slices.ContainsFunc(fn.Params, func(p *ssa.Parameter) bool {
		t := p.Type()
		b, basic := t.Underlying().(*types.Basic)
		return isErrorType(t) || isAny(t) || basic && b.Info()&types.IsInteger != 0 || isFunc(t) || isResponse(t) || isFailure(t)
	})
}

// isAny reports whether a type is the empty interface.
func isAny(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.NumMethods() == 0
}

func saysExists(text string) bool {
	text = strings.ToLower(text)
	for _, not := range []string{"not exist", "n't exist", "not already", "no existing"} {
		text = strings.ReplaceAll(text, not, "")
	}
	return slices.ContainsFunc([]string{"exist", "conflict", "already", "duplicate"}, func(word string) bool { return strings.Contains(text, word) })
}

func namesExists(name string) bool {
	return nameHas(name, "exists", "exist", "existing", "conflict", "duplicate", "already", "taken") && !nameHas(name, "not")
}

// callersKnow reports whether a caller in the package knows of such things.
func (m *Model) callersKnow(fn *ssa.Function) bool {
	calls, _ := m.Callers(fn)
	return slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool { return m.knowsConflict(outermost(c.Parent())) })
}

// looksFirst reports whether a function makes another request before the call
// that leads to one, or asks for something by a function that is called so: it
// may know then whether the thing is there.
func (m *Model) looksFirst(fn *ssa.Function, own ssa.CallInstruction) bool {
	return slices.ContainsFunc(m.otherCalls(fn, own), func(call ssa.CallInstruction) bool {
		if call.Parent() == own.Parent() && !reachesInstr(call, own) {
			return false
		}
		return m.sendAt(call) != nil || m.isOwnCall(call) && nameHas(calledName(call.Common()), "delete", "remove", "update", "seen", "done", "processed", "handled", "is", "check") || m.looksUp(call)
	})
}

// looksAfter reports whether a function looks for the thing when the call that
// should make it has ended.
func (m *Model) looksAfter(fn *ssa.Function, own ssa.CallInstruction) bool {
	return slices.ContainsFunc(m.otherCalls(fn, own), func(call ssa.CallInstruction) bool {
		return m.looksUp(call) && (call.Parent() != own.Parent() || reachesInstr(own, call))
	})
}

// looksUp reports whether a call asks for a thing: it reads from a server, or is
// called so.
func (m *Model) looksUp(call ssa.CallInstruction) bool {
	if s := m.sendAt(call); s != nil {
		return s.asks()
	}
	if !m.isOwnCall(call) {
		return false
	}
	if onlyReads(call) {
		return true
	}
	if callee := staticCallee(call.Common()); callee != nil && m.askers()[callee] {
		return true // and keeps the answer for itself
	}
	return nameHas(calledName(call.Common()), "get", "find", "list", "lookup", "search", "fetch", "has", "load", "read", "known")
}

// askersMemo holds the functions of a package that send a request which only
// reads.
type askersMemo struct {
	once sync.Once
	fns  map[*ssa.Function]bool
}

func (m *Model) askers() map[*ssa.Function]bool {
	m.askersMemo.once.Do(func() {
		m.askersMemo.fns = map[*ssa.Function]bool{}
		for _, s := range m.Sends() {
			if s.asks() {
				m.askersMemo.fns[outermost(s.Fn)] = true
			}
		}
		for call := range lazyssa.Each[ssa.CallInstruction](m.flow().funcs...) {
			if m.isOwnCall(call) && onlyReads(call) {
				m.askersMemo.fns[outermost(call.Parent())] = true // do(ctx, "GET", path)
			}
		}
	})
	return m.askersMemo.fns
}

// onlyReads reports whether a call is given the method of a request that only
// reads.
func onlyReads(call ssa.CallInstruction) bool {
	method := methodAmong(call.Common().Args)
	return method == http.MethodGet || method == http.MethodHead
}

// asks reports whether the request only reads.
func (s *Send) asks() bool { return s.Method() == http.MethodGet || s.Method() == http.MethodHead }

// otherCalls returns the calls of a function beside one, without those that only
// judge what came of it.
func (m *Model) otherCalls(fn *ssa.Function, own ssa.CallInstruction) []ssa.CallInstruction {
	var list []ssa.CallInstruction
	for call := range lazyssa.Each[ssa.CallInstruction](withClosures(fn)...) {
		judges := slices.ContainsFunc(call.Common().Args, func(a ssa.Value) bool { return isErrorType(a.Type()) || isResponse(a.Type()) })
		if call != own && !judges && !nameHas(calledName(call.Common()), "config", "settings", "env", "file", "body", "header") {
			list = append(list, call)
		}
	}
	return list
}

// isOwnCall reports whether a call is one of the package's functions, or of an
// interface that is not the standard library's.
func (m *Model) isOwnCall(call ssa.CallInstruction) bool {
	if fn := calleeOf(call.Common()); call.Common().IsInvoke() {
		return fn.Pkg() != nil && !isStd(fn.Pkg().Path(), m.pass.Pkg.Path())
	}
	callee := staticCallee(call.Common())
	return callee != nil && callee.Pkg != nil && callee.Pkg.Pkg == m.pass.Pkg
}

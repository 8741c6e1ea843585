package httpmodel

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
)

const createFactVersion = 1

// A CreateFact is on a function that sends a request which creates something,
// once and without a key by which the server would know a second one.
type CreateFact struct {
	Version int
	Method  string
	// Plain says that the error is of no type of the program where there is no
	// answer.
	Plain bool
}

// AFact marks the type as a fact.
func (*CreateFact) AFact() {}

// String describes the fact for tests and debugging.
func (f *CreateFact) String() string { return "creates by " + f.Method }

// exportCreateFacts tells importing packages which functions create something.
func (m *Model) exportCreateFacts() {
	if m.pass.Pkg.Name() == "main" {
		return
	}
	for _, s := range m.Sends() {
		if !s.ReadsOnly() {
			m.exportCreates(s, s.Fn, s.Call, s.Method(), 0)
		}
	}
}

// importCreate fetches what is known of another package's function.
func (m *Model) importCreate(fn *types.Func) {
	if f := new(CreateFact); m.pass.ImportObjectFact(fn, f) && f.Version == createFactVersion {
		if m.retryMemo.creates == nil {
			m.retryMemo.creates = map[*types.Func]*CreateFact{}
		}
		m.retryMemo.creates[fn] = f
	}
}

// exportCreates goes from a request up to the exported functions that send it.
func (m *Model) exportCreates(s *Send, fn *ssa.Function, via ssa.CallInstruction, method string, depth int) {
	obj, ok := fn.Object().(*types.Func)
	if ok && obj.Exported() && returnsError(obj.Signature()) {
		created := namesCreate(append(s.names(), obj.Name())) || waitsForCreated(fn) || waitsForCreated(s.Fn)
		if isCreate(method) && created && !m.keyedIn(fn, 0) && !m.keyedIn(outermost(s.Fn), 0) {
			m.pass.ExportObjectFact(obj, &CreateFact{Version: createFactVersion, Method: method, Plain: m.failsPlainly(s, fn, via)})
		}
		return
	}
	if depth == maxInside {
		return
	}
	for i, c := range m.flow().calls[genericOrigin(fn)] {
		if i == maxCallers {
			break
		}
		if _, plain := c.(*ssa.Call); !plain || c.Parent() == fn {
			continue
		}
		given := method
		if given == "" {
			given = methodAmong(c.Common().Args)
		}
		m.exportCreates(s, outermost(c.Parent()), c, given, depth+1)
	}
}

// failsPlainly reports whether a function's error is of no type of the program
// where there is no answer.
func (m *Model) failsPlainly(s *Send, fn *ssa.Function, via ssa.CallInstruction) bool {
	r := &Retry{Send: s, Path: []ssa.CallInstruction{via}, In: fn, model: m}
	return r.netErrorKind() == play.FromNet
}

// createdAgain returns the retries of other packages' functions that create
// something.
func (m *Model) createdAgain() []UnsafeRetry {
	var list []UnsafeRetry
	for call := range lazyssa.Each[*ssa.Call](m.flow().funcs...) {
		callee := calleeOf(&call.Call)
		if callee == nil || callee.Pkg() == m.pass.Pkg || m.sendAt(call) != nil {
			continue
		}
		fact := m.retryMemo.creates[callee.Origin()]
		if fact == nil {
			continue
		}
		send := httpfacts.RemoteSend(call)
		if fact.Plain {
			httpfacts.FailPlainly(send)
		}
		f := m.newRetryFinder()
		f.send = &Send{Send: send, model: m}
		f.climb(call.Parent(), []ssa.CallInstruction{call}, 0)
		for _, r := range f.list {
			on, _, known := r.asked()
			if !known || r.Always || r.filtered() || !on.Has(play.NetError) || r.keyed() || r.asksBetween() || r.judged() {
				continue
			}
			list = append(list, UnsafeRetry{Send: r.Send, Retry: r, Method: fact.Method, After: on & doubtful})
		}
	}
	return list
}

// asksBetween reports whether a function is called between the attempts that
// may look whether the first one did its work.
func (r *Retry) asksBetween() bool {
	return r.looksUp() || r.visit(func(instr ssa.Instruction) bool {
		call, ok := instr.(ssa.CallInstruction)
		if !ok || slices.Contains(r.Path, call) {
			return false
		}
		fn := calleeOf(call.Common())
		return fn != nil && returnsError(fn.Signature()) && slices.ContainsFunc(camelWords(fn.Name()), isAsking)
	})
}

// isAsking reports whether a word in a function's name says that it only looks.
func isAsking(word string) bool {
	switch word {
	case "get", "find", "list", "lookup", "exists", "search", "fetch", "check", "query", "load", "by", "has", "is", "status", "state":
		return true
	}
	return false
}

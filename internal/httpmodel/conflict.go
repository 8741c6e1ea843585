package httpmodel

import (
	"go/token"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
	"github.com/apivet/apivet/internal/provider"
)

// A Conflict is a request that creates something, in code that runs more than
// once, which takes "it is there already" for a failure.
type Conflict struct {
	Pos  token.Pos // the call in the code that runs again
	Send *Send
	// In is the function that is made to be run again, "" where the request's
	// client repeats it.
	In string
	// Vendor says so in its documentation, or "".
	Vendor string
	// Key is the header by which the vendor knows a repeated request, or "".
	Key string
}

// Conflicts returns the package's requests of that kind.
func (m *Model) Conflicts() []Conflict {
	var list []Conflict
	if m.Empty() {
		return nil
	}
	had := map[token.Pos]bool{}
	for _, s := range m.Sends() {
		if s.Opaque || !s.posts() || s.ReadsOnly() || inTest(outermost(s.Fn)) {
			continue
		}
		found := s.runAgain()
		if c, ok := s.repeatedKey(); ok {
			found = []Conflict{c}
		}
		if len(found) == 0 || !s.failsOnConflict() {
			continue
		}
		for _, c := range found {
			if !had[c.Pos] {
				had[c.Pos] = true
				list = append(list, c)
			}
		}
	}
	return list
}

func (s *Send) posts() bool {
	if m := s.Method(); m != "" {
		return m == http.MethodPost
	}
	made := s.methodsMade()
	return len(made) > 0 && !slices.ContainsFunc(made, func(m string) bool { return m != http.MethodPost })
}

// conflict is the answer that says that something is there.
var conflict = play.Status(http.StatusConflict)

// failsOnConflict reports whether a conflict ends as any refused request does,
// in an error.
func (s *Send) failsOnConflict() bool {
	r := s.Play()
	if r.Overflow || !r.Reached {
		return false
	}
	fails := false
	for _, e := range r.Ends {
		if !e.Out.Has(conflict) {
			continue
		}
		err := s.errorOf(e)
		if e.Kind != play.Returns || !e.Out.Has(Refused) || err == nil || err.K != play.NonNil && err.K != play.Ptr || s.carriesAnswer(e) {
			return false
		}
		fails = true
	}
	return fails
}

// repeatedKey returns the request as one that its client repeats with a key of
// which the vendor says that it refuses the second one.
func (s *Send) repeatedKey() (Conflict, bool) {
	p := s.model.vendorOf(played{send: s})
	if p == nil || p.Repeated == nil || p.Repeated.Status != http.StatusConflict || !s.clientRepeatsWrites() {
		return Conflict{}, false
	}
	fn := outermost(s.Fn)
	if !usesText(fn, p.Repeated.Header) || s.model.knowsConflict(fn) {
		return Conflict{}, false
	}
	return Conflict{Pos: s.Pos(), Send: s, Vendor: p.Name, Key: p.Repeated.Header}, true
}

// usesText reports whether a function or a literal in it has a text, whatever
// its case.
func usesText(fn *ssa.Function, text string) bool {
	for instr := range lazyssa.Each[ssa.Instruction](withClosures(fn)...) {
		for _, op := range instr.Operands(nil) {
			if c, ok := constString(*op); ok && strings.EqualFold(c, text) {
				return true
			}
		}
	}
	return false
}

// runAgain returns the calls that lead to the request from functions that are
// made to be run again: they ensure, provision, sync. Nothing on the way looks
// whether the thing is there, nor knows of the answer that says so.
func (s *Send) runAgain() []Conflict {
	var list []Conflict
	profile := s.model.vendorOf(played{send: s})
	known := profile != nil && slices.ContainsFunc(profile.Exists, func(o provider.Operation) bool {
		return o.Method == http.MethodPost && s.callsPath(o.Path)
	})
	type step struct {
		fn    *ssa.Function
		call  ssa.CallInstruction
		names []string
	}
	work := []step{{outermost(s.Fn), s.Call, nil}}
	seen := map[*ssa.Function]bool{}
	for len(work) > 0 && len(seen) < 60 {
		at := work[0]
		work = work[1:]
		if seen[at.fn] {
			continue
		}
		seen[at.fn] = true
		if s.model.knowsConflict(at.fn) || s.model.looksFirst(at.fn, at.call) {
			continue // whoever calls it is told what he needs
		}
		names := append(slices.Clone(at.names), at.fn.Name())
		if again, makes := runsAgain(at.fn.Name()); again && !asksOnly(names) && (makes || known || namesMake(names)) {
			c := Conflict{Pos: at.call.Pos(), Send: s, In: at.fn.Name()}
			if known {
				c.Vendor = profile.Name
			}
			if !s.model.callersKnow(at.fn) {
				list = append(list, c)
			}
			continue
		}
		if len(names) > 3 {
			continue
		}
		calls, _ := s.model.Callers(at.fn)
		for _, call := range calls {
			if _, plain := call.(*ssa.Call); plain {
				work = append(work, step{outermost(call.Parent()), call, names})
			}
		}
	}
	return list
}

// callsPath reports whether the request's address ends in a path.
func (s *Send) callsPath(path string) bool {
	if p := s.constantPath(); p != "" {
		return p == path
	}
	return slices.ContainsFunc(s.Call.Common().Args, func(v ssa.Value) bool {
		if b, ok := v.(*ssa.BinOp); ok && b.Op == token.ADD {
			v = b.Y // base + path
		}
		text, ok := constString(v)
		return ok && text == path
	})
}

// runsAgain reports whether a function's name says that it is run again and
// finds what it did before, and whether it says that something is made.
func runsAgain(name string) (again, makes bool) {
	for _, word := range nameWords(name) {
		switch word {
		case "ensure", "provision":
			return true, true
		case "sync", "synchronize", "reconcile", "apply", "bootstrap", "seed":
			again = true
		}
	}
	return again, false
}

// namesMake reports whether one of the functions is called after making a thing
// that is known by its name.
func namesMake(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return nameHas(name, "create", "register", "add", "provision") })
}

// asksOnly reports whether one of the functions is called after something that
// may be done any number of times.
func asksOnly(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return nameHas(name, "token", "login", "auth", "session", "logged", "query", "search", "event", "events", "comment", "message", "metric", "metrics", "log", "logs", "upload", "ready", "running", "started", "alive")
	})
}

// knowsConflict reports whether a function, or one of the package that it
// calls, has to do with things that are there already: by the status, by a code
// or text, or by what it calls.
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
		if callee := staticCallee(call.Common()); depth > 0 && callee != nil && callee.Blocks != nil && callee != fn && m.knowsConflictWithin(callee, depth-1) {
			return true
		}
	}
	return false
}

func saysExists(text string) bool {
	text = strings.ToLower(text)
	return strings.Contains(text, "exist") || strings.Contains(text, "conflict") || strings.Contains(text, "already") || strings.Contains(text, "duplicate")
}

func namesExists(name string) bool {
	return nameHas(name, "exists", "exist", "existing", "conflict", "duplicate", "already", "taken")
}

// callersKnow reports whether a caller in the package knows of such things.
func (m *Model) callersKnow(fn *ssa.Function) bool {
	calls, _ := m.Callers(fn)
	return slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool { return m.knowsConflict(outermost(c.Parent())) })
}

// looksFirst reports whether a function makes another request beside the one
// that a call leads to, or asks for something by a function that is called so:
// it may know then whether the thing is there.
func (m *Model) looksFirst(fn *ssa.Function, own ssa.CallInstruction) bool {
	for call := range lazyssa.Each[ssa.CallInstruction](withClosures(fn)...) {
		if call == own {
			continue
		}
		if m.sendAt(call) != nil {
			return true
		}
		callee := staticCallee(call.Common())
		if !call.Common().IsInvoke() && (callee == nil || callee.Pkg == nil || callee.Pkg.Pkg != m.pass.Pkg) {
			continue
		}
		if nameHas(calledName(call.Common()), "get", "find", "list", "lookup", "search", "fetch", "has", "load", "read", "is", "check", "delete", "remove", "update") {
			return true
		}
	}
	return false
}

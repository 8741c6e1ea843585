package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// Failure is what a retry is for: no answer, or a server's error.
const Failure = play.NetError

// RetriedHere returns the outcomes after which the code around the request
// sends it again, and those after which a success is sent again too (a loop
// over items, a poll).
func (s *Send) RetriedHere() (failures, successes play.Outcomes) {
	for _, e := range s.Play().Ends {
		if e.Kind != play.Repeats {
			continue
		}
		failures |= e.Out &^ play.Success
		successes |= e.Out & play.Success
	}
	return failures, successes
}

// FailsToCaller reports whether a network error of the request goes straight
// to the function's caller as an error. The evidence is that return.
func (s *Send) FailsToCaller() (Answer, Evidence) {
	r := s.Play()
	if r.Overflow || !r.Reached {
		return Unknown, Evidence{}
	}
	answer, found := No, Evidence{}
	for _, e := range r.Ends {
		if !e.Out.Has(play.NetError) {
			continue
		}
		err := s.errorOf(e)
		switch {
		case e.Kind != play.Returns:
			return Unknown, Evidence{}
		case err == nil || err.K != play.NonNil:
			return Unknown, Evidence{}
		case answer == No:
			answer, found = Yes, Evidence{e, play.NetError}
		}
	}
	return answer, found
}

// MetAgain reports whether something meets the request's failure again
// although nothing here repeats it: a loop, closure or handler among the
// callers, a schedule, a probe. Yes and Unknown both mean that one attempt may
// be all that is wanted.
func (s *Send) MetAgain() Answer {
	if inLoop(s.Call.Block()) {
		return Unknown
	}
	for fn := s.Fn; fn.Parent() != nil; fn = fn.Parent() {
		if isCommand(fn.Signature) {
			return No
		}
		if !calledAtOnce(fn) {
			return Unknown
		}
	}
	return s.model.metAgain(outermost(s.Fn), map[*ssa.Function]bool{}, 0)
}

const callerDepth = 4

func (m *Model) metAgain(fn *ssa.Function, seen map[*ssa.Function]bool, depth int) Answer {
	if seen[fn] {
		return No
	}
	seen[fn] = true
	if isProbe(fn.Name()) || serves(fn.Signature) || measures(fn) {
		return Unknown
	}
	if depth > callerDepth {
		return Unknown
	}
	ix := m.flow()
	if isCommand(fn.Signature) {
		return No
	}
	if ix.asValue[fn] {
		return Unknown // a callback: whoever calls it may repeat it
	}
	for _, c := range ix.calls[fn] {
		if _, plain := c.(*ssa.Call); !plain {
			return Unknown // a goroutine or a deferred call
		}
		if inLoop(c.Block()) {
			return Unknown
		}
		command := false
		for g := c.Parent(); g.Parent() != nil; g = g.Parent() {
			if command = isCommand(g.Signature); command {
				break
			}
			if !calledAtOnce(g) {
				return Unknown
			}
		}
		if command {
			continue
		}
		if a := m.metAgain(outermost(c.Parent()), seen, depth+1); a != No {
			return a
		}
	}
	return No
}

func isFunc(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// inLoop reports whether a block can be reached from itself.
func inLoop(b *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	work := append([]*ssa.BasicBlock(nil), b.Succs...)
	for len(work) > 0 {
		c := work[len(work)-1]
		work = work[:len(work)-1]
		if c == b {
			return true
		}
		if !seen[c] {
			seen[c] = true
			work = append(work, c.Succs...)
		}
	}
	return false
}

// calledAtOnce reports whether a literal is only called where it is written.
func calledAtOnce(fn *ssa.Function) bool {
	refs := fn.Referrers()
	if refs == nil {
		return false
	}
	for _, ref := range *refs {
		mc, ok := ref.(*ssa.MakeClosure)
		var uses []ssa.Instruction
		if ok {
			uses = *mc.Referrers()
		} else {
			uses = []ssa.Instruction{ref}
		}
		for _, u := range uses {
			switch u := u.(type) {
			case *ssa.Call:
				if u.Call.Value != ssa.Value(fn) && u.Call.Value != ssa.Value(mc) {
					return false
				}
			case *ssa.DebugRef:
			default:
				return false
			}
		}
	}
	return true
}

// isProbe reports whether a function's name says that it looks whether
// something is there, again and again.
func isProbe(name string) bool {
	for _, word := range camelWords(name) {
		switch word {
		case "health", "healthy", "healthcheck", "ping", "probe", "ready", "readiness", "alive", "liveness", "heartbeat", "scrape", "collect",
			"poll", "watch", "telemetry", "metrics", "reconcile", "sync", "wait", "retry", "attempt", "tick", "loop":
			return true
		}
	}
	return false
}

// camelWords splits a Go name into lower-case words.
func camelWords(name string) []string {
	var words []string
	start := 0
	for i, r := range name {
		if i > start && unicode.IsUpper(r) && !unicode.IsUpper(rune(name[i-1])) || r == '_' {
			words = append(words, strings.ToLower(strings.Trim(name[start:i], "_")))
			start = i
		}
	}
	return append(words, strings.ToLower(strings.Trim(name[start:], "_")))
}

// serves reports whether a function answers an inbound request: its caller
// hears of the failure at once and may ask again.
func serves(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if isNamed(v.Type(), "net/http", "ResponseWriter") {
			return true
		}
		if t := library.TypeOf(v.Type()); t != nil && t.Kind == "inbound" {
			return true
		}
	}
	return false
}

// isCommand reports whether a function is what a command of a program runs:
// once, when it is asked for.
func isCommand(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if t := library.TypeOf(v.Type()); t != nil && t.Kind == "command" {
			return true
		}
	}
	return false
}

// measures reports whether a function takes the time of what it does: another
// attempt would spoil what it measures.
func measures(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			if c := calleeOf(&call.Call); c != nil && c.Pkg() != nil && c.Pkg().Path() == "time" && (c.Name() == "Since" || c.Name() == "Sub") {
				return true
			}
		}
	}
	return false
}

// Idempotent reports whether the request may be sent twice without harm, by
// its method or because the vendor says that it only reads: Unknown only where some caller asks for a method that is.
func (s *Send) Idempotent() Answer {
	if m := s.Method(); m != "" {
		if idempotent(m) || s.ReadsOnly() {
			return Yes
		}
		return No
	}
	answer := No
	for _, m := range s.methods() {
		if idempotent(m) {
			answer = Unknown
		}
	}
	return answer
}

// methods returns the constant methods that the request may have.
func (s *Send) methods() []string {
	var list []string
	work := []ssa.Value{s.Request}
	seen := map[ssa.Value]bool{}
	for len(work) > 0 {
		v := work[0]
		work = work[1:]
		if v == nil || seen[v] || len(seen) > 20 {
			continue
		}
		seen[v] = true
		for _, o := range s.model.Origins(v) {
			call, ok := o.Call.(*ssa.Call)
			if o.Kind != OriginCall || !ok {
				continue
			}
			lib := s.model.lib.FuncOf(calleeOf(&call.Call))
			if lib == nil || lib.NewRequest == nil || lib.NewRequest.Method == nil {
				if recv := receiver(&call.Call); recv != nil && isNamed(recv.Type(), "net/http", "Request") {
					work = append(work, recv) // req.WithContext(ctx), req.Clone(ctx)
				}
				continue
			}
			method := argAt(&call.Call, lib.NewRequest.Method)
			if load, ok := method.(*ssa.UnOp); ok {
				if _, field := load.X.(*ssa.FieldAddr); field {
					return nil // a builder: its users choose
				}
			}
			for _, c := range constants(s.model.Sources(method)) {
				if m, ok := constString(c); ok {
					list = append(list, m)
				}
			}
		}
	}
	return list
}

func idempotent(method string) bool {
	switch method {
	case "GET", "HEAD", "PUT", "DELETE", "OPTIONS":
		return true
	}
	return false
}

// A DefeatedRetry is a retrying client whose transport is replaced by one
// that does not retry.
type DefeatedRetry struct {
	Pos   token.Pos   // the assignment
	Built token.Pos   // where the retrying client was made
	Sends []token.Pos // requests that go through it
}

// DefeatedRetries returns the places where the package takes the retries out
// of a client that it built with them.
func (m *Model) DefeatedRetries() []DefeatedRetry {
	m.clients.mu.Lock()
	defer m.clients.mu.Unlock()
	var list []DefeatedRetry
	for _, s := range m.Settings() {
		if s.Role != "client.transport" {
			continue
		}
		var built *ssa.Call
		e := m.clientEval(nil)
		for _, root := range m.clientRoots(s.Base) {
			call, ok := root.(*ssa.Call)
			if !ok {
				continue
			}
			if t := joined(e.call(call, 0)); t.Says[traitRetries] == saysNo && t.Says[traitSendRetries] == saysYes {
				built = call
			}
		}
		if built == nil || m.clientEval(nil).transport(s.Store.Val).Says[traitSendRetries] != saysNo {
			continue
		}
		list = append(list, DefeatedRetry{Pos: s.Pos(), Built: built.Pos(), Sends: m.sentBy(built)})
	}
	return list
}

// sentBy returns the requests of the package whose client a call made.
func (m *Model) sentBy(made *ssa.Call) []token.Pos {
	var list []token.Pos
	for _, s := range m.Sends() {
		recv := receiver(s.Call.Common())
		if s.Wrapper || recv == nil || len(list) >= 8 {
			continue
		}
		if slices.Contains(m.clientRoots(recv), rootKey(made)) {
			list = append(list, s.Pos())
		}
	}
	return list
}

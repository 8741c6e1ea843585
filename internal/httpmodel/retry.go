package httpmodel

import (
	"go/token"
	"go/types"
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
// its method: Unknown only where some caller asks for a method that is.
func (s *Send) Idempotent() Answer {
	if m := s.Method(); m != "" {
		if idempotent(m) {
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
			lib := library.FuncOf(calleeOf(&call.Call))
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
	var list []DefeatedRetry
	for _, s := range m.Settings() {
		if s.Role != "client.transport" {
			continue
		}
		var built ssa.CallInstruction
		for _, o := range m.Origins(s.Base) {
			if o.Kind != OriginCall {
				continue
			}
			lib := library.FuncOf(calleeOf(o.Call.Common()))
			if lib != nil && lib.Client != nil && lib.Client.Retries {
				built = o.Call
			}
		}
		if built == nil || m.retriesInside(s.Store.Val, map[ssa.Value]bool{}) {
			continue
		}
		list = append(list, DefeatedRetry{Pos: s.Pos(), Built: built.Pos(), Sends: m.sentBy(built)})
	}
	return list
}

// sentBy returns the requests of the package whose client a call made.
func (m *Model) sentBy(made ssa.CallInstruction) []token.Pos {
	var list []token.Pos
	for _, s := range m.Sends() {
		recv := receiver(s.Call.Common())
		if s.Wrapper || recv == nil || len(list) >= 8 {
			continue
		}
		for _, o := range m.Origins(recv) {
			if o.Call == made {
				list = append(list, s.Pos())
				break
			}
		}
	}
	return list
}

// retriesInside reports whether a transport may still hold the one that
// retries: something that it is made from reads a client's Transport, is a
// retrying client, or is not seen. It errs on the side of yes.
func (m *Model) retriesInside(v ssa.Value, seen map[ssa.Value]bool) bool {
	if v == nil || seen[v] {
		return false
	}
	if len(seen) > 200 {
		return true
	}
	seen[v] = true
	if t := library.TypeOf(v.Type()); t != nil && t.Retries {
		return true
	}
	switch v := v.(type) {
	case *ssa.Const, *ssa.Global, *ssa.Function, *ssa.Builtin:
		return false
	case *ssa.Parameter, *ssa.FreeVar:
		return sends(v.Type()) || isFunc(v.Type())
	case *ssa.Call:
		if c := calleeOf(&v.Call); library.FuncOf(c) == nil && (c == nil || c.Pkg() != m.pass.Pkg) && sends(v.Type()) {
			return true // somebody else's transport: it may retry
		}
		for _, op := range v.Operands(nil) {
			if *op != nil && m.retriesInside(*op, seen) {
				return true
			}
		}
		return false
	case *ssa.UnOp:
		fa, field := v.X.(*ssa.FieldAddr)
		if !field {
			return m.retriesInside(v.X, seen)
		}
		if role, _ := roleOf(fa); role == "client.transport" {
			return true
		}
		for _, o := range m.Origins(v) { // the field, not the whole object
			if !o.Known() && sends(v.Type()) || o.Value != nil && o.Value != v && m.retriesInside(o.Value, seen) {
				return true
			}
		}
		return false
	case *ssa.FieldAddr:
		role, _ := roleOf(v)
		return role == "client.transport" || m.retriesInside(v.X, seen)
	case *ssa.Alloc:
		for _, ref := range *v.Referrers() {
			switch r := ref.(type) {
			case *ssa.Store:
				if r.Addr == v && m.retriesInside(r.Val, seen) {
					return true
				}
			case *ssa.FieldAddr:
				for _, fref := range *r.Referrers() {
					if st, ok := fref.(*ssa.Store); ok && st.Addr == r && m.retriesInside(st.Val, seen) {
						return true
					}
				}
			}
		}
		return false
	case *ssa.MakeClosure:
		for _, b := range v.Bindings {
			if m.retriesInside(b, seen) {
				return true
			}
		}
		return false
	case ssa.Instruction:
		for _, op := range v.Operands(nil) {
			if *op != nil && m.retriesInside(*op, seen) {
				return true
			}
		}
	}
	return false
}

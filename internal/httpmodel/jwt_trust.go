package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// A tokenOrigin says whose token it is.
type tokenOrigin int

const (
	tokenOwn     tokenOrigin = iota // the program's own, or not known
	tokenInbound                    // of an inbound request
	tokenGiven                      // a parameter that others pass
)

// decidedBy returns the first decision by the claims of a source that should
// not be, or NoPos.
func (m *Model) decidedBy(s claimSource) token.Pos {
	t := taintFrom(s.fn, s.claims)
	if s.verifies {
		return m.acceptedUnchecked(s, t)
	}
	if m.verifiedIn(s.fn, s) || m.passesOn(s) {
		return token.NoPos
	}
	switch m.originOfToken(s.token) {
	case tokenInbound:
		return m.decision(s, t, s.handedIn())
	case tokenGiven:
		if s.handedIn() { // not a part of something else: a session, a configuration
			return m.verdict(s, t)
		}
	}
	return token.NoPos
}

// handedIn reports whether the token is a parameter of the function itself.
func (s *claimSource) handedIn() bool {
	return slices.ContainsFunc(s.fn.Params, func(p *ssa.Parameter) bool { return isTextOf(s.token, p, 0) })
}

// originOfToken tells whose token a text is.
func (m *Model) originOfToken(v ssa.Value) tokenOrigin {
	if v == nil {
		return tokenOwn
	}
	given := false
	for _, o := range m.Sources(v) {
		switch o.Kind {
		case OriginCall:
			if m.readsInbound(o.Call) {
				return tokenInbound
			}
		case OriginElement:
			if b := o.Base; b != nil && (isNamed(b.Type(), "net/http", "Header") || isNamed(b.Type(), "google.golang.org/grpc/metadata", "MD") || fromMetadata(b)) {
				return tokenInbound
			}
		case OriginField:
			if o.Base != nil && isNamed(o.Base.Type(), "net/http", "Cookie") {
				return tokenInbound
			}
		case OriginParam:
			given = given || isText(o.Value.Type())
		}
	}
	if given {
		return tokenGiven
	}
	return tokenOwn
}

// fromMetadata reports whether a list is read from headers or metadata.
func fromMetadata(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Lookup:
		return isNamed(v.X.Type(), "net/http", "Header") || isNamed(v.X.Type(), "google.golang.org/grpc/metadata", "MD")
	case *ssa.Call:
		callee := CalleeObject(v)
		if callee == nil {
			return false
		}
		if isTextFunc(callee) && len(v.Call.Args) > 0 {
			inner, ok := v.Call.Args[0].(*ssa.Call)
			if !ok {
				return fromMetadata(v.Call.Args[0])
			}
			lib := library.FuncOf(CalleeObject(inner))
			return lib != nil && lib.GetHeader != nil || fromMetadata(inner)
		}
		return callee.FullName() == "(google.golang.org/grpc/metadata.MD).Get"
	}
	return false
}

// verifiedIn reports whether a function, or one that calls it or that it calls,
// also checks a signature.
func (m *Model) verifiedIn(fn *ssa.Function, s claimSource) bool {
	fns := m.reachedBut(outermost(fn), staticCallee(s.call.Common()))
	fns = append(fns, fn)
	calls, _ := m.Callers(fn)
	for _, call := range calls {
		fns = append(fns, call.Parent())
	}
	for _, f := range fns {
		for call := range lazyssa.Each[ssa.CallInstruction](f) {
			if call != ssa.CallInstruction(s.call) && m.verifies(call) && !m.failedFirst(call, s.call) {
				return true
			}
		}
	}
	return false
}

// reachedBut is reachedBy without what only one of the functions leads to.
func (m *Model) reachedBut(fn, without *ssa.Function) []*ssa.Function {
	if without == nil {
		return m.reachedBy(fn)
	}
	list := m.reachedBy(fn)
	below := m.reachedBy(without)
	return slices.DeleteFunc(list, func(f *ssa.Function) bool { return f != fn && slices.Contains(below, f) })
}

// failedFirst reports whether a token is decoded only after its verification
// failed.
func (m *Model) failedFirst(verify ssa.CallInstruction, decode *ssa.Call) bool {
	made, ok := verify.(*ssa.Call)
	if !ok || made.Parent() != decode.Parent() {
		return false
	}
	v := claimSource{call: made}
	for _, r := range resultsOf(made) {
		if r != nil && isErrorType(r.Type()) {
			v.err = r
		}
	}
	if v.err == nil || !made.Block().Dominates(decode.Block()) {
		return false
	}
	return slices.ContainsFunc(conditionsOf(decode.Block()), func(cond ssa.Value) bool { return v.asksParser(cond, 0) })
}

// verifies reports whether a call checks a signature, by what it is or by its
// name.
func (m *Model) verifies(call ssa.CallInstruction) bool {
	callee := CalleeObject(call)
	if lib := library.FuncOf(callee); lib != nil && lib.JWT != nil {
		return lib.JWT.Verifies
	}
	if callee != nil && callee.Pkg() != nil {
		switch callee.Pkg().Path() {
		case "crypto/hmac":
			return callee.Name() == "Equal"
		case "crypto/rsa", "crypto/ecdsa", "crypto/ed25519", "crypto/subtle":
			return strings.HasPrefix(callee.Name(), "Verify") || callee.Name() == "ConstantTimeCompare"
		}
	}
	if fn := staticCallee(call.Common()); fn != nil && fn.Blocks != nil {
		return false // it is looked into
	}
	words := wordsOf(calleeName(call))
	return slices.ContainsFunc(words, func(w string) bool {
		return w == "verify" || w == "verifies" || w == "verifier" || w == "introspect" || w == "introspection" || w == "signature" || w == "validate"
	})
}

// passesOn reports whether the function sends the token on as a header: whoever
// gets the request verifies it.
func (m *Model) passesOn(s claimSource) bool {
	if s.token == nil {
		return false
	}
	for call := range lazyssa.Each[ssa.CallInstruction](s.fn) {
		lib := library.FuncOf(CalleeObject(call))
		if lib == nil || lib.SetHeader == nil {
			continue
		}
		for _, part := range partsOf(argAt(call.Common(), lib.SetHeader.Value), nil) {
			if part == s.token {
				return true
			}
		}
	}
	return false
}

// decision returns the first place where claims decide something or are given
// to code that may act on them; what a function returns of the token that it is
// given is for its callers to judge.
func (m *Model) decision(s claimSource, t *taint, handedIn bool) token.Pos {
	for _, b := range s.fn.Blocks {
		if s.verifies && (s.checkedBefore(b) || !s.call.Block().Dominates(b)) {
			continue
		}
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.If:
				if pos := whereAsked(instr); t.judges(instr.Cond) && pos.IsValid() {
					return pos // a loop over a list has no place
				}
			case *ssa.Return:
				if handedIn {
					continue
				}
				for _, r := range instr.Results {
					if t.has(r) && !isErrorType(r.Type()) {
						return instr.Pos()
					}
				}
			case ssa.CallInstruction:
				if instr != ssa.CallInstruction(s.call) && m.actsOn(instr) && slices.ContainsFunc(instr.Common().Args, t.holds) {
					return instr.Pos()
				}
			}
		}
	}
	return token.NoPos
}

// whereAsked is the position of a condition.
func whereAsked(branch *ssa.If) token.Pos {
	if pos := ValuePos(branch.Cond); pos.IsValid() {
		return pos
	}
	if b, ok := branch.Cond.(*ssa.BinOp); ok {
		return ValuePos(b.X)
	}
	return token.NoPos
}

// actsOn reports whether a call may do something by what it is given: it is no
// part of decoding, and writes neither text nor logs.
func (m *Model) actsOn(call ssa.CallInstruction) bool {
	callee := CalleeObject(call)
	if callee == nil || callee.Pkg() == nil {
		return callee == nil && call.Common().StaticCallee() == nil && !isBuiltin(call)
	}
	if lib := library.FuncOf(callee); lib != nil && (lib.Log || lib.Decode != nil || lib.JWT != nil || lib.Wrap != nil || lib.Error != nil || lib.Read != nil) {
		return false
	}
	switch path := callee.Pkg().Path(); path {
	case "context":
		return callee.Name() == "WithValue"
	case "bytes", "strings", "strconv", "errors", "time", "log", "log/slog", "reflect", "sort", "slices", "maps", "unicode":
		return false
	default:
		return path != "fmt" && !strings.HasPrefix(path, "encoding/") && !strings.HasPrefix(path, "github.com/golang-jwt/")
	}
}

func isBuiltin(call ssa.CallInstruction) bool {
	_, ok := call.Common().Value.(*ssa.Builtin)
	return ok
}

// verdict returns where a function that others give a token says by its claims
// whether something may be done: it answers yes or no, or its name says that it
// checks the token. When a token ends says nothing of that.
func (m *Model) verdict(s claimSource, t *taint) token.Pos {
	if !t.beyondTime() {
		return token.NoPos
	}
	name := outermost(s.fn).Name()
	checks := hasWord(name, handlerData().Checks) && !hasWord(name, handlerData().Unchecked)
	for _, b := range s.fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		if slices.ContainsFunc(ret.Results, func(r ssa.Value) bool { return isErrorType(r.Type()) && !isZero(r) }) {
			continue // no verdict
		}
		for _, r := range ret.Results {
			switch {
			case isBool(r.Type()) && t.has(r):
				return ret.Pos()
			case isBool(r.Type()) && isTrue(r) && t.controls(b):
				return ret.Pos()
			case checks && !isErrorType(r.Type()) && t.has(r):
				return ret.Pos()
			}
		}
		if n := len(ret.Results); checks && n == 1 && isErrorType(ret.Results[0].Type()) && isZero(ret.Results[0]) && t.controls(b) {
			return ret.Pos()
		}
	}
	return token.NoPos
}

func isTrue(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.ExactString() == "true"
}

// acceptedUnchecked returns where a function accepts a token although neither
// the parser's error nor the token's Valid decides.
func (m *Model) acceptedUnchecked(s claimSource, t *taint) token.Pos {
	for _, b := range s.fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || !s.call.Block().Dominates(b) || s.checkedBefore(b) {
			continue
		}
		accepts := false
		failed := false
		for _, r := range ret.Results {
			switch {
			case isErrorType(r.Type()):
				failed = failed || !isZero(r)
			case s.asksParser(r, 0), tellsValid(r.Type()):
				failed = true // the caller is told
			case isTrue(r), t.has(r):
				accepts = true
			}
		}
		if accepts && !failed {
			return ret.Pos()
		}
	}
	if s.err != nil && consulted(s.err) || s.readsValid() {
		return token.NoPos
	}
	return m.decision(s, t, true)
}

// tellsValid reports whether a type is a token that says whether it is valid.
func tellsValid(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if f.Name() == "Valid" {
			return true
		}
	}
	return false
}

// checkedBefore reports whether the parser's error, or the token's Valid, is
// asked on the way to a block, so that the function may end before it.
func (s *claimSource) checkedBefore(b *ssa.BasicBlock) bool {
	for d := b.Idom(); d != nil; d = d.Idom() {
		branch, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if ok && s.asksParser(branch.Cond, 0) && endsWithout(d, b) {
			return true
		}
	}
	return false
}

// endsWithout reports whether a function can end after one block without
// running another.
func endsWithout(from, avoid *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{avoid: true}
	work := slices.Clone(from.Succs)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		if len(b.Succs) == 0 {
			return true
		}
		work = append(work, b.Succs...)
	}
	return false
}

// asksParser reports whether a condition is made of the parser's error or of
// the token's Valid.
func (s *claimSource) asksParser(v ssa.Value, depth int) bool {
	if v == nil || depth > 6 {
		return false
	}
	if v == s.err {
		return true
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok && structField(fa.X.Type(), fa.Field).Name() == "Valid" {
			return true
		}
		if a, ok := v.X.(*ssa.Alloc); ok && s.err != nil {
			for _, ref := range *a.Referrers() {
				if st, isStore := ref.(*ssa.Store); isStore && st.Val == s.err {
					return true
				}
			}
		}
		return s.asksParser(v.X, depth+1)
	case *ssa.BinOp:
		return s.asksParser(v.X, depth+1) || s.asksParser(v.Y, depth+1)
	case *ssa.Phi:
		return slices.ContainsFunc(v.Edges, func(e ssa.Value) bool { return s.asksParser(e, depth+1) })
	case *ssa.Call:
		return slices.ContainsFunc(operandsOf(v), func(a ssa.Value) bool { return s.asksParser(a, depth+1) })
	case *ssa.MakeInterface:
		return s.asksParser(v.X, depth+1)
	case *ssa.Extract:
		return s.asksParser(v.Tuple, depth+1)
	}
	return false
}

// readsValid reports whether the function reads the Valid of a token.
func (s *claimSource) readsValid() bool {
	for _, b := range s.fn.Blocks {
		for _, instr := range b.Instrs {
			if fa, ok := instr.(*ssa.FieldAddr); ok && structField(fa.X.Type(), fa.Field).Name() == "Valid" {
				return true
			}
		}
	}
	return false
}

// consulted reports whether an error goes anywhere but into conditions and
// logs.
func consulted(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.BinOp:
		case *ssa.MakeInterface:
			if consulted(ref) {
				return true
			}
		case *ssa.ChangeInterface:
			if consulted(ref) {
				return true
			}
		case *ssa.Store: // an argument among several
			ia, ok := ref.Addr.(*ssa.IndexAddr)
			if !ok {
				return true
			}
			for _, use := range *ia.X.Referrers() {
				if slice, ok := use.(*ssa.Slice); ok && consulted(slice) {
					return true
				}
			}
		case ssa.CallInstruction:
			if lib := library.FuncOf(CalleeObject(ref)); lib == nil || !lib.Log {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// isTimeClaim reports whether a claim says when a token is good.
func isTimeClaim(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"expir", "issuedat", "notbefore"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return name == "exp" || name == "iat" || name == "nbf"
}

// judgesType reports whether a condition compares contents, not mere presence.
func judgesType(cond ssa.Value) bool {
	b, ok := cond.(*ssa.BinOp)
	if !ok {
		return true
	}
	if isNilConst(b.X) || isNilConst(b.Y) {
		return false
	}
	_, isTuple := b.X.Type().(*types.Tuple)
	return !isTuple
}

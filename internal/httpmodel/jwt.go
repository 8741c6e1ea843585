package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

const unverifiedFactVersion = 1

// An UnverifiedFact is on a function of another package that returns the claims
// of a token which it is given and whose signature it does not check.
type UnverifiedFact struct {
	Version int
	Param   int // the token; the receiver is parameter 0
}

// AFact marks the type as a fact.
func (*UnverifiedFact) AFact() {}

// String describes the fact for tests and debugging.
func (*UnverifiedFact) String() string { return "unverified claims" }

// A Trusted is a decision by the claims of a token that nobody has verified.
type Trusted struct {
	Pos    token.Pos // the decision
	Parsed token.Pos // where the claims come from
	// Unchecked says that the parser verifies the token, and that its answer
	// does not decide.
	Unchecked bool
}

// claimSource is a call that takes claims out of a token.
type claimSource struct {
	fn       *ssa.Function
	call     *ssa.Call
	token    ssa.Value
	claims   []ssa.Value // what holds them
	err      ssa.Value   // nil where it is thrown away
	verifies bool
}

type jwtMemo struct {
	mu      sync.Mutex
	returns map[*ssa.Function]int // index of the parameter that is the token; -1 for none
	foreign map[*types.Func]int
}

// TrustedTokens returns the decisions that the package makes by claims of
// tokens which are not its own and not verified.
func (m *Model) TrustedTokens() []Trusted {
	if m.Empty() {
		return nil
	}
	m.jwt.mu.Lock()
	defer m.jwt.mu.Unlock()
	var list []Trusted
	for _, fn := range m.flow().funcs {
		if pos := allowsNone(fn); pos.IsValid() {
			list = append(list, Trusted{Pos: pos, Parsed: fn.Pos(), Unchecked: true})
		}
		for _, s := range m.claimSources(fn) {
			if pos := m.decidedBy(s); pos.IsValid() {
				list = append(list, Trusted{Pos: pos, Parsed: s.call.Pos(), Unchecked: s.verifies})
			}
		}
	}
	return list
}

// allowsNone returns where a function gives a parser the key that accepts
// tokens without a signature.
func allowsNone(fn *ssa.Function) token.Pos {
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || len(ret.Results) == 0 {
			continue
		}
		v := written(ret.Results[0])
		if load, ok := v.(*ssa.UnOp); ok {
			v = load.X
		}
		switch v := v.(type) {
		case *ssa.Global:
			if v.Name() == "UnsafeAllowNoneSignatureType" {
				return ret.Pos()
			}
		case *ssa.Const:
			if n := namedOf(v.Type()); n != nil && n.Name() == "unsafeNoneMagicConstant" {
				return ret.Pos()
			}
		}
	}
	return token.NoPos
}

// claimSources returns the calls of a function that take claims out of tokens.
func (m *Model) claimSources(fn *ssa.Function) []claimSource {
	var list []claimSource
	for call := range lazyssa.Each[*ssa.Call](fn) {
		if s, ok := m.claimSource(call); ok {
			s.fn, s.call = fn, call
			list = append(list, s)
		}
	}
	return list
}

func (m *Model) claimSource(call *ssa.Call) (s claimSource, ok bool) {
	callee := CalleeObject(call)
	if lib := library.FuncOf(callee); lib != nil {
		if lib.JWT == nil {
			return m.decodedByHand(call)
		}
		s.token = argAt(call.Common(), lib.JWT.Token)
		s.verifies = lib.JWT.Verifies && !isToldNotToVerify(call)
		if lib.JWT.Claims != nil {
			s.claims = append(s.claims, baseOf(argAt(call.Common(), lib.JWT.Claims)))
		} else if !lib.JWT.Verifies && !strings.Contains(callee.Name(), "Insecure") {
			return s, false // what it returns is verified later
		}
		for i, v := range resultsOf(call) {
			switch {
			case v == nil:
			case isErrorType(v.Type()):
				s.err = v
			case i == 0:
				s.claims = append(s.claims, v)
			}
		}
		if s.token == nil && !s.verifies {
			s.token = parsedToken(receiver(call.Common()))
		}
		return s, true
	}
	param, known := m.jwt.foreign[callee]
	if fn := staticCallee(call.Common()); fn != nil && fn.Blocks != nil {
		param = m.returnsUnverified(fn)
		known = param >= 0
	}
	if !known {
		return m.decodedByHand(call)
	}
	s.token = argument(call, param)
	if results := resultsOf(call); len(results) > 0 && results[0] != nil {
		s.claims = append(s.claims, results[0])
	}
	return s, true
}

// resultsOf returns the results of a call; nil for those that are not used.
func resultsOf(call *ssa.Call) []ssa.Value {
	n := call.Call.Signature().Results().Len()
	if n == 1 {
		return []ssa.Value{call}
	}
	list := make([]ssa.Value, n)
	for _, ref := range *call.Referrers() {
		if x, ok := ref.(*ssa.Extract); ok {
			list[x.Index] = x
		}
	}
	return list
}

// isToldNotToVerify reports whether an option of a parser says so.
func isToldNotToVerify(call *ssa.Call) bool {
	for _, arg := range call.Call.Args {
		for _, v := range variadic(arg) {
			made, ok := v.(*ssa.Call)
			if mi, isInterface := v.(*ssa.MakeInterface); isInterface {
				made, ok = mi.X.(*ssa.Call)
			}
			if !ok || calledName(made.Common()) != "WithVerify" || len(made.Call.Args) == 0 {
				continue
			}
			if c, isConst := made.Call.Args[0].(*ssa.Const); isConst && c.Value != nil && c.Value.ExactString() == "false" {
				return true
			}
		}
	}
	return false
}

// parsedToken returns the text that a library's token was parsed from.
func parsedToken(v ssa.Value) ssa.Value {
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return nil
	}
	lib := library.FuncOf(CalleeObject(call))
	if lib == nil || lib.JWT == nil {
		return nil
	}
	return argAt(call.Common(), lib.JWT.Token)
}

// decodedByHand recognises the decoding of a token's second part.
func (m *Model) decodedByHand(call *ssa.Call) (s claimSource, ok bool) {
	callee := CalleeObject(call)
	if callee == nil || callee.Name() != "DecodeString" && callee.Name() != "DecodeSegment" {
		return s, false
	}
	for _, arg := range call.Call.Args {
		if s.token = tokenOfPart(arg, 0); s.token == nil {
			continue
		}
		raw := resultsOf(call)[0]
		if raw == nil {
			return s, false
		}
		s.claims = append(s.claims, raw)
		return s, true
	}
	return s, false
}

// tokenOfPart returns the text whose second part between dots a value is, or nil.
func tokenOfPart(v ssa.Value, depth int) ssa.Value {
	if depth > 6 {
		return nil
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		return tokenOfPart(v.X, depth+1)
	case *ssa.IndexAddr:
		i, ok := v.Index.(*ssa.Const)
		call, isCall := v.X.(*ssa.Call)
		if !ok || !isCall || i.Value == nil || i.Int64() != 1 {
			return nil
		}
		callee := CalleeObject(call)
		if callee == nil || callee.FullName() != "strings.Split" && callee.FullName() != "strings.SplitN" {
			return nil
		}
		if sep, _ := constString(call.Call.Args[1]); sep == "." {
			return call.Call.Args[0]
		}
	case *ssa.Extract: // strings.Cut, twice
		if outer, ok := cutAtDot(v.Tuple); ok && v.Index == 0 {
			if rest, ok := outer.(*ssa.Extract); ok && rest.Index == 1 {
				if inner, ok := cutAtDot(rest.Tuple); ok {
					return inner
				}
			}
		}
	case *ssa.BinOp: // padding
		return tokenOfPart(v.X, depth+1)
	case *ssa.Phi:
		for _, e := range v.Edges {
			if t := tokenOfPart(e, depth+1); t != nil {
				return t
			}
		}
	case *ssa.Call:
		if isTextFunc(CalleeObject(v)) {
			for _, a := range v.Call.Args {
				if t := tokenOfPart(a, depth+1); t != nil {
					return t
				}
			}
		}
	}
	return nil
}

// cutAtDot returns the text that a call of strings.Cut cuts at a dot.
func cutAtDot(v ssa.Value) (ssa.Value, bool) {
	call, ok := v.(*ssa.Call)
	if !ok {
		return nil, false
	}
	callee := CalleeObject(call)
	if callee == nil || callee.FullName() != "strings.Cut" {
		return nil, false
	}
	sep, _ := constString(call.Call.Args[1])
	return call.Call.Args[0], sep == "."
}

// returnsUnverified returns the index of the parameter whose unverified claims
// a function returns first, or -1.
func (m *Model) returnsUnverified(fn *ssa.Function) int {
	if i, ok := m.jwt.returns[fn]; ok {
		return i
	}
	if m.jwt.returns == nil {
		m.jwt.returns = map[*ssa.Function]int{}
	}
	m.jwt.returns[fn] = -1 // where it calls itself
	for _, s := range m.claimSources(fn) {
		i := slices.IndexFunc(fn.Params, func(p *ssa.Parameter) bool { return isTextOf(s.token, p, 0) })
		if s.verifies || i < 0 || m.verifiedIn(fn, s) {
			continue
		}
		t := taintFrom(fn, s.claims)
		for _, b := range fn.Blocks {
			ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
			if !ok || len(ret.Results) == 0 {
				continue
			}
			if r := ret.Results[0]; !isErrorType(r.Type()) && !isBool(r.Type()) && t.has(r) {
				m.jwt.returns[fn] = i
			}
		}
	}
	return m.jwt.returns[fn]
}

// isTextOf reports whether a text is a parameter, or cut out of it.
func isTextOf(v ssa.Value, p *ssa.Parameter, depth int) bool {
	if v == ssa.Value(p) {
		return true
	}
	if depth > 6 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Call:
		if isTextFunc(CalleeObject(v)) {
			return slices.ContainsFunc(v.Call.Args, func(a ssa.Value) bool { return isTextOf(a, p, depth+1) })
		}
	case *ssa.Extract:
		return isTextOf(v.Tuple, p, depth+1)
	case *ssa.Slice:
		return isTextOf(v.X, p, depth+1)
	case *ssa.Phi:
		return slices.ContainsFunc(v.Edges, func(e ssa.Value) bool { return isTextOf(e, p, depth+1) })
	case *ssa.UnOp:
		return isTextOf(v.X, p, depth+1)
	case *ssa.IndexAddr:
		return isTextOf(v.X, p, depth+1)
	case *ssa.Convert:
		return isTextOf(v.X, p, depth+1)
	}
	return false
}

// exportUnverifiedFacts tells importing packages which functions return claims
// that nobody has verified.
func (m *Model) exportUnverifiedFacts() {
	for _, fn := range m.flow().funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || fn.Parent() != nil || !obj.Exported() || obj.Origin() != obj {
			continue
		}
		if i := m.returnsUnverified(fn); i >= 0 {
			m.pass.ExportObjectFact(obj, &UnverifiedFact{Version: unverifiedFactVersion, Param: i})
		}
	}
}

// importUnverified fetches what is known of another package's function.
func (m *Model) importUnverified(fn *types.Func) {
	f := new(UnverifiedFact)
	if m.pass.ImportObjectFact(fn, f) && f.Version == unverifiedFactVersion {
		if m.jwt.foreign == nil {
			m.jwt.foreign = map[*types.Func]int{}
		}
		m.jwt.foreign[fn] = f.Param
	}
}

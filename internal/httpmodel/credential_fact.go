package httpmodel

import (
	"fmt"
	"go/token"
	"go/types"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/ssa"
)

const tokenFactVersion = 1

// A TokenFact says that a function of another package asks for an access
// token that expires.
type TokenFact struct {
	Version  int
	Requests bool // it makes the request and leaves sending it to its caller
	Fetches  bool // it sends; its first result is the token or a struct with a TokenTypeFact
}

// A TokenTypeFact says that a struct holds a token which was fetched.
type TokenTypeFact struct {
	Version int
	Token   string // the field with its text
	Ends    []TokenEnd
}

// A TokenEnd is a field with a token's end or lifetime.
type TokenEnd struct {
	Field    string
	Seconds  bool          // the lifetime in seconds, as the answer gives it
	Time     bool          // a time.Time
	Known    bool          // Margin is what is added to the real end
	Margin   time.Duration // negative for an end that is set early
	WireName string        // the name in the answer, or ""
}

func (*TokenFact) AFact()     {}
func (*TokenTypeFact) AFact() {}

// String describes the fact for tests and debugging.
func (f *TokenFact) String() string {
	return fmt.Sprintf("token(requests=%t fetches=%t)", f.Requests, f.Fetches)
}

// String describes the fact for tests and debugging.
func (f *TokenTypeFact) String() string { return "token in " + f.Token }

// exportTokenFacts tells importing packages which functions fetch tokens.
func (m *Model) exportTokenFacts() (err error) {
	if m.Empty() || m.pass.Pkg.Name() == "main" || len(m.TokenAnswers()) == 0 {
		return nil
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("apivet: internal error in token facts of package %s: %v\n%s", m.pass.Pkg.Path(), r, debug.Stack())
		}
	}()
	holders, texts := m.tokenHolders()
	for obj, fact := range holders {
		m.pass.ExportObjectFact(obj, fact)
	}
	for _, fn := range m.flow().funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || obj.Origin() != obj || obj.Signature().Results().Len() == 0 {
			continue
		}
		f := &TokenFact{Version: tokenFactVersion}
		res := obj.Signature().Results().At(0).Type()
		switch {
		case isNamed(res, "net/http", "Request"):
			f.Requests = m.tokenRequest(fn).any()
		case texts[obj]:
			f.Fetches = true
		default:
			n := namedOf(res)
			f.Fetches = n != nil && holders[n] != nil && m.reaches(fn, m.isSend)
		}
		if f.Requests || f.Fetches {
			m.pass.ExportObjectFact(obj, f)
		}
	}
	return nil
}

// tokenHolders returns the package's structs that carry a fetched token to
// other packages, and the functions that return its text.
func (m *Model) tokenHolders() (map[*types.TypeName]*TokenTypeFact, map[*types.Func]bool) {
	holders, texts := map[*types.TypeName]*TokenTypeFact{}, map[*types.Func]bool{}
	w := &expiryWalk{m: m, ix: m.flow(), ends: map[*types.Var]time.Duration{}, foreign: map[*types.Var]TokenEnd{}}
	carries := func(n *types.TypeName, text *types.Var) {
		if n != nil && n.Pkg() == m.pass.Pkg && n.Exported() && n.Parent() == n.Pkg().Scope() && text.Exported() && holders[n] == nil {
			holders[n] = &TokenTypeFact{Version: tokenFactVersion, Token: text.Name(), Ends: w.holderEnds(n)}
		}
	}
	for _, c := range m.Credentials() {
		a := c.Answer
		if a == nil || !m.Expires(c) {
			continue
		}
		carries(a.Name, a.Token)
		for _, v := range c.Values {
			for _, s := range m.Sinks(v) {
				switch s.Kind {
				case SinkField:
					if st, ok := s.Instr.(*ssa.Store); ok && s.Field.Pkg() == m.pass.Pkg {
						carries(namedOf(st.Addr.(*ssa.FieldAddr).X.Type()), s.Field)
					}
				case SinkReturn:
					obj, ok := s.Instr.Parent().Object().(*types.Func)
					if ret := s.Instr.(*ssa.Return); ok && ret.Results[0] == s.Value && isString(s.Value.Type()) {
						texts[obj] = true
					}
				}
			}
		}
	}
	return holders, texts
}

// holderEnds returns the fields of a struct that say how long its token lives.
func (w *expiryWalk) holderEnds(n *types.TypeName) []TokenEnd {
	s, ok := n.Type().Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	var list []TokenEnd
	for i := range s.NumFields() {
		f := s.Field(i)
		plain := plainName(f.Name())
		if !f.Exported() || !isTimeLike(f.Type()) || !isExpiryName(plain) && !isExpiryName(plainName(wireName(s.Tag(i)))) && !strings.Contains(plain, "until") {
			continue
		}
		end := TokenEnd{Field: f.Name(), WireName: wireName(s.Tag(i)), Time: isTime(f.Type())}
		end.Seconds = end.WireName == "expires_in" && len(w.ix.stores[f]) == 0
		if end.Time {
			end.Margin, end.Known = w.storedMargin(f)
		}
		list = append(list, end)
	}
	return list
}

// tokenType returns what is known of a struct of another package that holds a
// fetched token, or nil.
func (m *Model) tokenType(t types.Type) *TokenTypeFact {
	n := namedOf(t)
	if n == nil || n.Pkg() == nil || n.Pkg() == m.pass.Pkg {
		return nil
	}
	f := new(TokenTypeFact)
	if !m.pass.ImportObjectFact(n, f) || f.Version != tokenFactVersion {
		return nil
	}
	return f
}

// tokenFunc returns what is known of another package's function, or nil.
func (m *Model) tokenFunc(fn *types.Func) *TokenFact {
	if fn == nil || fn.Pkg() == nil || fn.Pkg() == m.pass.Pkg {
		return nil
	}
	f := new(TokenFact)
	if !m.pass.ImportObjectFact(fn, f) || f.Version != tokenFactVersion {
		return nil
	}
	return f
}

// fetchedCredential returns the token that a function of another package
// fetches, or nil.
func (m *Model) fetchedCredential(call *ssa.Call) *Credential {
	fact := m.tokenFunc(CalleeObject(call))
	if fact == nil || !fact.Fetches {
		return nil
	}
	v := resultOf(call, 0)
	if v == nil {
		return nil
	}
	c := &Credential{Source: SourcePackage, Call: call}
	if isString(v.Type()) {
		c.Values = []ssa.Value{v}
		return c
	}
	t := m.tokenType(v.Type())
	if t == nil {
		return nil
	}
	r := &holderReads{m: m, t: t, seen: map[ssa.Value]bool{}}
	r.visit(v)
	for i := 0; i < len(r.held); i++ {
		r.holder(r.held[i])
	}
	c.Values, c.held, c.Looked = r.texts, r.held, r.escapes
	for _, e := range t.Ends {
		c.Lifetime = e.WireName
		if c.Lifetime == "" {
			c.Lifetime = e.Field
		}
		break
	}
	return c
}

// holderReads follows a struct with a token through local variables.
type holderReads struct {
	m       *Model
	t       *TokenTypeFact
	seen    map[ssa.Value]bool
	texts   []ssa.Value
	held    []heldToken
	escapes bool // its end is looked at, or the whole goes elsewhere
}

// A heldToken is a field that another package's token is kept in as a whole.
type heldToken struct {
	field *types.Var
	store *ssa.Store
}

// holder looks at what the package does with a field that holds the token.
func (r *holderReads) holder(h heldToken) {
	ix := r.m.flow()
	for _, load := range ix.loads[h.field] {
		r.visit(load)
	}
	for f, loads := range ix.loads {
		if f == nil || f.Pkg() == r.m.pass.Pkg {
			continue
		}
		for _, v := range loads {
			load, ok := v.(*ssa.UnOp)
			if !ok {
				continue
			}
			fa, ok := load.X.(*ssa.FieldAddr)
			if !ok {
				continue
			}
			if in, ok := fa.X.(*ssa.FieldAddr); ok && structField(in.X.Type(), in.Field) == h.field {
				r.field(fa.X.Type(), fa.Field, []ssa.Value{load})
			}
		}
	}
}

// visit looks at the uses of the struct, of its address or of a variable
// that holds either.
func (r *holderReads) visit(v ssa.Value) {
	if r.seen[v] || v.Referrers() == nil {
		return
	}
	r.seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.BinOp:
		case *ssa.Store:
			if ref.Val == v {
				r.stored(ref)
			}
		case *ssa.UnOp:
			if ref.Op == token.MUL {
				r.visit(ref)
			}
		case *ssa.Field:
			r.field(ref.X.Type(), ref.Field, []ssa.Value{ref})
		case *ssa.FieldAddr:
			var loads []ssa.Value
			for _, use := range *ref.Referrers() {
				switch use := use.(type) {
				case *ssa.UnOp:
					loads = append(loads, use)
				case *ssa.DebugRef:
				default:
					r.escapes = true
				}
			}
			r.field(ref.X.Type(), ref.Field, loads)
		case *ssa.MakeClosure:
			fn := ref.Fn.(*ssa.Function)
			for i, b := range ref.Bindings {
				if b == v && i < len(fn.FreeVars) {
					r.visit(fn.FreeVars[i])
				}
			}
		default:
			r.escapes = true
		}
	}
}

func (r *holderReads) stored(st *ssa.Store) {
	switch addr := st.Addr.(type) {
	case *ssa.Alloc:
		r.visit(addr)
		return
	case *ssa.FieldAddr:
		f := structField(addr.X.Type(), addr.Field)
		if f != nil && f.Pkg() == r.m.pass.Pkg && !r.m.flow().leaks[f] && (!f.Exported() || r.m.flow().main) {
			if !slices.ContainsFunc(r.held, func(h heldToken) bool { return h.field == f && h.store == st }) {
				r.held = append(r.held, heldToken{field: f, store: st})
			}
			return
		}
	}
	r.escapes = true
}

func (r *holderReads) field(t types.Type, i int, loads []ssa.Value) {
	f := structField(t, i)
	if f == nil {
		return
	}
	if f.Name() == r.t.Token {
		r.texts = append(r.texts, loads...)
		return
	}
	for _, e := range r.t.Ends {
		if e.Field != f.Name() {
			continue
		}
		u := &influence{m: r.m, ix: r.m.flow(), seen: map[any]bool{}}
		for _, v := range loads {
			r.escapes = r.escapes || u.matters(v)
		}
	}
}

// A tokenEvidence says why a function seems to ask for an expiring token.
type tokenEvidence struct {
	grant    bool // a grant for programs
	path     bool // a token endpoint's path, and no user's code
	lifetime bool // the request says how long the token is to live
}

func (e tokenEvidence) any() bool { return e.grant || e.path || e.lifetime }

// tokenRequest looks at the constants of a function and of those of the
// package that it calls, two deep, and at what is known of others.
func (m *Model) tokenRequest(fn *ssa.Function) tokenEvidence {
	var e tokenEvidence
	granted, password, code := false, false, false
	text := func(s string) {
		switch {
		case isProgramGrant(s):
			e.grant = true
		case s == "grant_type":
			granted = true
		case s == "password":
			password = true
		case strings.Contains(s, "authorization_code"):
			code = true
		}
		e.path = e.path || isTokenPath(s)
		e.lifetime = e.lifetime || strings.Contains(s, "expiresIn") || strings.Contains(s, "expires_in")
	}
	seen := map[*ssa.Function]bool{}
	var visit func(*ssa.Function, int)
	visit = func(fn *ssa.Function, depth int) {
		if fn == nil || seen[fn] || depth > 2 {
			return
		}
		seen[fn] = true
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				for _, op := range instr.Operands(nil) {
					if c, ok := (*op).(*ssa.Const); ok && c.Value != nil && isString(c.Type()) {
						text(constText(c))
					}
				}
				if call, ok := instr.(ssa.CallInstruction); ok {
					if f := m.tokenFunc(CalleeObject(call)); f != nil && f.Requests {
						e.grant = true
					}
					visit(staticCallee(call.Common()), depth+1)
				}
			}
		}
	}
	visit(fn, 0)
	e.grant = e.grant || granted && password
	e.path = e.path && !code
	return e
}

// isTokenPath reports whether a text is the URL or path of an endpoint that
// makes tokens which expire, by the customary names.
func isTokenPath(text string) bool {
	text, _, _ = strings.Cut(text, "?")
	i := strings.LastIndexByte(text, '/')
	if i < 0 || strings.ContainsAny(text, " {}<>") {
		return false
	}
	last := text[i+1:]
	return last == "token" || last == "access-tokens"
}

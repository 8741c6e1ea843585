package httpmodel

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// A CredentialSource says how a program came by a credential.
type CredentialSource int

const (
	SourceUnknown   CredentialSource = iota
	SourceEndpoint                   // decoded from the answer of a token endpoint
	SourceLibrary                    // fetched or held by a library that knows its expiry (oauth2)
	SourcePackage                    // fetched by a function of another package, see [TokenFact]
	SourceTokenFile                  // a file that the platform rewrites before the token in it expires
)

// A Credential is an access token that a package gets at run time and that
// expires.
type Credential struct {
	Source CredentialSource
	// Values are the token's text where it enters the package: reads of the
	// decoded field, of a library token's field, of the file.
	Values []ssa.Value
	// Answer describes the decoded answer, for SourceEndpoint.
	Answer *TokenAnswer
	// Holder is the library's token value, for SourceLibrary.
	Holder ssa.Value
	// Call fetches it, for SourcePackage; Lifetime names what it says about the end.
	Call     *ssa.Call
	Lifetime string
	Looked   bool // the caller looks at its end, or hands the whole of it on
	held     []heldToken
	// Kept are the places where it outlives the call that fetched it.
	Kept []*KeptToken
}

// A TokenAnswer is a struct that a token endpoint's answer is decoded into.
type TokenAnswer struct {
	Struct  *types.Struct
	Name    *types.TypeName // nil for a struct without a name
	Token   *types.Var      // the field with the access token
	Expiry  *types.Var      // the field with its lifetime or end, or nil
	OAuth   bool            // access_token beside token_type: RFC 6749, section 5.1
	Refresh bool            // it has a refresh token
	tags    map[*types.Var]string
}

// Tag returns the name of a field in the answer's text.
func (a *TokenAnswer) Tag(f *types.Var) string { return a.tags[f] }

type credentialMemo struct {
	answersOnce sync.Once
	answers     []*TokenAnswer
	once        sync.Once
	list        []*Credential
	livedOnce   sync.Once
	lived       bool
	usesOnce    sync.Once
	uses        []*CredentialUse
	placesOnce  sync.Once
	places      map[any]*CredentialUse
}

// TokenAnswers returns the package's structs that look like the answer of a
// token endpoint, in source order.
func (m *Model) TokenAnswers() []*TokenAnswer {
	memo := &m.flowMemo.credential
	memo.answersOnce.Do(func() { memo.answers = findTokenAnswers(m.pass.TypesInfo, m.pass.Files) })
	return memo.answers
}

func findTokenAnswers(info *types.Info, files []*ast.File) []*TokenAnswer {
	names := map[ast.Expr]*types.TypeName{}
	var list []*TokenAnswer
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if obj, ok := info.Defs[n.Name].(*types.TypeName); ok {
					names[n.Type] = obj
				}
			case *ast.StructType:
				s, ok := info.TypeOf(n).(*types.Struct)
				if !ok {
					return true
				}
				if a := tokenAnswer(s, names[n]); a != nil {
					list = append(list, a)
				}
			}
			return true
		})
	}
	return list
}

// tokenAnswer recognises the answer by its fields' names on the wire.
func tokenAnswer(s *types.Struct, name *types.TypeName) *TokenAnswer {
	a := &TokenAnswer{Struct: s, Name: name, tags: map[*types.Var]string{}}
	best, hasType := 0, false
	// A type that is called a token may call the text of it id or value.
	named := name != nil && strings.Contains(strings.ToLower(name.Name()), "token")
	for i := range s.NumFields() {
		f := s.Field(i)
		if !f.Exported() {
			continue
		}
		tag := wireName(s.Tag(i))
		if tag == "" {
			continue
		}
		a.tags[f] = tag
		switch plain := plainName(tag); {
		case plain == "tokentype":
			hasType = true
		case plain == "refreshtoken":
			a.Refresh = true
		case isString(f.Type()) && tokenRank(plain) > best:
			best, a.Token = tokenRank(plain), f
		case isString(f.Type()) && best == 0 && tag == "secretId": // the answer's other field is the id of the secret
			best, a.Token = 1, f
		case isString(f.Type()) && named && best == 0 && (plain == "id" || plain == "value"):
			a.Token = f
		case isExpiryName(plain) && isTimeLike(f.Type()) && (a.Expiry == nil || strings.HasPrefix(plain, "expire")):
			a.Expiry = f
		}
	}
	if a.Token == nil || best == 0 && a.Expiry == nil {
		return nil
	}
	a.OAuth = hasType && a.tags[a.Token] == "access_token"
	return a
}

// wireName returns the name that a json, xml or similar tag gives.
func wireName(tag string) string {
	for _, key := range []string{"json", "xml", "yaml", "msgpack"} {
		if text, ok := reflect.StructTag(tag).Lookup(key); ok {
			name, _, _ := strings.Cut(text, ",")
			if name == "-" {
				return ""
			}
			return name
		}
	}
	return ""
}

// plainName drops case and separators: expires_in and expiresIn are one name.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == '.' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// tokenRank tells how surely a name is that of an access token; 0 is not.
func tokenRank(plain string) int {
	switch plain {
	case "accesstoken":
		return 3
	case "token", "idtoken", "authtoken", "bearertoken", "sessiontoken", "jwt", "jwttoken", "securitytoken":
		return 2
	}
	if strings.HasSuffix(plain, "accesstoken") {
		return 2
	}
	return 0
}

// isExpiryName reports whether a name is that of a token's lifetime or end.
// Those of the refresh token are not.
func isExpiryName(plain string) bool {
	if strings.Contains(plain, "refresh") || strings.HasPrefix(plain, "ext") {
		return false
	}
	switch plain {
	case "exp", "ttl", "lifetime", "leaseduration", "validfor", "validuntil", "deadline":
		return true
	}
	return strings.Contains(plain, "expir") || strings.HasPrefix(plain, "exptime") ||
		strings.HasSuffix(plain, "lifetime") || strings.HasSuffix(plain, "ttl")
}

func isString(t types.Type) bool {
	b, ok := types.Unalias(t).Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// isTimeLike reports whether a type can say how long or until when.
func isTimeLike(t types.Type) bool {
	if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsNumeric|types.IsString) != 0
	case *types.Struct:
		n := namedOf(t)
		return n != nil && (n.Name() == "Time" || strings.Contains(strings.ToLower(n.Name()), "time"))
	}
	return false
}

// Credentials returns the package's expiring tokens and where they are kept.
func (m *Model) Credentials() []*Credential {
	memo := &m.flowMemo.credential
	memo.once.Do(func() {
		if m.Empty() {
			return
		}
		memo.list = m.findCredentials()
		for _, c := range memo.list {
			if !c.Looked {
				c.Kept = m.keptPlaces(c)
			}
		}
	})
	return memo.list
}

func (m *Model) findCredentials() []*Credential {
	var list []*Credential
	for _, a := range m.TokenAnswers() {
		if c := m.endpointCredential(a); c != nil {
			list = append(list, c)
		}
	}
	for call := range lazyssa.Each[*ssa.Call](m.flow().funcs...) {
		if c := m.callCredential(call); c != nil {
			list = append(list, c)
		}
	}
	return list
}

// endpointCredential returns the token of a struct that is decoded from an
// answer over the network and that is known to expire, or nil.
func (m *Model) endpointCredential(a *TokenAnswer) *Credential {
	if !m.decodedFromAnswer(a) {
		return nil
	}
	c := &Credential{Source: SourceEndpoint, Answer: a}
	c.Values = m.FieldLoads(a.Token)
	return c
}

// decodedFromAnswer reports whether a function that sends a request decodes
// into the struct, or hands it to one that does.
func (m *Model) decodedFromAnswer(a *TokenAnswer) bool {
	return slices.ContainsFunc(m.answerCalls(a), m.netNear)
}

// answerCalls returns the calls that may decode into the struct.
func (m *Model) answerCalls(a *TokenAnswer) []ssa.CallInstruction {
	ix := m.flow()
	if a.Name != nil {
		return ix.fills[a.Name]
	}
	var list []ssa.CallInstruction
	for f, fills := range ix.fieldFills {
		if f != nil && isStructOf(f.Type(), a) {
			for _, fill := range fills {
				list = append(list, fill.call)
			}
		}
	}
	for _, load := range ix.loads[a.Token.Origin()] {
		if v, ok := load.(*ssa.UnOp); ok {
			// Also a part of the decoded variable: answer.Data.Token.
			if local, ok := ownerOf(v.X).(*ssa.Alloc); ok {
				list = append(list, ix.cellUses(local).fills...)
				continue
			}
		}
		for _, o := range m.Origins(load) {
			if o.Kind == OriginFilled && o.Call != nil {
				list = append(list, o.Call)
			}
		}
	}
	return list
}

// isStructOf reports whether a type is the answer's struct or a pointer to it.
func isStructOf(t types.Type, a *TokenAnswer) bool {
	if a.Name != nil {
		return namedOf(t) == a.Name
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := types.Unalias(t).(*types.Struct)
	return ok && s == a.Struct
}

// netNear reports whether the function around a call sends a request, here or
// in what it calls, or is called by one that does.
func (m *Model) netNear(call ssa.CallInstruction) bool {
	fn := call.Parent()
	if m.reaches(fn, m.isSend) {
		return true
	}
	for i := 0; i < 2; i++ {
		calls, _ := m.Callers(fn)
		for _, c := range calls {
			if m.reaches(c.Parent(), m.isSend) {
				return true
			}
		}
		if len(calls) != 1 {
			return false
		}
		fn = calls[0].Parent()
	}
	return false
}

// isSend reports whether a call sends a request: a library's function, one of
// the package or, with its fact, of another.
func (m *Model) isSend(call ssa.CallInstruction) bool {
	fn := CalleeObject(call)
	if f := m.lib.FuncOf(fn); f != nil {
		return f.Send != nil || f.Token != nil && f.Token.Kind == "fetch"
	}
	if f := m.tokenFunc(fn); f != nil && f.Fetches {
		return true
	}
	for _, s := range m.facts.Sends() {
		if s.Call == call {
			return true
		}
	}
	return false
}

// reaches reports whether a function, or one of the package that it calls,
// makes a call that want accepts. Closures count with the function they are in.
func (m *Model) reaches(fn *ssa.Function, want func(ssa.CallInstruction) bool) bool {
	seen := map[*ssa.Function]bool{}
	var visit func(*ssa.Function, int) bool
	visit = func(fn *ssa.Function, depth int) bool {
		if fn == nil || seen[fn] || depth > 6 {
			return false
		}
		seen[fn] = true
		for call := range lazyssa.Each[ssa.CallInstruction](fn) {
			if want(call) || visit(staticCallee(call.Common()), depth+1) {
				return true
			}
		}
		for _, anon := range fn.AnonFuncs {
			if visit(anon, depth) {
				return true
			}
		}
		return false
	}
	return visit(fn, 0)
}

// callCredential returns the token that a call brings: a library's token, or
// the contents of a file that is rewritten.
func (m *Model) callCredential(call *ssa.Call) *Credential {
	fn := CalleeObject(call)
	f := m.lib.FuncOf(fn)
	if f == nil {
		return m.fetchedCredential(call)
	}
	if f.Token != nil && (f.Token.Kind == "fetch" || f.Token.Kind == "source-token") {
		holder := resultOf(call, 0)
		if holder == nil {
			return nil
		}
		c := &Credential{Source: SourceLibrary, Holder: holder}
		for _, v := range m.flow().aliases(holder) {
			for _, ref := range *v.Referrers() {
				c.Values = append(c.Values, tokenReads(ref)...)
			}
		}
		return c
	}
	if f.File != nil && int(*f.File) >= 0 && m.isTokenFile(call.Call.Args[int(*f.File)]) {
		if v := resultOf(call, 0); v != nil {
			return &Credential{Source: SourceTokenFile, Values: []ssa.Value{v}}
		}
	}
	return nil
}

// aliases returns a value and its reads from the local variables that hold it,
// also in closures.
func (ix *flowIndex) aliases(v ssa.Value) []ssa.Value {
	list := []ssa.Value{v}
	for _, ref := range *v.Referrers() {
		st, ok := ref.(*ssa.Store)
		if !ok || st.Val != v {
			continue
		}
		if a, ok := st.Addr.(*ssa.Alloc); ok {
			list = append(list, ix.cellUses(a).loads...)
		}
	}
	return list
}

// tokenReads returns the reads of the text of a library's token.
func tokenReads(ref ssa.Instruction) []ssa.Value {
	addr, ok := ref.(*ssa.FieldAddr)
	if !ok {
		return nil
	}
	f := structField(addr.X.Type(), addr.Field)
	t := library.TypeOf(addr.X.Type())
	if f == nil || t == nil || t.Fields[f.Name()] != "access-token" {
		return nil
	}
	var list []ssa.Value
	for _, r := range *addr.Referrers() {
		if load, ok := r.(*ssa.UnOp); ok && load.Op == token.MUL {
			list = append(list, load)
		}
	}
	return list
}

// isTokenFile reports whether a path is a constant that names a token which
// the platform mounts and renews: below /var/run/secrets or /run/secrets of
// Kubernetes, with token as its last part.
func (m *Model) isTokenFile(path ssa.Value) bool {
	var parts []string
	for _, o := range m.Sources(path) {
		if c, ok := o.Value.(*ssa.Const); ok && o.Kind == OriginConst && c.Value != nil && isString(c.Type()) {
			parts = append(parts, constText(c))
		}
	}
	mounted, named := false, false
	for _, p := range parts {
		mounted = mounted || strings.Contains(p, "/run/secrets/") && (strings.Contains(p, "serviceaccount") || strings.Contains(p, "/tokens/"))
		named = named || p == "token" || strings.HasSuffix(p, "/token")
	}
	return mounted && named
}

package httpmodel

import (
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/provider"
)

// A SchemeKind says what is wrong with a header that authenticates.
type SchemeKind int

const (
	SchemeTwice    SchemeKind = iota // Bearer Bearer x
	SchemeNoSpace                    // Bearerx
	SchemeEmpty                      // Bearer and nothing else
	SchemeMissing                    // x where Bearer x is wanted
	SchemeAlphabet                   // Basic with a base64 other than the standard one
	SchemeNoColon                    // Basic with user and password in one
	SchemePlain                      // Basic without base64
	SchemeEncoded                    // Basic of a key that is base64 already
	SchemeJWT                        // a part of a JSON web token decoded with padding
)

// A SchemeSlip is a place that authenticates in a way that no server takes.
type SchemeSlip struct {
	Kind   SchemeKind
	Pos    token.Pos
	Scheme string // the scheme that is written, or wanted
	Detail string // the alphabet, the field
	Vendor string // who wants the scheme, or ""
	// At is a place that proves it: where the scheme is written first, or where
	// the same value is sent with it. NoPos where there is none.
	At token.Pos
	// Value is the text that lacks the scheme, for SchemeMissing, and Call the
	// call that passes it.
	Value ssa.Value
	Call  ssa.CallInstruction
}

// Arg is the index of the argument that lacks the scheme, or -1.
func (s SchemeSlip) Arg() int {
	if s.Call == nil || s.Value == nil {
		return -1
	}
	args := s.Call.Common().Args
	if receiver(s.Call.Common()) != nil && !s.Call.Common().IsInvoke() {
		args = args[1:]
	}
	return slices.Index(args, s.Value)
}

// SchemeSlips returns the headers that authenticate in a wrong form.
func (m *Model) SchemeSlips() []SchemeSlip {
	if m.Empty() {
		return nil
	}
	var list []SchemeSlip
	for _, u := range m.CredentialUses() {
		if !u.Foreign && (u.Header == "Authorization" || u.Header == "Proxy-Authorization") {
			list = append(list, m.slipsOf(u)...)
		}
	}
	return append(list, m.paddedTokens()...)
}

// slipsOf looks at a header as its function writes it, and then as each caller
// makes it.
func (m *Model) slipsOf(u *CredentialUse) []SchemeSlip {
	if u.Scheme != "" {
		return m.librarySlip(u)
	}
	own := m.textsFor(u.Value, u.Call)
	if s, ok := m.wrongForm(u, own, u.Value); ok {
		s.Pos = u.Pos()
		s.Call, _ = u.Instr.(ssa.CallInstruction)
		if u.Call != nil {
			s.Call = u.Call
		}
		return []SchemeSlip{s}
	}
	if !textOfParameter(own, u.Fn()) {
		return nil
	}
	var list []SchemeSlip
	calls, _ := m.Callers(u.Fn())
	for _, call := range calls {
		if u.Call != nil && call != u.Call {
			continue
		}
		if s, ok := m.wrongForm(u, m.textsFor(u.Value, call), argumentFor(u.Value, call)); ok && s.Kind != SchemeEmpty {
			// (Nothing may be passed to a function that looks whether it is.)
			s.Pos, s.Call = call.Pos(), call
			list = append(list, s)
		}
	}
	return list
}

// textOfParameter reports whether a text has a parameter of the function in it.
func textOfParameter(texts []Text, fn *ssa.Function) bool {
	for _, t := range texts {
		for _, p := range t {
			if p.Origin.Kind == OriginParam && p.Origin.Value.Parent() == fn {
				return true
			}
		}
	}
	return false
}

// argumentFor returns what a call passes where the value is a parameter.
func argumentFor(v ssa.Value, call ssa.CallInstruction) ssa.Value {
	if p, ok := v.(*ssa.Parameter); ok {
		if a := argument(call, paramIndex(p)); a != nil {
			return a
		}
	}
	return v
}

var (
	schemeLead  = regexp.MustCompile(`^(?i:bearer|basic)\s+`)
	schemeGlued = regexp.MustCompile(`^(?i:bearer|basic)[:=]?$`)
)

// wrongForm looks at the texts of a header.
func (m *Model) wrongForm(u *CredentialUse, texts []Text, value ssa.Value) (SchemeSlip, bool) {
	for _, t := range texts {
		lead, rest := t.Lead()
		scheme := strings.TrimRight(firstWord(lead), ":=")
		switch {
		case schemeLead.MatchString(lead) && schemeLead.MatchString(schemeLead.ReplaceAllString(lead, "")) && !m.checksScheme(u):
			return SchemeSlip{Kind: SchemeTwice, Scheme: scheme, At: m.schemeOrigin(u, scheme)}, true
		case schemeGlued.MatchString(lead) && len(rest) > 0:
			return SchemeSlip{Kind: SchemeNoSpace, Scheme: scheme}, true
		case schemeLead.MatchString(lead+" ") && len(rest) == 0 && strings.TrimSpace(lead) == scheme && len(texts) == 1:
			return SchemeSlip{Kind: SchemeEmpty, Scheme: scheme}, true
		case strings.EqualFold(scheme, "basic") && len(rest) > 0:
			if s, ok := basicSlip(lead, rest); ok {
				return s, true
			}
		case strings.EqualFold(scheme, "bearer") && len(rest) > 0:
			if s, ok := m.emptySlip(u, rest); ok {
				s.Scheme = scheme
				return s, true
			}
		}
	}
	return m.bareSlip(u, texts, value)
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	return word
}

// checksScheme reports whether the function looks at how a text begins, so that
// it may write the scheme only where it is missing.
func (m *Model) checksScheme(u *CredentialUse) bool {
	for call := range lazyssa.Each[ssa.CallInstruction](withClosures(outermost(u.Fn()))...) {
		fn := CalleeObject(call)
		if !inPackage(fn, "strings") {
			continue
		}
		switch fn.Name() {
		case "HasPrefix", "CutPrefix", "Contains", "EqualFold", "Split", "SplitN", "Cut", "Fields", "Index", "ToLower":
			return true
		}
	}
	return false
}

// schemeOrigin returns the other place that writes the scheme.
func (m *Model) schemeOrigin(u *CredentialUse, scheme string) token.Pos {
	for _, o := range m.Sources(u.Value) {
		if c, ok := constString(o.Value); ok && o.Kind == OriginConst && strings.HasPrefix(c, scheme+" ") {
			for _, use := range m.constantUses(c) {
				if use.Parent() != u.Fn() {
					return use.Pos()
				}
			}
		}
	}
	return token.NoPos
}

// constantUses returns the operations on text that have a constant.
func (m *Model) constantUses(text string) []ssa.Instruction {
	var list []ssa.Instruction
	for op := range lazyssa.Each[*ssa.BinOp](m.flow().funcs...) {
		if c, ok := constString(op.X); ok && c == text && op.Op == token.ADD {
			list = append(list, op)
		}
	}
	return list
}

// basicSlip looks at what follows Basic.
func basicSlip(lead string, rest Text) (SchemeSlip, bool) {
	s := SchemeSlip{Scheme: "Basic"}
	if len(rest) == 1 && rest[0].Encoding != "" {
		switch p := rest[0]; {
		case p.Encoding == "URLEncoding" || p.Encoding == "RawURLEncoding" || p.Encoding == "RawStdEncoding":
			s.Kind, s.Detail = SchemeAlphabet, p.Encoding
			return s, true
		case p.Encoding == "StdEncoding" && len(p.Inner) == 1 && withoutColon(p.Inner[0]):
			s.Kind = SchemeNoColon
			return s, true
		}
		return s, false
	}
	if len(rest) >= 3 && strings.TrimSpace(lead) == "Basic" && rest[1].IsConst() && rest[1].Const == ":" && !rest[0].IsConst() && !rest[2].IsConst() {
		s.Kind = SchemePlain
		return s, true
	}
	return s, false
}

// withoutColon reports whether a text is made of several values with no colon
// between them.
func withoutColon(t Text) bool {
	values := 0
	for _, p := range t {
		switch {
		case p.IsConst() && strings.Contains(p.Const, ":"), p.Encoding != "":
			return false
		case !p.IsConst():
			values++
		}
	}
	return values > 1
}

// emptySlip tells whether what follows the scheme is a field that the package
// leaves empty unless somebody calls a method, and nobody looks whether it is.
func (m *Model) emptySlip(u *CredentialUse, rest Text) (SchemeSlip, bool) {
	if len(rest) != 1 || rest[0].IsConst() || rest[0].Encoding != "" {
		return SchemeSlip{}, false
	}
	var field *types.Var
	for _, p := range rest[0].Places {
		if f, ok := p.(*types.Var); ok {
			field = f
			break
		}
	}
	if field == nil || field.Pkg() != m.pass.Pkg || m.testedForEmpty(field) {
		return SchemeSlip{}, false
	}
	setter := m.onlySetter(field)
	if setter == nil || !m.madeWithout(field, setter) {
		return SchemeSlip{}, false
	}
	return SchemeSlip{Kind: SchemeEmpty, Detail: field.Name(), At: setter.Pos()}, true
}

// testedForEmpty reports whether the package compares the field, or its length,
// with anything.
func (m *Model) testedForEmpty(f *types.Var) bool {
	for _, v := range m.FieldLoads(f) {
		for _, ref := range *v.Referrers() {
			switch ref := ref.(type) {
			case *ssa.BinOp:
				if ref.Op != token.ADD {
					return true
				}
			case *ssa.Call:
				if _, ok := ref.Call.Value.(*ssa.Builtin); ok {
					return true
				}
			}
		}
	}
	return false
}

// onlySetter returns the exported method that alone sets a field, to its own
// parameter; nil where others do.
func (m *Model) onlySetter(f *types.Var) *ssa.Function {
	stores, _ := m.FieldStores(f)
	if len(stores) != 1 {
		return nil
	}
	fn := stores[0].Parent()
	p, ok := stores[0].Val.(*ssa.Parameter)
	if !ok || fn.Signature.Recv() == nil || fn.Object() == nil || !fn.Object().Exported() || fn.Signature.Params().Len() != 1 || p == fn.Params[0] {
		return nil
	}
	return fn
}

// madeWithout reports whether an exported function of the package makes the
// struct that the setter belongs to and returns it without calling the setter.
func (m *Model) madeWithout(f *types.Var, setter *ssa.Function) bool {
	owner := namedOf(setter.Signature.Recv().Type())
	if owner == nil {
		return false
	}
	calls, _ := m.Callers(setter)
	if len(calls) > 0 {
		return false
	}
	for a := range lazyssa.Each[*ssa.Alloc](m.flow().funcs...) {
		if !a.Heap || a.Parent().Object() == nil || !a.Parent().Object().Exported() || a.Parent().Signature.Recv() != nil {
			continue
		}
		if holds(a.Type(), owner) && returns(a.Parent(), a) {
			return true
		}
	}
	return false
}

// holds reports whether a pointer's struct is owner or embeds it.
func holds(t types.Type, owner *types.TypeName) bool {
	n := namedOf(t)
	if n == nil {
		return false
	}
	if n == owner {
		return true
	}
	s, ok := n.Type().Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if f.Embedded() && namedOf(f.Type()) == owner {
			return true
		}
	}
	return false
}

func returns(fn *ssa.Function, v ssa.Value) bool {
	for ret := range lazyssa.Each[*ssa.Return](fn) {
		for _, r := range ret.Results {
			if r == v {
				return true
			}
		}
	}
	return false
}

// librarySlip looks at a library's own way to authenticate: whether its scheme
// is doubled, or the vendor's key is encoded twice.
func (m *Model) librarySlip(u *CredentialUse) []SchemeSlip {
	if u.User != nil {
		p := m.authorizationOf(u.Fn())
		if p != nil && p.Authorization.Verbatim && isTokenUser(u.Value) {
			return []SchemeSlip{{Kind: SchemeEncoded, Pos: u.Pos(), Scheme: u.Scheme, Vendor: p.Name}}
		}
		return nil
	}
	for _, t := range m.textsFor(u.Value, u.Call) {
		if lead, _ := t.Lead(); schemeLead.MatchString(lead) {
			return []SchemeSlip{{Kind: SchemeTwice, Pos: u.Pos(), Scheme: u.Scheme, At: token.NoPos}}
		}
	}
	return nil
}

// authorizationOf returns the vendor that gets the requests of a function,
// where it is known how it wants them to authenticate; nil otherwise.
func (m *Model) authorizationOf(fn *ssa.Function) *provider.Profile {
	p := m.Vendor()
	if p == nil && m.facts.Vendors != nil && len(m.facts.Vendors.Vendors) == 1 && !m.facts.Vendors.Others {
		p = m.config.Providers.Named(m.facts.Vendors.Vendors[0])
	}
	if p == nil || p.Authorization == nil {
		return nil
	}
	return p
}

// paddedTokens returns the places that decode a part of a JSON web token with an
// alphabet that wants padding, which such tokens do not have.
func (m *Model) paddedTokens() []SchemeSlip {
	var list []SchemeSlip
	for call := range lazyssa.Each[*ssa.Call](m.flow().funcs...) {
		fn := CalleeObject(call)
		if !inPackage(fn, "encoding/base64") || fn.Name() != "DecodeString" {
			continue
		}
		load, ok := receiver(&call.Call).(*ssa.UnOp)
		if !ok {
			continue
		}
		g, ok := load.X.(*ssa.Global)
		if !ok || g.Name() != "StdEncoding" && g.Name() != "URLEncoding" || !isTokenSegment(call.Call.Args[1]) {
			continue
		}
		list = append(list, SchemeSlip{Kind: SchemeJWT, Pos: call.Pos(), Detail: g.Name()})
	}
	return list
}

// isTokenSegment reports whether a value is an element of a text that is split
// at its dots into three.
func isTokenSegment(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	ia, ok := load.X.(*ssa.IndexAddr)
	if !ok {
		return false
	}
	call, ok := ia.X.(*ssa.Call)
	if !ok || !inPackage(CalleeObject(call), "strings") || !strings.HasPrefix(CalleeObject(call).Name(), "Split") {
		return false
	}
	if sep, _ := constString(call.Call.Args[1]); sep != "." {
		return false
	}
	index, ok := ia.Index.(*ssa.Const)
	return ok && index.Int64() <= 1 && comparesLength(call)
}

// comparesLength reports whether the number of parts is compared with three.
func comparesLength(parts *ssa.Call) bool {
	for _, ref := range *parts.Referrers() {
		call, ok := ref.(*ssa.Call)
		if !ok {
			continue
		}
		if b, ok := call.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" {
			continue
		}
		for _, r := range *call.Referrers() {
			if op, ok := r.(*ssa.BinOp); ok {
				if c, ok := op.Y.(*ssa.Const); ok && c.Int64() == 3 {
					return true
				}
			}
		}
	}
	return false
}

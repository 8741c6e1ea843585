package httpmodel

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// tokenName is what holds a credential alone. What is called authorization may
// have the scheme in it.
var tokenName = regexp.MustCompile(`(?i)^(?:.*[a-z_])?(?:token|api_?key|jwt|pat|secret|key)$`)

// bareSlip tells whether a header is a credential alone although the vendor, or
// the package's own code, says that a scheme comes before it.
func (m *Model) bareSlip(u *CredentialUse, texts []Text, value ssa.Value) (SchemeSlip, bool) {
	p, ok := bareCredential(texts)
	if !ok {
		return SchemeSlip{}, false
	}
	name := bareName(p, u.Fn(), value != u.Value)
	if name == "" || !tokenName.MatchString(name) || m.checksScheme(u) {
		return SchemeSlip{}, false
	}
	slip := SchemeSlip{Kind: SchemeMissing, Detail: name, Value: value}
	if v := m.authorizationOf(u.Fn()); v != nil {
		slip.Scheme, slip.Vendor = v.Authorization.Schemes[0], v.Name
		return slip, true
	}
	if other, scheme := m.sameWithScheme(u, p, name); other != nil {
		slip.Scheme, slip.At = scheme, other.Pos()
		return slip, true
	}
	return SchemeSlip{}, false
}

// bareCredential returns the one value that all of a header is, if every text is
// a value alone, or a constant without a scheme.
func bareCredential(texts []Text) (TextPart, bool) {
	var found TextPart
	for _, t := range texts {
		if len(t) != 1 || t[0].Encoding != "" || t[0].IsConst() && strings.ContainsAny(t[0].Const, " \t") {
			return found, false
		}
		if !t[0].IsConst() {
			found = t[0]
		}
	}
	return found, !found.IsConst()
}

// bareName returns the name of what a part is read from: the variable that is
// nearest to the header. A parameter of the function that sets the header says
// nothing of what one of its callers passes.
func bareName(p TextPart, fn *ssa.Function, passed bool) string {
	for _, place := range p.Places {
		if param, ok := place.(*ssa.Parameter); ok && passed && param.Parent() == fn {
			continue
		}
		if name := placeName(place); name != "" {
			return name
		}
		if call, ok := place.(*ssa.Call); ok {
			if name := variableOf(call); name != "" {
				return name
			}
		}
	}
	return ""
}

// variableOf returns the name of the local variable that takes the first result
// of a call, or "".
func variableOf(call *ssa.Call) string {
	v := resultOf(call, 0)
	if v == nil || v.Referrers() == nil {
		return ""
	}
	for _, ref := range *v.Referrers() {
		if d, ok := ref.(*ssa.DebugRef); ok {
			if id, ok := d.Expr.(*ast.Ident); ok {
				return id.Name
			}
		}
	}
	return ""
}

// sameWithScheme returns a use that writes a scheme before the same value: the
// same field or variable, or one of the same name that comes from the same
// function and is sent by a method of the same type.
func (m *Model) sameWithScheme(u *CredentialUse, p TextPart, name string) (*CredentialUse, string) {
	for _, other := range m.CredentialUses() {
		if other.Foreign || other.Header != u.Header || other.Scheme != "" {
			continue
		}
		for _, t := range m.allTexts(other) {
			lead, rest := t.Lead()
			if !schemeLead.MatchString(lead) || len(rest) != 1 || rest[0].Encoding != "" {
				continue
			}
			if sharesPlace(p, rest[0], u.Fn()) || sameReceiver(u.Fn(), other.Fn()) && bareName(rest[0], other.Fn(), false) == name && p.Origin.Kind != OriginParam {
				return other, firstWord(lead)
			}
		}
	}
	return nil, ""
}

// allTexts returns the texts of a use, and those that each caller makes of it.
func (m *Model) allTexts(u *CredentialUse) []Text {
	list := m.textsFor(u.Value, u.Call)
	if textOfParameter(list, u.Fn()) {
		calls, _ := m.Callers(u.Fn())
		for _, call := range calls {
			list = append(list[:len(list):len(list)], m.textsFor(u.Value, call)...)
		}
	}
	return list
}

// sharesPlace reports whether two parts are read from one field or variable,
// of which a parameter of the function that sets the header is none.
func sharesPlace(a, b TextPart, fn *ssa.Function) bool {
	return slices.ContainsFunc(a.Places, func(p any) bool {
		param, ok := p.(*ssa.Parameter)
		return (!ok || param.Parent() != fn) && placeName(p) != "" && slices.Contains(b.Places, p)
	})
}

func sameReceiver(a, b *ssa.Function) bool {
	ra, rb := outermost(a).Signature.Recv(), outermost(b).Signature.Recv()
	return ra != nil && rb != nil && namedOf(ra.Type()) != nil && namedOf(ra.Type()) == namedOf(rb.Type())
}

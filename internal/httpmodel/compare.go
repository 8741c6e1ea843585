package httpmodel

import (
	"cmp"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/provider"
)

// A Comparison is a place where a secret is compared in a way whose time tells
// how much of a guess was right.
type Comparison struct {
	Pos  token.Pos
	MAC  bool      // a message authentication code, else a shared secret
	What string    // for people: what the client sent
	Made token.Pos // where the code is computed, if it is one
	How  string    // the operator or function
}

// LeakyComparisons returns the package's comparisons of a computed MAC, or of
// a secret that the program keeps with one that a client sent, that do not
// take the same time for every value.
func (m *Model) LeakyComparisons() []Comparison {
	if m.Empty() && !m.facts.Index.Refers("crypto/hmac") {
		return nil
	}
	var list []Comparison
	for _, fn := range m.SSA().Funcs {
		if m.skipsTest(fn) {
			continue
		}
		for instr := range lazyssa.Each[ssa.Instruction](fn) {
			x, y, how := m.compared(instr)
			if x == nil || isConst(x) || isConst(y) {
				continue
			}
			if c, ok := m.leaks(x, y); ok {
				c.Pos, c.How = instr.Pos(), how
				list = append(list, c)
			}
		}
	}
	slices.SortFunc(list, func(a, b Comparison) int { return cmp.Compare(a.Pos, b.Pos) })
	return list
}

// compared returns the texts that an instruction compares byte by byte, and how.
func (m *Model) compared(instr ssa.Instruction) (x, y ssa.Value, how string) {
	switch instr := instr.(type) {
	case *ssa.BinOp:
		if instr.Op == token.EQL || instr.Op == token.NEQ {
			return instr.X, instr.Y, instr.Op.String()
		}
	case *ssa.Call:
		callee := CalleeObject(instr)
		if f := m.lib.FuncOf(callee); f != nil && f.Compares == "plain" && len(instr.Call.Args) >= 2 {
			return instr.Call.Args[0], instr.Call.Args[1], callee.Pkg().Name() + "." + callee.Name()
		}
	}
	return nil, nil, ""
}

func isConst(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Const:
		return true
	case *ssa.MakeInterface:
		return isConst(v.X)
	case *ssa.Convert:
		return isConst(v.X)
	}
	return false
}

func (m *Model) leaks(x, y ssa.Value) (Comparison, bool) {
	if !isText(dynamic(x).Type()) && !isText(dynamic(y).Type()) {
		return Comparison{}, false
	}
	macX, macY := m.macOf(x), m.macOf(y)
	switch {
	case macX.IsValid() && macY.IsValid():
		return Comparison{}, false // both are the program's own
	case macX.IsValid():
		return Comparison{MAC: true, Made: macX}, true
	case macY.IsValid():
		return Comparison{MAC: true, Made: macY}, true
	}
	for _, pair := range [][2]ssa.Value{{x, y}, {y, x}} {
		if what := m.sharedSecret(pair[0], pair[1]); what != "" {
			return Comparison{What: what}, true
		}
	}
	return Comparison{}, false
}

// dynamic takes a value out of an interface.
func dynamic(v ssa.Value) ssa.Value {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		return mi.X
	}
	return v
}

// macOf returns where the message authentication code is computed that a text
// is always made of, if it is one.
func (m *Model) macOf(v ssa.Value) token.Pos {
	var at token.Pos
	for _, o := range m.Sources(v) {
		if o.Kind == OriginConst || o.Value != nil && o.Kind == OriginGlobal && !isText(o.Value.Type()) {
			continue // a prefix, the result beside an error; the alphabet of an encoding
		}
		if o.Kind != OriginCall || m.macKey(o.Call) == nil {
			return token.NoPos
		}
		at = o.Call.Pos()
	}
	return at
}

// macKey returns the call that made the keyed hash whose sum a call takes.
func (m *Model) macKey(call ssa.CallInstruction) *ssa.Call {
	if f := m.lib.FuncOf(CalleeObject(call)); f == nil || f.MAC != "sum" {
		return nil
	}
	for _, o := range m.Origins(receiver(call.Common())) {
		made, ok := o.Value.(*ssa.Call)
		if !ok {
			continue
		}
		if f := m.lib.FuncOf(CalleeObject(made)); f != nil && f.MAC == "new" {
			return made
		}
	}
	return nil
}

// sharedSecret reports whether sent is a credential that a client sent and
// kept the one that the program has for it; the result names what was sent.
func (m *Model) sharedSecret(sent, kept ssa.Value) string {
	parts := m.inboundParts(sent)
	if len(parts) == 0 || len(m.inboundParts(kept)) > 0 {
		return ""
	}
	names, ok := m.keptText(kept)
	if !ok || slices.ContainsFunc(names, provider.IsPublicName) {
		return ""
	}
	secret := slices.ContainsFunc(names, isSecretName)
	for _, p := range parts {
		switch p.kind {
		case partPassword:
			return "the password"
		case partHeader:
			if carriesSecret(p.name) || secret && (p.name == "" || hasSecretWord(p.name)) {
				return named("header", p.name)
			}
		case partParameter:
			if secret && (p.name == "" || hasSecretWord(p.name)) {
				return named("parameter", p.name)
			}
		}
	}
	return ""
}

func named(part, name string) string {
	if name == "" {
		return "a " + part + " of the request"
	}
	return "the " + part + " " + name
}

// carriesSecret reports whether a request header is known to carry a secret.
func carriesSecret(header string) bool {
	return header != "" && (provider.IsCredentialHeader(header) || slices.ContainsFunc(handlerData().SecretHeaders, func(h string) bool { return strings.EqualFold(h, header) }))
}

// isSecretName reports whether a variable, field or getter is called a secret.
func isSecretName(name string) bool { return provider.IsSecretName(name) || hasSecretWord(name) }

// hasSecretWord reports whether a header's or parameter's name has a word for
// a secret, and none for a token that belongs to a form or session.
func hasSecretWord(name string) bool {
	know := handlerData()
	found := false
	for _, w := range wordsOf(name) {
		if slices.Contains(know.NotSecret, w) {
			return false
		}
		found = found || slices.Contains(know.SecretWords, w)
	}
	return found
}

// keptText reports whether a text comes only from what the program keeps, from
// its configuration or its callers, and returns what it is called there.
func (m *Model) keptText(v ssa.Value) (names []string, ok bool) {
	for _, o := range m.Sources(v) {
		switch o.Kind {
		case OriginConst:
		case OriginField, OriginFilled:
			if o.Field != nil {
				names = append(names, o.Field.Name())
			}
		case OriginParam:
			if isInboundType(o.Value.Type()) {
				return nil, false
			}
			names = append(names, o.Value.Name())
		case OriginGlobal:
			names = append(names, o.Value.Name())
		case OriginCall:
			name := m.settingName(o.Call)
			if name == "" {
				return nil, false
			}
			names = append(names, name)
		default:
			return nil, false
		}
	}
	names = append(names, loadedName(v)...)
	return names, len(names) > 0
}

// settingName returns what a call gets from the program's configuration: the
// name of a variable of the environment, or a getter's for a secret.
func (m *Model) settingName(call ssa.CallInstruction) string {
	callee := CalleeObject(call)
	if callee == nil {
		return ""
	}
	if f := m.lib.FuncOf(callee); f != nil && f.Setting {
		if name := m.constantText(argument(call, 0)); name != "" {
			return name
		}
		return callee.Name()
	}
	if name := strings.TrimPrefix(callee.Name(), "Get"); isSecretName(name) {
		return name
	}
	return ""
}

// loadedName returns the name of the variable or field that a value is read from.
func loadedName(v ssa.Value) []string {
	for {
		switch x := v.(type) {
		case *ssa.Convert:
			v = x.X
			continue
		case *ssa.BinOp:
			return append(loadedName(x.X), loadedName(x.Y)...)
		case *ssa.UnOp:
			if fa, ok := x.X.(*ssa.FieldAddr); ok {
				return []string{fieldName(fa)}
			}
			if g, ok := x.X.(*ssa.Global); ok {
				return []string{g.Name()}
			}
		case *ssa.Field:
			if f := structField(x.X.Type(), x.Field); f != nil {
				return []string{f.Name()}
			}
		case *ssa.Parameter:
			return []string{x.Name()}
		}
		return nil
	}
}

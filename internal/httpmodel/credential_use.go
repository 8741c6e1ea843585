package httpmodel

import (
	"go/token"
	"go/types"
	"net/http"
	"regexp"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// A CredentialUse is a place where a text becomes a credential of a request.
type CredentialUse struct {
	// Header is the canonical name of the header, "" where a library takes the
	// credential as it is.
	Header string
	// Scheme is what the library writes before it.
	Scheme string
	Value  ssa.Value
	User   ssa.Value // of Basic authentication
	Instr  ssa.Instruction
	// Foreign says that another package makes the header, where Header is its
	// name but not the whole of its value.
	Foreign bool
	// Call is the call of the function around it that says that the header is
	// one for credentials; nil where the function itself does.
	Call ssa.CallInstruction
}

// Fn is the function that holds the use.
func (u *CredentialUse) Fn() *ssa.Function { return u.Instr.Parent() }

// Pos is where the header is set, or the library is given the credential.
func (u *CredentialUse) Pos() token.Pos {
	if u.Call != nil {
		return u.Call.Pos()
	}
	return u.Instr.Pos()
}

// CredentialUses returns the places where texts become credentials of
// requests, in source order.
func (m *Model) CredentialUses() []*CredentialUse {
	memo := &m.flowMemo.credential
	memo.usesOnce.Do(func() {
		if m.Empty() {
			return
		}
		for _, fn := range m.flow().funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					memo.uses = append(memo.uses, m.usesAt(instr)...)
				}
			}
		}
	})
	return memo.uses
}

func (m *Model) usesAt(instr ssa.Instruction) []*CredentialUse {
	switch instr := instr.(type) {
	case *ssa.MapUpdate:
		name, ok := constString(instr.Key)
		if !ok || !isHeaderMap(instr.Map.Type()) || !provider.IsCredentialHeader(name) || !strings.Contains(name, "-") && !IsAuthHeader(name) {
			return nil
		}
		value := instr.Value
		if list := variadic(value); len(list) == 1 {
			value = list[0]
		}
		if !isText(value.Type()) {
			return nil
		}
		return []*CredentialUse{{Header: http.CanonicalHeaderKey(name), Value: value, Instr: instr}}
	case *ssa.Store:
		fa, ok := instr.Addr.(*ssa.FieldAddr)
		if !ok || !isText(instr.Val.Type()) {
			return nil
		}
		f := structField(fa.X.Type(), fa.Field)
		if t := library.TypeOf(fa.X.Type()); f != nil && t != nil && (t.Fields[f.Name()] == "access-token" || t.Fields[f.Name()] == "secret") {
			return []*CredentialUse{{Value: instr.Val, Instr: instr}}
		}
		if fact := m.rawText(f); fact != nil && fact.Use != "" {
			return []*CredentialUse{{Header: fact.Use, Value: instr.Val, Instr: instr, Foreign: true}}
		}
	case ssa.CallInstruction:
		if list := m.foreignUses(instr); list != nil {
			return list
		}
		return m.headerUses(instr)
	}
	return nil
}

// headerUses returns what a call that sets a header of a request makes a
// credential. A function that sets whatever header it is told is looked at from
// its callers.
func (m *Model) headerUses(call ssa.CallInstruction) []*CredentialUse {
	lib := m.lib.FuncOf(CalleeObject(call))
	if lib == nil || lib.SetHeader == nil || lib.SetHeader.Value == nil || m.ofResponse(call) {
		return nil
	}
	h := lib.SetHeader
	u := CredentialUse{Header: h.Fixed, Scheme: h.Scheme, Value: argAt(call.Common(), h.Value), Instr: call}
	if u.Value == nil || !isText(u.Value.Type()) {
		return nil
	}
	if h.Scheme == "Basic" && *h.Value > 0 {
		user := *h.Value - 1
		u.User = argAt(call.Common(), &user)
	}
	if h.Fixed != "" || h.Name == nil {
		return []*CredentialUse{&u}
	}
	name := argAt(call.Common(), h.Name)
	if text, ok := m.oneConstant(name, nil); ok {
		if !provider.IsCredentialHeader(text) {
			return nil
		}
		u.Header = http.CanonicalHeaderKey(text)
		return []*CredentialUse{&u}
	}
	if _, ok := name.(*ssa.Parameter); !ok {
		return nil
	}
	calls, _ := m.Callers(call.Parent())
	var list []*CredentialUse
	for _, c := range calls {
		if text, ok := m.oneConstant(name, c); ok && provider.IsCredentialHeader(text) {
			at := u
			at.Call, at.Header = c, http.CanonicalHeaderKey(text)
			list = append(list, &at)
		}
	}
	return list
}

func (m *Model) oneConstant(v ssa.Value, call ssa.CallInstruction) (string, bool) {
	if text, ok := constString(v); ok {
		return text, true
	}
	texts := m.textsFor(v, call)
	if len(texts) != 1 {
		return "", false
	}
	return texts[0].Constant()
}

// ofResponse reports whether a header is that of an answer which the program
// itself gives.
func (m *Model) ofResponse(call ssa.CallInstruction) bool {
	recv := receiver(call.Common())
	if recv == nil {
		return false
	}
	for _, o := range m.Origins(recv) {
		if o.Kind != OriginCall || o.Call == nil {
			continue
		}
		if fn := CalleeObject(o.Call); fn != nil && fn.Name() == "Header" {
			if r := receiver(o.Call.Common()); r != nil && !IsRequest(r.Type()) {
				return true
			}
		}
	}
	return false
}

// Texts returns the texts that the use can have, with parameters followed to
// the callers in the package.
func (u *CredentialUse) Texts(m *Model) []Text {
	return m.textsFromAll(u.Value, u.frame())
}

func (u *CredentialUse) frame() *callFrame {
	if u.Call == nil {
		return nil
	}
	return &callFrame{call: u.Call, fn: genericOrigin(u.Fn())}
}

// Secrets returns the parts of a text that are the credential: all that is no
// constant, but not the user's name in front of a colon nor a scheme in front of
// a space.
func (t Text) Secrets() []TextPart {
	var list []TextPart
	for i, p := range t {
		switch {
		case p.IsConst():
		case p.Encoding != "":
			for _, in := range p.Inner {
				list = append(list, in.Secrets()...)
			}
		case i+1 < len(t) && t[i+1].IsConst() && strings.HasPrefix(t[i+1].Const, ":") && len(t) > i+2:
			// user:password
		case i == 0 && len(t) > 2 && t[1].IsConst() && t[1].Const == " ":
			// The scheme of a header, which somebody chooses.
		case i > 0 && t[i-1].IsConst() && strings.ContainsAny(t[i-1].Const, "=,") && !attributeOfToken.MatchString(t[i-1].Const):
			// One of several attributes, such as those of a signature.
		default:
			list = append(list, p)
		}
	}
	return list
}

var attributeOfToken = regexp.MustCompile(`(?i)(?:token|key|apikey|api_key|session)="?$`)

// credentialPlaces returns the fields, variables, parameters and calls whose
// text becomes a credential of a request, with the use.
func (m *Model) credentialPlaces() map[any]*CredentialUse {
	memo := &m.flowMemo.credential
	memo.placesOnce.Do(func() {
		memo.places = map[any]*CredentialUse{}
		for _, u := range m.CredentialUses() {
			texts := u.Texts(m)
			if u.User != nil && isTokenUser(u.Value) {
				texts = m.textsFromAll(u.User, u.frame())
			}
			for _, text := range texts {
				for _, p := range text.Secrets() {
					for _, place := range p.Places {
						if v, ok := place.(*ssa.Parameter); ok && u.Call != nil && v.Parent() == u.Fn() {
							continue // it is a credential in this call only
						}
						if memo.places[place] == nil {
							memo.places[place] = u
						}
					}
				}
			}
		}
	})
	return memo.places
}

// isTokenUser reports whether a password says that the credential is the
// user's name: it is empty, or a word that stands for nothing.
func isTokenUser(password ssa.Value) bool {
	text, ok := constString(password)
	return ok && (text == "" || provider.IsPlaceholder(text))
}

// placeName returns the name that a place has in the source, or "".
func placeName(place any) string {
	switch p := place.(type) {
	case *types.Var:
		return p.Name()
	case *ssa.Global:
		return p.Name()
	case *ssa.Parameter:
		return p.Name()
	case *ssa.Alloc:
		return p.Comment
	case *ssa.FreeVar:
		return p.Name()
	}
	return ""
}

package httpmodel

import (
	"go/token"
	"go/types"
	"iter"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// A urlSecret is a credential in the URL of a request.
type urlSecret struct {
	name string // of the parameter, or of what holds the credential
	pos  token.Pos
}

// urlErrors returns the requests whose errors leave the package with the URL in
// them, and a credential in the URL.
func (m *Model) urlErrors() []SecretLeak {
	var list []SecretLeak
	made := m.MadeRequests()
	for _, s := range m.Sends() {
		if s.Wrapper || !m.errorHasURL(s) {
			continue
		}
		secret, ok := m.secretInURL(s, made)
		if !ok {
			continue
		}
		if at, inLog, ok := m.errorLeaves(s); ok {
			list = append(list, SecretLeak{Kind: LeakURLError, Pos: at, What: secret.name, Error: !inLog, At: secret.pos})
		}
	}
	return list
}

// errorHasURL reports whether the error of a send is that of http.Client, which
// tells the whole URL.
func (m *Model) errorHasURL(s *Send) bool {
	fn := CalleeObject(s.Call)
	return s.Lib != nil && s.Lib.Send != nil && fn != nil && fn.Name() != "RoundTrip" &&
		(inPackage(fn, "net/http") || inPackage(fn, "github.com/go-resty/resty/v2"))
}

// secretInURL looks for a credential in the URL of a send, or of the requests
// that it may send.
func (m *Model) secretInURL(s *Send, made []*MadeRequest) (urlSecret, bool) {
	if s.Lib.Send.URL != nil {
		if u, ok := m.secretInText(argAt(s.Call.Common(), s.Lib.Send.URL)); ok {
			return u, true
		}
		return m.secretInQuery(s.Fn)
	}
	for _, r := range made {
		if !slices.Contains(r.Sent, s.Call) {
			continue
		}
		lib := library.FuncOf(CalleeObject(r.Call))
		if u, ok := m.secretInText(argAt(&r.Call.Call, lib.NewRequest.URL)); ok {
			return u, true
		}
		if u, ok := m.secretInQuery(r.Call.Parent()); ok {
			return u, true
		}
	}
	return urlSecret{}, false
}

var pathSecret = regexp.MustCompile(`(?i)^(?:bot|api|access|auth|secret|private)?_?(?:token|api_?key|secret)$`)

// secretInText looks for a credential in the text of a URL: a parameter that
// carries one, or a field that is called a token as part of the path.
func (m *Model) secretInText(v ssa.Value) (urlSecret, bool) {
	for _, text := range m.textsFromAll(v, nil) {
		before := ""
		for _, p := range text {
			if p.IsConst() {
				before += p.Const
				continue
			}
			name := parameterName(before)
			if name != "" && provider.IsCredentialParameter(name) {
				return urlSecret{name: name, pos: ValuePos(p.Origin.Value)}, true
			}
			if !strings.Contains(before, "?") && p.Encoding == "" {
				for _, place := range p.Places {
					if _, isParam := place.(*ssa.Parameter); !isParam && pathSecret.MatchString(placeName(place)) {
						return urlSecret{name: placeName(place), pos: ValuePos(p.Origin.Value)}, true
					}
				}
			}
			before += "\x00"
		}
	}
	return urlSecret{}, false
}

var lastParameterName = regexp.MustCompile(`[?&]([A-Za-z_-]+)=$`)

func parameterName(before string) string {
	if found := lastParameterName.FindStringSubmatch(before); found != nil {
		return found[1]
	}
	return ""
}

// secretInQuery looks for a credential among the parameters that a function
// sets and puts into a URL.
func (m *Model) secretInQuery(fn *ssa.Function) (urlSecret, bool) {
	for name, p := range m.credentialParameters(fn) {
		if len(secretsIn(p.values)) > 0 {
			return urlSecret{name: name, pos: p.call.Pos()}, true
		}
	}
	return urlSecret{}, false
}

// A queryParameter is a parameter that a call sets and that is put into a URL.
type queryParameter struct {
	call   ssa.CallInstruction
	values []Text
}

// credentialParameters walks over the parameters with a credential's name that
// functions set and put into URLs.
func (m *Model) credentialParameters(fns ...*ssa.Function) iter.Seq2[string, queryParameter] {
	return func(yield func(string, queryParameter) bool) {
		for call := range lazyssa.Each[ssa.CallInstruction](fns...) {
			lib := library.FuncOf(CalleeObject(call))
			if lib == nil || lib.SetQuery == nil || lib.SetQuery.Name == nil || lib.SetQuery.Value == nil {
				continue
			}
			name, _ := constString(argAt(call.Common(), lib.SetQuery.Name))
			if !provider.IsCredentialParameter(name) || !m.inURL(receiver(call.Common())) {
				continue
			}
			if !yield(name, queryParameter{call, m.textsFromAll(argAt(call.Common(), lib.SetQuery.Value), nil)}) {
				return
			}
		}
	}
}

// inURL reports whether the encoded form of url.Values becomes the query of a
// URL.
func (m *Model) inURL(values ssa.Value) bool {
	for _, v := range m.flow().aliases(underlying(values)) {
		if v.Referrers() == nil {
			continue
		}
		for _, ref := range *v.Referrers() {
			call, ok := ref.(*ssa.Call)
			if !ok || CalleeObject(call) == nil || CalleeObject(call).Name() != "Encode" {
				continue
			}
			for _, s := range m.Sinks(call) {
				if s.Kind == SinkQuery || s.Kind == SinkField && s.Field.Name() == "RawQuery" {
					return true
				}
			}
		}
	}
	return false
}

// underlying returns the value that a local variable holds, where there is one.
func underlying(v ssa.Value) ssa.Value {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		if a, ok := load.X.(*ssa.Alloc); ok {
			for _, ref := range *a.Referrers() {
				if st, ok := ref.(*ssa.Store); ok && st.Addr == a {
					return st.Val
				}
			}
		}
	}
	return v
}

// errorLeaves reports whether the error of a send is logged, or returned to
// code outside the package, with nobody looking at the URL in it.
func (m *Model) errorLeaves(s *Send) (at token.Pos, inLog, ok bool) {
	v := s.errorValue()
	if v == nil || m.looksAtURLError(outermost(s.Fn)) {
		return token.NoPos, false, false
	}
	var logged, left token.Pos
	for _, sink := range m.Sinks(v) {
		if sink.Instr == nil || m.looksAtURLError(outermost(sink.Instr.Parent())) {
			continue
		}
		switch sink.Kind {
		case SinkLog:
			logged = sink.Instr.Pos()
		case SinkReturn, SinkError:
			if left = sink.Instr.Pos(); !left.IsValid() {
				left = s.Pos() // a return after a defer has no position
			}
		case SinkUnknown:
			if call, ok := sink.Instr.(ssa.CallInstruction); ok && isLogMethod(CalleeObject(call)) {
				logged = call.Pos()
			} else if ok && m.wrapsError(call) {
				left = call.Pos()
			}
		}
	}
	if left.IsValid() {
		return left, false, true
	}
	return logged, true, logged.IsValid()
}

// wrapsError reports whether a call makes an error that keeps the text of its
// argument.
func (m *Model) wrapsError(call ssa.CallInstruction) bool {
	lib := m.lib.FuncOf(CalleeObject(call))
	return lib != nil && lib.Error != nil
}

// errorValue returns the error of a send, or nil where it is not taken.
func (s *Send) errorValue() ssa.Value {
	call, ok := s.Call.(*ssa.Call)
	if !ok {
		return nil
	}
	for _, ref := range *call.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && isErrorType(ex.Type()) {
			return ex
		}
	}
	return nil
}

// looksAtURLError reports whether a function, or one of the package that it
// calls, knows that the error has the URL in it.
func (m *Model) looksAtURLError(fn *ssa.Function) bool {
	found := false
	m.reaches(fn, func(call ssa.CallInstruction) bool {
		for _, op := range call.Operands(nil) {
			v := *op
			if v == nil {
				continue
			}
			if mi, ok := v.(*ssa.MakeInterface); ok {
				v = mi.X
			}
			t := v.Type()
			if p, ok := types.Unalias(t).(*types.Pointer); ok {
				t = p.Elem()
			}
			found = found || isNamed(t, "net/url", "Error")
		}
		callee := CalleeObject(call)
		found = found || callee != nil && masking.MatchString(callee.Name())
		return found
	})
	if found {
		return true
	}
	for _, f := range withClosures(fn) {
		for _, b := range f.Blocks {
			for _, instr := range b.Instrs {
				if ta, ok := instr.(*ssa.TypeAssert); ok && isNamed(ta.AssertedType, "net/url", "Error") {
					return true
				}
			}
		}
	}
	return false
}

func withClosures(fn *ssa.Function) []*ssa.Function {
	list := []*ssa.Function{fn}
	for _, anon := range fn.AnonFuncs {
		list = append(list, withClosures(anon)...)
	}
	return list
}

// querySecrets returns the credentials that are sent in a URL's query although
// they need not be: the API takes this one in a header as well, as the package
// itself shows, or OAuth 2.0 forbids it there.
func (m *Model) querySecrets() []SecretLeak {
	places := m.credentialPlaces()
	var list []SecretLeak
	for name, q := range m.credentialParameters(m.flow().funcs...) {
		if name == "client_secret" && m.posts(q.call.Parent()) {
			list = append(list, SecretLeak{Kind: LeakQuery, Pos: q.call.Pos(), What: name})
			continue
		}
		for _, p := range secretsIn(q.values) {
			if u := useAmong(p.Places, places); u != nil && u.Header != "" && u.Fn() != q.call.Parent() {
				list = append(list, SecretLeak{Kind: LeakQuery, Pos: q.call.Pos(), What: name, Use: u})
				break
			}
		}
	}
	return list
}

func useAmong(list []any, places map[any]*CredentialUse) *CredentialUse {
	for _, p := range list {
		if u := places[p]; u != nil {
			return u
		}
	}
	return nil
}

// posts reports whether a function makes a request that has a body.
func (m *Model) posts(fn *ssa.Function) bool {
	for call := range lazyssa.Each[*ssa.Call](fn) {
		if lib := library.FuncOf(CalleeObject(call)); lib != nil && lib.NewRequest != nil && lib.NewRequest.URL != nil {
			if method, _ := constString(methodArg(call)); method == http.MethodPost {
				return true
			}
		}
	}
	return false
}

package httpmodel

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// A BrowserCall is a request that code in a browser makes and should not.
type BrowserCall struct {
	Pos  token.Pos
	Host string // that gets it; "" where only the vendor is known
	// Vendor is the vendor's name where it takes no calls from browsers.
	Vendor     string
	Credential token.Pos // where a credential is attached; NoPos for none
}

// BrowserCalls returns the requests that the package makes in browsers to
// vendors that take none from there, and those that carry a credential to
// another host than the page's.
func (m *Model) BrowserCalls() []BrowserCall {
	if !m.config.Browser {
		return nil
	}
	var list []BrowserCall
	had := map[token.Pos]bool{}
	add := func(c BrowserCall, ok bool) {
		if ok && c.Pos.IsValid() && !had[c.Pos] {
			had[c.Pos] = true
			list = append(list, c)
		}
	}
	sends := map[ssa.CallInstruction]*Send{}
	for _, s := range m.Sends() {
		sends[s.Call] = s
	}
	for _, fn := range m.flow().funcs {
		if !m.facts.InBrowser(fn.Pos()) {
			continue
		}
		for call := range lazyssa.Each[ssa.CallInstruction](fn) {
			switch s := sends[call]; {
			case fetched(call) != nil:
				add(m.fetchInPage(fn, call))
			case s != nil && !s.Wrapper:
				add(m.sentInPage(s))
			case m.lend.foreign[CalleeObject(call)] != nil:
				add(m.lentInPage(call))
			}
		}
	}
	return list
}

// A pageCredential is a credential that a page sends.
type pageCredential struct {
	pos token.Pos
	// session says that the page got it while it ran: the visitor's own.
	session bool
}

// judgedCall says whether a request to one of the addresses should not be made
// in a browser. A visitor's own token may go to the servers of the site, whatever
// they are called, but to no vendor.
func (m *Model) judgedCall(urls []URLTemplate, at token.Pos, credential pageCredential) (BrowserCall, bool) {
	for _, u := range urls {
		if u.Host == "" || isOwnHost(u.Host) {
			continue // the page's own origin, or not known
		}
		p := m.config.Providers.OfHost(u.Host)
		if p != nil && p.Browser != nil && p.Browser.Calls == "allowed" {
			continue
		}
		if p != nil && p.Browser != nil && p.Browser.Calls == "forbidden" {
			return BrowserCall{Pos: at, Host: u.Host, Vendor: p.Name, Credential: credential.pos}, true
		}
		if credential.pos.IsValid() && (p != nil || !credential.session) {
			return BrowserCall{Pos: at, Host: u.Host, Credential: credential.pos}, true
		}
	}
	return BrowserCall{}, false
}

// isOwnHost reports whether a host is the developer's own machine.
func isOwnHost(host string) bool {
	return host == "localhost" || strings.HasPrefix(host, "127.") || strings.HasSuffix(host, ".localhost")
}

// sentInPage judges a request of net/http or another library.
func (m *Model) sentInPage(s *Send) (BrowserCall, bool) {
	return m.judgedCall(m.URLTemplates(s.urlValue()), s.Pos(), m.credentialInPage(s))
}

// credentialInPage returns where a request gets a credential that is no
// publishable one.
func (m *Model) credentialInPage(s *Send) pageCredential {
	for _, r := range m.requestsSentBy(s.Call) {
		for _, h := range r.Headers {
			if provider.IsCredentialHeader(h.Name) && m.isSecretInPage(h.Value) {
				return pageCredential{h.Pos, m.isSession(h.Value)}
			}
		}
	}
	if pos := m.chainCredential(s); pos.IsValid() {
		return pageCredential{pos: pos}
	}
	if keyInQuery(s.Fn, s.urlValue(), m.isSecretInPage) || m.signedInPage(s) {
		return pageCredential{pos: s.Pos()}
	}
	return pageCredential{}
}

// signedInPage reports whether a transport of the package gives a request a
// credential.
func (m *Model) signedInPage(s *Send) bool {
	for _, fn := range m.flow().funcs {
		if fn.Name() != "RoundTrip" {
			continue
		}
		for _, h := range m.headersSetIn(fn) {
			if !provider.IsCredentialHeader(h.Name) || receiver(s.Call.Common()) == nil {
				continue
			}
			w := &headerWalk{m: m, name: h.Name, seen: map[walkKey]bool{}}
			if w.client(receiver(s.Call.Common()), nil); w.sets {
				return true
			}
		}
	}
	return false
}

// isSession reports whether a credential came in an answer, as that of a login,
// and no name calls it a key.
func (m *Model) isSession(v ssa.Value) bool {
	for _, part := range append(partsOf(v, nil), v) {
		if hasWord(textName(part), []string{"key", "secret", "apikey", "password"}) {
			return false
		}
	}
	given := false
	for _, o := range m.Sources(v) {
		switch o.Kind {
		case OriginFilled:
			given = true
		case OriginConst:
			if text, _ := constString(o.Value); provider.IsPlausible(text) {
				return false
			}
		default:
			return false
		}
	}
	return given
}

// isSecretInPage reports whether a credential is none that is made for
// browsers: neither by its value nor by the names that it goes by.
func (m *Model) isSecretInPage(v ssa.Value) bool {
	if v == nil {
		return false
	}
	if provider.IsBrowserName(textName(v)) {
		return false
	}
	for _, part := range partsOf(v, nil) {
		if provider.IsBrowserName(textName(part)) {
			return false
		}
	}
	for _, o := range m.Sources(v) {
		switch o.Kind {
		case OriginConst:
			if text, _ := constString(o.Value); provider.IsPublic(text) {
				return false
			}
		case OriginField:
			if o.Field != nil && provider.IsBrowserName(o.Field.Name()) {
				return false
			}
		}
	}
	return true
}

// textName is the name of the field, variable or parameter that a value is.
func textName(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Parameter:
		return v.Name()
	case *ssa.FreeVar:
		return v.Name()
	case *ssa.UnOp:
		switch x := v.X.(type) {
		case *ssa.FieldAddr:
			return structField(x.X.Type(), x.Field).Name()
		case *ssa.Global:
			return x.Name()
		}
	}
	return ""
}

// lentInPage judges a call of another package's function that sends a
// credential.
func (m *Model) lentInPage(call ssa.CallInstruction) (BrowserCall, bool) {
	f := m.lend.foreign[CalleeObject(call)]
	var urls []URLTemplate
	for _, host := range f.Hosts {
		urls = append(urls, URLTemplate{Host: host})
	}
	if c, ok := m.judgedCall(urls, call.Pos(), pageCredential{pos: call.Pos()}); ok {
		return c, true
	}
	p := m.config.Providers.Named(f.Vendor)
	if f.Vendor == "" || p == nil || len(f.Hosts) > 0 {
		return BrowserCall{}, false
	}
	c := BrowserCall{Pos: call.Pos(), Host: p.Hosts[0].Host, Credential: call.Pos()}
	if p.Browser != nil && p.Browser.Calls == "forbidden" {
		c.Vendor = p.Name
	}
	return c, true
}

// fetched returns the address that a call of JavaScript's fetch, or of another
// function that makes requests, is given; nil for other calls.
func fetched(call ssa.CallInstruction) ssa.Value {
	callee := CalleeObject(call)
	if callee == nil || callee.Pkg() == nil || callee.Pkg().Path() != "syscall/js" {
		return nil
	}
	args := call.Common().Args
	switch callee.Name() {
	case "Call": // js.Global().Call("fetch", url), xhr.Call("open", method, url)
		name, _ := constString(args[1])
		given := variadic(args[2])
		switch {
		case name == "fetch" && len(given) > 0:
			return given[0]
		case name == "open" && len(given) > 1 && methodAmong([]ssa.Value{baseOf(given[0])}) != "":
			return given[1]
		}
	case "Invoke", "New": // fetch.Invoke(url), Request.New(url)
		name := gottenName(args[0])
		if given := variadic(args[1]); len(given) > 0 && (name == "fetch" && callee.Name() == "Invoke" || requestMakers[name] && callee.Name() == "New") {
			return given[0]
		}
	}
	return nil
}

// requestMakers are JavaScript's objects that are made with an address.
var requestMakers = map[string]bool{"Request": true, "WebSocket": true, "EventSource": true}

// gottenName is the constant name by which a JavaScript value was got.
func gottenName(v ssa.Value) string {
	for range 4 {
		switch x := v.(type) {
		case *ssa.UnOp:
			if a, ok := x.X.(*ssa.Alloc); ok {
				if v = onlyStore(a); v == nil {
					return ""
				}
				continue
			}
			if g, ok := x.X.(*ssa.Global); ok {
				return g.Name()
			}
			if fa, ok := x.X.(*ssa.FieldAddr); ok {
				return structField(fa.X.Type(), fa.Field).Name()
			}
			return ""
		case *ssa.Call:
			if callee := CalleeObject(x); callee != nil && callee.Name() == "Get" && len(x.Call.Args) > 1 {
				name, _ := constString(x.Call.Args[1])
				return name
			}
			return ""
		default:
			return ""
		}
	}
	return ""
}

// fetchInPage judges a request that is made with JavaScript's own functions.
func (m *Model) fetchInPage(fn *ssa.Function, call ssa.CallInstruction) (BrowserCall, bool) {
	url := baseOf(fetched(call))
	var credential pageCredential
	for _, f := range append(m.reachedBy(fn), outermost(fn)) {
		if c := m.jsCredential(f); c.pos.IsValid() && !credential.pos.IsValid() {
			credential = c
		}
	}
	if !credential.pos.IsValid() {
		if keyInQuery(fn, url, m.isSecretInPage) {
			credential = pageCredential{pos: call.Pos()}
		}
	}
	return m.judgedCall(m.URLTemplates(url), call.Pos(), credential)
}

// jsCredential returns where a function puts a credential into a JavaScript
// object or a map under the name of a header.
func (m *Model) jsCredential(fn *ssa.Function) pageCredential {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.MapUpdate:
				if name, _ := constString(instr.Key); provider.IsCredentialHeader(name) && m.isSecretInPage(baseOf(instr.Value)) {
					return pageCredential{instr.Pos(), m.isSession(baseOf(instr.Value))}
				}
			case ssa.CallInstruction:
				callee := CalleeObject(instr)
				lib := library.FuncOf(callee)
				if lib == nil || lib.SetHeader == nil || callee.Pkg().Path() != "syscall/js" {
					continue
				}
				args := instr.Common().Args[1:]
				if len(args) > 1 && callee.Name() == "Call" {
					args = append(slices.Clone(args[:1]), variadic(args[1])...)
				}
				for i, a := range args[:max(0, len(args)-1)] {
					if a == nil || args[i+1] == nil {
						continue
					}
					if name, _ := constString(baseOf(a)); provider.IsCredentialHeader(name) && m.isSecretInPage(baseOf(args[i+1])) {
						return pageCredential{instr.Pos(), m.isSession(baseOf(args[i+1]))}
					}
				}
			}
		}
	}
	return pageCredential{}
}

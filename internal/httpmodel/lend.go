package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

const lendFactVersion = 1

// A LendFact is on a function of another package that sends a request with a
// credential which its caller does not give.
type LendFact struct {
	Version int
	// Hosts are those that get it, as far as they are constant.
	Hosts []string
	// Vendor is the only one that the package talks to, where there is one.
	Vendor string
}

// AFact marks the type as a fact.
func (*LendFact) AFact() {}

// String describes the fact for tests and debugging.
func (*LendFact) String() string { return "lends a credential" }

type lendMemo struct {
	mu      sync.Mutex
	in      map[*ssa.Function]token.Pos // where the credential is attached, or the request sent; NoPos for none
	made    map[ssa.CallInstruction][]*MadeRequest
	foreign map[*types.Func]*LendFact
}

// exportLendFacts tells importing packages which functions lend a credential.
func (m *Model) exportLendFacts() {
	if m.pass.Pkg.Name() == "main" {
		return
	}
	for _, fn := range m.flow().funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || fn.Parent() != nil || !obj.Exported() || obj.Origin() != obj {
			continue
		}
		if m.lentIn(fn, 0).IsValid() {
			m.pass.ExportObjectFact(obj, &LendFact{Version: lendFactVersion, Hosts: m.hostsOf(fn), Vendor: m.onlyVendor()})
		}
	}
}

// importLend fetches what is known of another package's function.
func (m *Model) importLend(fn *types.Func) {
	f := new(LendFact)
	if m.pass.ImportObjectFact(fn, f) && f.Version == lendFactVersion {
		if m.lend.foreign == nil {
			m.lend.foreign = map[*types.Func]*LendFact{}
		}
		m.lend.foreign[fn] = f
	}
}

// hostsOf returns the constant hosts that a function and what it calls send to.
func (m *Model) hostsOf(fn *ssa.Function) []string {
	var hosts []string
	reach := m.reachedBy(fn)
	for _, s := range m.Sends() {
		if !slices.Contains(reach, s.Fn) {
			continue
		}
		for _, u := range m.URLTemplates(s.urlValue()) {
			if u.Host != "" && !slices.Contains(hosts, u.Host) && len(hosts) < 4 {
				hosts = append(hosts, u.Host)
			}
		}
	}
	for _, f := range reach {
		for call := range lazyssa.Each[ssa.CallInstruction](f) {
			if known := m.lend.foreign[CalleeObject(call)]; known != nil && len(hosts) == 0 {
				hosts = append(hosts, known.Hosts...)
			}
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// onlyVendor returns the vendor that the package talks to, where it talks to
// nobody else.
func (m *Model) onlyVendor() string {
	if v := m.facts.Vendors; v != nil && len(v.Vendors) == 1 && !v.Others {
		return v.Vendors[0]
	}
	return ""
}

// lentBy returns where a call leads to a request with a credential of the
// program's own, or NoPos.
func (m *Model) lentBy(call ssa.CallInstruction) token.Pos {
	m.lend.mu.Lock()
	defer m.lend.mu.Unlock()
	return m.lentCall(call, 0)
}

func (m *Model) lentCall(call ssa.CallInstruction, depth int) token.Pos {
	callee := CalleeObject(call)
	if m.lend.foreign[callee] != nil {
		return call.Pos()
	}
	for _, s := range m.Sends() {
		if s.Call == call {
			if pos := m.ownCredential(s); pos.IsValid() {
				return pos
			}
		}
	}
	if isProxyServe(callee) {
		return m.lendingProxy()
	}
	if fn := staticCallee(call.Common()); fn != nil {
		if fn.Blocks != nil && library.FuncOf(callee) == nil {
			return m.lentIn(fn, depth+1)
		}
		return token.NoPos
	}
	if call.Common().IsInvoke() {
		for _, fn := range m.implementations(call) {
			if pos := m.lentIn(fn, depth+1); pos.IsValid() {
				return pos
			}
		}
		return token.NoPos
	}
	for _, o := range m.Origins(call.Common().Value) {
		if fn := functionOf(o.Value); o.Kind == OriginFunc && fn != nil {
			if pos := m.lentIn(fn, depth+1); pos.IsValid() {
				return pos
			}
		}
	}
	return token.NoPos
}

// implementations returns the methods of the package's own types that a call
// through an interface of the package may run.
func (m *Model) implementations(call ssa.CallInstruction) []*ssa.Function {
	common := call.Common()
	if common.Method.Pkg() != m.pass.Pkg {
		return nil
	}
	iface, ok := common.Value.Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	var list []*ssa.Function
	for _, fn := range m.flow().funcs {
		recv := fn.Signature.Recv()
		if recv != nil && fn.Parent() == nil && fn.Name() == common.Method.Name() && types.Implements(recv.Type(), iface) {
			list = append(list, fn)
		}
	}
	return list
}

// functionOf is the function that a value is, or that a closure is made of.
func functionOf(v ssa.Value) *ssa.Function {
	switch v := v.(type) {
	case *ssa.Function:
		return unbound(v)
	case *ssa.MakeClosure:
		fn, _ := v.Fn.(*ssa.Function)
		return unbound(fn)
	}
	return nil
}

// lentIn returns where a function lends a credential, itself or by what it calls.
func (m *Model) lentIn(fn *ssa.Function, depth int) token.Pos {
	if pos, ok := m.lend.in[fn]; ok || depth > 5 {
		return pos
	}
	if m.lend.in == nil {
		m.lend.in = map[*ssa.Function]token.Pos{}
	}
	m.lend.in[fn] = token.NoPos // where it calls itself
	for call := range lazyssa.Each[ssa.CallInstruction](fn) {
		if pos := m.lentCall(call, depth); pos.IsValid() {
			m.lend.in[fn] = pos
			return pos
		}
	}
	return token.NoPos
}

// ownCredential returns where a request gets a credential of the program's own.
func (m *Model) ownCredential(s *Send) token.Pos {
	for _, r := range m.requestsSentBy(s.Call) {
		for _, h := range r.Headers {
			if provider.IsCredentialHeader(h.Name) && m.isOwn(h.Value, s.Fn) {
				return h.Pos
			}
		}
	}
	if pos := m.chainCredential(s); pos.IsValid() {
		return pos
	}
	for _, arg := range append([]ssa.Value{receiver(s.Call.Common())}, s.Call.Common().Args...) {
		if arg == nil || !sends(arg.Type()) {
			continue
		}
		w := &headerWalk{m: m, name: "Authorization", seen: map[walkKey]bool{}}
		if w.client(arg, nil); w.sets {
			return s.Pos()
		}
	}
	if keyInQuery(s.Fn, s.urlValue(), func(v ssa.Value) bool { return m.isOwn(v, s.Fn) }) {
		return s.Pos()
	}
	return token.NoPos
}

// keyInQuery reports whether a URL that a function makes has a credential as a
// parameter whose value is judged to count.
func keyInQuery(fn *ssa.Function, url ssa.Value, counts func(ssa.Value) bool) bool {
	if url == nil {
		return false
	}
	parts := partsOf(url, nil)
	for i, p := range parts[:max(0, len(parts)-1)] {
		if text, _ := constString(p); endsInKey(text) && counts(parts[i+1]) {
			return true
		}
	}
	for up := range lazyssa.Each[*ssa.MapUpdate](fn) {
		if name, _ := constString(up.Key); isNamed(up.Map.Type(), "net/url", "Values") && isKeyParameter(name) && counts(up.Value) {
			return true
		}
	}
	for call := range lazyssa.Each[*ssa.Call](fn) { // of a query that is put together
		callee := CalleeObject(call)
		if callee == nil || callee.Pkg() == nil || callee.Pkg().Path() != "net/url" || callee.Name() != "Set" && callee.Name() != "Add" || len(call.Call.Args) != 3 {
			continue
		}
		name, _ := constString(call.Call.Args[1])
		if isKeyParameter(name) && counts(call.Call.Args[2]) {
			return true
		}
	}
	return false
}

// endsInKey reports whether a text ends in "key=", or another parameter for
// credentials.
func endsInKey(text string) bool {
	name, ok := strings.CutSuffix(text, "=")
	return ok && isKeyParameter(name[strings.LastIndexAny(name, "?&")+1:])
}

func isKeyParameter(name string) bool { return name == "key" || provider.IsCredentialParameter(name) }

// partsOf returns what a text is put together from, in order.
func partsOf(v ssa.Value, list []ssa.Value) []ssa.Value {
	switch v := v.(type) {
	case *ssa.BinOp:
		return partsOf(v.Y, partsOf(v.X, list))
	case *ssa.Call:
		if fn := CalleeObject(v); fn == nil || fn.FullName() != "fmt.Sprintf" {
			break
		}
		format, ok := constString(v.Call.Args[0])
		if !ok {
			break
		}
		args := variadic(v.Call.Args[1])
		for i, piece := range strings.Split(format, "%s") {
			list = append(list, ssa.NewConst(constant.MakeString(piece), types.Typ[types.String]))
			if i < len(args) && args[i] != nil {
				list = append(list, baseOf(args[i]))
			}
		}
		return list
	}
	return append(list, v)
}

// chainCredential looks at the chain of calls on a library's own request.
func (m *Model) chainCredential(s *Send) token.Pos {
	v := receiver(s.Call.Common())
	for range 24 {
		call, ok := v.(*ssa.Call)
		if !ok {
			return token.NoPos
		}
		lib := library.FuncOf(CalleeObject(call))
		if lib != nil && lib.SetHeader != nil {
			name := lib.SetHeader.Fixed
			if lib.SetHeader.Name != nil {
				name, _ = constString(argAt(call.Common(), lib.SetHeader.Name))
			}
			if provider.IsCredentialHeader(name) && m.isOwn(argAt(call.Common(), lib.SetHeader.Value), s.Fn) {
				return call.Pos()
			}
		}
		v = receiver(call.Common())
		if v != nil && isClient(v.Type()) && library.TypeOf(v.Type()) != nil {
			return m.clientCredential(namedOf(v.Type()), s.Fn)
		}
	}
	return token.NoPos
}

// clientCredential returns where the package gives clients of a library a
// credential for all requests.
func (m *Model) clientCredential(client *types.TypeName, in *ssa.Function) token.Pos {
	for call := range lazyssa.Each[*ssa.Call](m.flow().funcs...) {
		lib := library.FuncOf(CalleeObject(call))
		recv := receiver(call.Common())
		if lib == nil || lib.SetHeader == nil || recv == nil || namedOf(recv.Type()) != client {
			continue
		}
		name := lib.SetHeader.Fixed
		if lib.SetHeader.Name != nil {
			name, _ = constString(argAt(call.Common(), lib.SetHeader.Name))
		}
		if provider.IsCredentialHeader(name) && m.isOwn(argAt(call.Common(), lib.SetHeader.Value), in) {
			return call.Pos()
		}
	}
	return token.NoPos
}

func (m *Model) requestsSentBy(call ssa.CallInstruction) []*MadeRequest {
	if m.lend.made == nil {
		m.lend.made = map[ssa.CallInstruction][]*MadeRequest{}
		for _, r := range m.MadeRequests() {
			for _, sent := range r.Sent {
				m.lend.made[sent] = append(m.lend.made[sent], r)
			}
		}
	}
	return m.lend.made[call]
}

// isOwn reports whether a credential is the program's: it is configured,
// constant or fetched, and neither a caller's nor taken from an inbound request.
func (m *Model) isOwn(v ssa.Value, in *ssa.Function) bool {
	if v == nil || in == nil {
		return false
	}
	own := false
	for _, o := range m.Sources(v) {
		switch o.Kind {
		case OriginConst:
			text, _ := constString(o.Value)
			own = own || provider.IsPlausible(text)
		case OriginCall:
			if m.readsInbound(o.Call) {
				return false
			}
			own = own || !isTextFunc(CalleeObject(o.Call))
		case OriginField, OriginFilled, OriginGlobal:
			own = true
		case OriginParam:
			if o.Value.Parent() == in || outermost(o.Value.Parent()) == outermost(in) {
				return false
			}
			own = own || isString(o.Value.Type())
		}
	}
	return own || fromField(v, 0)
}

// fromField reports whether a text is, or is made of, what a field of the
// program's holds.
func fromField(v ssa.Value, depth int) bool {
	if depth > 6 {
		return false
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		fa, ok := v.X.(*ssa.FieldAddr)
		return ok && !isNamed(fa.X.Type(), "net/http", "Request")
	case *ssa.Field:
		return true
	case *ssa.BinOp:
		return fromField(v.X, depth+1) || fromField(v.Y, depth+1)
	case *ssa.Convert:
		return fromField(v.X, depth+1)
	case *ssa.MakeInterface:
		return fromField(v.X, depth+1)
	case *ssa.Call:
		if isTextFunc(CalleeObject(v)) {
			for _, a := range v.Call.Args {
				for _, x := range append(variadic(a), a) {
					if x != nil && fromField(x, depth+1) {
						return true
					}
				}
			}
		}
	}
	return false
}

// readsInbound reports whether a call reads something of an inbound request.
func (m *Model) readsInbound(call ssa.CallInstruction) bool {
	callee := CalleeObject(call)
	if lib := library.FuncOf(callee); lib != nil && lib.GetHeader != nil {
		return true
	}
	if callee == nil || callee.Pkg() == nil {
		return false
	}
	switch callee.Name() {
	case "FormValue", "PostFormValue", "PathValue", "Cookie", "BasicAuth", "UserAgent", "Referer":
		return true
	}
	return callee.Pkg().Path() == "net/url" && callee.Name() == "Get"
}

func isProxyServe(fn *types.Func) bool {
	return fn != nil && fn.FullName() == "(*net/http/httputil.ReverseProxy).ServeHTTP"
}

// lendingProxy returns where a reverse proxy of the package attaches a
// credential of the program's own.
func (m *Model) lendingProxy() token.Pos {
	for st := range lazyssa.Each[*ssa.Store](m.flow().funcs...) {
		fa, ok := st.Addr.(*ssa.FieldAddr)
		if !ok || !isNamed(fa.X.Type(), "net/http/httputil", "ReverseProxy") {
			continue
		}
		switch structField(fa.X.Type(), fa.Field).Name() {
		case "Director", "Rewrite":
			if pos := m.credentialSetIn(functionOf(st.Val)); pos.IsValid() {
				return pos
			}
		case "Transport":
			w := &headerWalk{m: m, name: "Authorization", seen: map[walkKey]bool{}}
			if w.client(st.Val, nil); w.sets {
				return st.Pos()
			}
		}
	}
	return token.NoPos
}

// credentialSetIn returns where a function sets a credential of the program's
// own as a header.
func (m *Model) credentialSetIn(fn *ssa.Function) token.Pos {
	if fn == nil || fn.Blocks == nil {
		return token.NoPos
	}
	for call := range lazyssa.Each[ssa.CallInstruction](fn) {
		lib := library.FuncOf(CalleeObject(call))
		if lib == nil || lib.SetHeader == nil {
			continue
		}
		name := lib.SetHeader.Fixed
		if lib.SetHeader.Name != nil {
			name, _ = constString(argAt(call.Common(), lib.SetHeader.Name))
		}
		if provider.IsCredentialHeader(name) && m.isOwn(argAt(call.Common(), lib.SetHeader.Value), fn) {
			return call.Pos()
		}
	}
	return token.NoPos
}

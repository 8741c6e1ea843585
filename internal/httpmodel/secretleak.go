package httpmodel

import (
	"cmp"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// A LeakKind says how a credential gets to where it must not be.
type LeakKind int

const (
	LeakLog      LeakKind = iota // the text itself is logged
	LeakError                    // it is made part of an error's text
	LeakStruct                   // a struct that holds it is formatted
	LeakDump                     // a request is dumped with its headers
	LeakHeader                   // a request, or its headers, is formatted
	LeakURLError                 // the error of a request has the URL that holds it
	LeakQuery                    // it is in a URL's query though it need not be
	LeakRedacted                 // what hides credentials forgets this one
)

// A SecretLeak is a credential that gets into a log, the text of an error or a
// URL.
type SecretLeak struct {
	Kind LeakKind
	Pos  token.Pos
	// What names the credential: a variable, header or parameter; "" where
	// there is no name.
	What string
	// Error says that an error's text, not a log, gets what was formatted.
	Error bool
	// Use is where it becomes a credential; nil where Pos says it.
	Use *CredentialUse
	// At is a further place that proves it; NoPos where there is none.
	At token.Pos
}

// SecretLeaks returns the places where the package gives credentials away, in
// source order.
func (m *Model) SecretLeaks() []SecretLeak {
	if m.Empty() {
		return nil
	}
	list := slices.Concat(m.loggedSecrets(), m.dumpedRequests(), m.urlErrors(), m.querySecrets(), m.forgottenNames())
	slices.SortStableFunc(list, func(a, b SecretLeak) int { return cmp.Compare(a.Pos, b.Pos) })
	return list
}

// A telling is a call whose arguments end in a log or in the text of an error.
type telling struct {
	call   ssa.CallInstruction
	error  bool
	format string // "" where there is none
	args   []ssa.Value
}

// tellings returns the package's calls that log or make errors. What a program
// prints on its standard output is what it was asked for, and is left out
// unless output is true.
func (m *Model) tellings(output bool) []telling {
	var list []telling
	for call := range lazyssa.Each[ssa.CallInstruction](m.flow().funcs...) {
		if t, ok := m.tellingOf(call, output, 0); ok {
			list = append(list, t)
		}
	}
	return list
}

func (m *Model) tellingOf(call ssa.CallInstruction, output bool, depth int) (telling, bool) {
	fn := CalleeObject(call)
	t := telling{call: call}
	args := call.Common().Args
	if !call.Common().IsInvoke() && fn != nil && fn.Signature().Recv() != nil {
		args = args[1:]
	}
	lib := m.lib.FuncOf(fn)
	switch {
	case inPackage(fn, "fmt") && strings.HasPrefix(fn.Name(), "Fprint"):
		name := standardStream(args[0])
		if name == "" || name == "Stdout" && !output {
			return t, false
		}
		args = args[1:]
	case inPackage(fn, "fmt") && lib != nil && lib.Log:
		if !output {
			return t, false
		}
	case lib != nil && lib.Log || lib == nil && isLogMethod(fn):
	case lib != nil && lib.Error != nil && lib.Error.Of == nil:
		t.error = true
	case lib == nil && m.wrapsTelling(call, output, depth):
	default:
		return t, false
	}
	for _, a := range args {
		if text, ok := constString(a); ok && strings.Contains(text, "%") && t.format == "" {
			t.format = text
			continue
		}
		list := variadic(a)
		if list == nil {
			list = []ssa.Value{a}
		}
		t.args = append(t.args, list...)
	}
	return t, true
}

// standardStream returns the name of the standard stream that a writer is, or "".
func standardStream(v ssa.Value) string {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return ""
	}
	g, ok := load.X.(*ssa.Global)
	if !ok || g.Pkg.Pkg.Path() != "os" || g.Name() != "Stderr" && g.Name() != "Stdout" {
		return ""
	}
	return g.Name()
}

var logMethod = regexp.MustCompile(`^(?:Trace|Debug|Info|Notice|Warn|Warning|Error|Print|Fatal|Log)(?:f|ln|w|Context|Ctx)?$`)

// isLogMethod reports whether a method is one of a logger by its name and that
// of its type.
func isLogMethod(fn *types.Func) bool {
	if fn == nil || fn.Signature().Recv() == nil || !logMethod.MatchString(fn.Name()) {
		return false
	}
	n := namedOf(fn.Signature().Recv().Type())
	return n != nil && strings.Contains(strings.ToLower(n.Name()), "log")
}

// wrapsTelling reports whether a function of the package hands its variadic
// arguments as they are to one that logs.
func (m *Model) wrapsTelling(call ssa.CallInstruction, output bool, depth int) bool {
	fn := staticCallee(call.Common())
	if fn == nil || fn.Blocks == nil || !fn.Signature.Variadic() || depth > 2 {
		return false
	}
	last := fn.Params[len(fn.Params)-1]
	for _, ref := range *last.Referrers() {
		inner, ok := ref.(ssa.CallInstruction)
		if !ok || !slices.Contains(inner.Common().Args, ssa.Value(last)) {
			continue
		}
		if t, ok := m.tellingOf(inner, output, depth+1); ok && !t.error {
			return true
		}
	}
	return false
}

// loggedSecrets returns the credentials that are logged, or made part of an
// error, as text or in a struct.
func (m *Model) loggedSecrets() []SecretLeak {
	places := m.credentialPlaces()
	if len(places) == 0 {
		return nil
	}
	var list []SecretLeak
	for _, t := range m.tellings(false) {
		for i, a := range t.args {
			if t.format != "" && !t.writes(i) {
				continue
			}
			for _, a := range attributeTexts(a) {
				if l, ok := m.loggedText(t, a, places); ok {
					list = append(list, l)
				} else if l, ok := m.loggedStruct(t, i, a, places); ok {
					list = append(list, l)
				}
			}
		}
	}
	return list
}

// writes reports whether the verb of argument i writes its value.
func (t telling) writes(i int) bool {
	v := t.verb(i)
	return v == "" || !strings.ContainsAny(v[len(v)-1:], "Tptdcf")
}

// verb returns the verb that argument i has in the format, or "".
func (t telling) verb(i int) string {
	n := 0
	for _, v := range formatVerb.FindAllString(t.format, -1) {
		if v == "%%" {
			continue
		}
		if n == i {
			return v
		}
		n++
	}
	return ""
}

// attributeTexts returns what an argument tells: the value of slog.String or of
// zap.String, or the argument itself.
func attributeTexts(a ssa.Value) []ssa.Value {
	if mi, ok := a.(*ssa.MakeInterface); ok {
		a = mi.X
	}
	call, ok := a.(*ssa.Call)
	if !ok {
		return []ssa.Value{a}
	}
	n := namedOf(call.Type())
	if n == nil || n.Name() != "Field" && n.Name() != "Attr" {
		return []ssa.Value{a}
	}
	var list []ssa.Value
	for _, arg := range call.Call.Args {
		if mi, ok := arg.(*ssa.MakeInterface); ok {
			arg = mi.X
		}
		list = append(list, arg)
	}
	return list
}

// loggedText tells whether an argument is text with a credential in it.
func (m *Model) loggedText(t telling, a ssa.Value, places map[any]*CredentialUse) (SecretLeak, bool) {
	if !isText(a.Type()) || writesItself(a.Type()) {
		return SecretLeak{}, false
	}
	for _, text := range m.Texts(a) {
		for _, p := range text.Secrets() {
			for _, place := range p.Places {
				u := places[place]
				if u == nil {
					continue
				}
				kind := LeakLog
				if t.error {
					kind = LeakError
				}
				return SecretLeak{Kind: kind, Pos: t.position(a), What: nameAmong(p.Places), Error: t.error, Use: u}, true
			}
		}
	}
	return SecretLeak{}, false
}

// nameAmong returns the first name that places have, or "".
func nameAmong(places []any) string {
	for _, p := range places {
		if name := placeName(p); name != "" {
			return name
		}
	}
	return ""
}

// position is where an argument is written, or else the call.
func (t telling) position(a ssa.Value) token.Pos {
	if pos := ValuePos(a); pos.IsValid() && t.call.Pos() < pos {
		return pos
	}
	return t.call.Pos()
}

// loggedStruct tells whether an argument is a struct with a credential in it
// that a verb such as %+v writes as a whole.
func (m *Model) loggedStruct(t telling, i int, a ssa.Value, places map[any]*CredentialUse) (SecretLeak, bool) {
	verb := t.verb(i)
	if verb == "" || verb[len(verb)-1] != 'v' && verb[len(verb)-1] != 's' {
		return SecretLeak{}, false
	}
	typ := a.Type()
	n := namedOf(typ)
	if n == nil || n.Pkg() != m.pass.Pkg || writesItself(typ) {
		return SecretLeak{}, false
	}
	s, ok := n.Type().Underlying().(*types.Struct)
	if !ok {
		return SecretLeak{}, false
	}
	for f := range s.Fields() {
		if u := places[f.Origin()]; u != nil && isText(f.Type()) && !writesItself(f.Type()) {
			return SecretLeak{Kind: LeakStruct, Pos: t.position(a), What: n.Name() + "." + f.Name(), Error: t.error, Use: u}, true
		}
	}
	return SecretLeak{}, false
}

// writesItself reports whether a type says how it is formatted.
func writesItself(t types.Type) bool {
	if _, ok := t.(*types.Pointer); !ok {
		t = types.NewPointer(t)
	}
	set := types.NewMethodSet(t)
	for _, name := range []string{"String", "Error", "Format", "GoString", "LogValue"} {
		if set.Lookup(nil, name) != nil {
			return true
		}
	}
	return false
}

// dumpedRequests returns the places where the text of a request is logged with
// the credential in its header.
func (m *Model) dumpedRequests() []SecretLeak {
	u := m.ownHeader()
	if u == nil {
		return nil
	}
	var list []SecretLeak
	for _, t := range m.tellings(true) {
		for i, a := range t.args {
			if mi, ok := a.(*ssa.MakeInterface); ok {
				a = mi.X
			}
			if l, ok := m.dumped(t, a); ok {
				l.Use = u
				list = append(list, l)
			} else if l, ok := m.formattedRequest(t, i, a); ok {
				l.Use = u
				list = append(list, l)
			}
		}
	}
	return list
}

// ownHeader returns a use of a credential in a header that the package sets
// before a request is given to a transport.
func (m *Model) ownHeader() *CredentialUse {
	for _, u := range m.CredentialUses() {
		if u.Header != "" && !u.Foreign && outermost(u.Fn()).Name() != "RoundTrip" && len(secretsIn(u.Texts(m))) > 0 {
			return u
		}
	}
	return nil
}

func secretsIn(texts []Text) []TextPart {
	var list []TextPart
	for _, t := range texts {
		list = append(list, t.Secrets()...)
	}
	return list
}

// dumped tells whether an argument is what httputil writes of a request that is
// about to be sent.
func (m *Model) dumped(t telling, a ssa.Value) (SecretLeak, bool) {
	if !isText(a.Type()) {
		return SecretLeak{}, false
	}
	for _, p := range secretsIn(m.textsFromAll(a, nil)) {
		if p.Origin.Kind != OriginCall || p.Trimmed {
			continue
		}
		fn := CalleeObject(p.Origin.Call)
		if !inPackage(fn, "net/http/httputil") || !strings.HasPrefix(fn.Name(), "DumpRequest") {
			continue
		}
		req := p.Origin.Call.Common().Args[0]
		if fn.Name() == "DumpRequest" && !m.sendsRequest(req, p.Origin.Call.Parent()) || m.hides(p.Origin.Call.Parent()) {
			continue
		}
		return SecretLeak{Kind: LeakDump, Pos: p.Origin.Call.Pos(), Error: t.error, At: t.call.Pos()}, true
	}
	return SecretLeak{}, false
}

// formattedRequest tells whether an argument is a request that is sent, or its
// headers.
func (m *Model) formattedRequest(t telling, i int, a ssa.Value) (SecretLeak, bool) {
	req := a
	if load, ok := a.(*ssa.UnOp); ok && isNamed(a.Type(), "net/http", "Header") {
		fa, ok := load.X.(*ssa.FieldAddr)
		if !ok {
			return SecretLeak{}, false
		}
		req = fa.X
	} else if verb := t.verb(i); verb == "" || verb[len(verb)-1] != 'v' {
		return SecretLeak{}, false
	}
	if !IsRequest(req.Type()) || !m.sendsRequest(req, t.call.Parent()) || m.hides(t.call.Parent()) {
		return SecretLeak{}, false
	}
	return SecretLeak{Kind: LeakHeader, Pos: t.position(a), Error: t.error}, true
}

// sendsRequest reports whether a function sends a request, or is the transport that
// gets it.
func (m *Model) sendsRequest(req ssa.Value, fn *ssa.Function) bool {
	for _, s := range m.Sends() {
		if s.Fn == fn && s.Request == req {
			return true
		}
	}
	if p, ok := req.(*ssa.Parameter); ok {
		return fn.Name() == "RoundTrip" && p.Parent() == fn
	}
	return false
}

// hides reports whether a function, or one of the package that it gives a
// request or headers to, takes a header with a credential away or writes
// something else in its place.
func (m *Model) hides(fn *ssa.Function) bool {
	return m.reaches(fn, func(call ssa.CallInstruction) bool {
		callee := CalleeObject(call)
		if callee != nil && masking.MatchString(callee.Name()) && !inPackage(callee, "strings") {
			return true
		}
		lib := library.FuncOf(callee)
		switch {
		case inPackage(callee, "net/http") && callee.Name() == "Del":
			name, ok := constString(call.Common().Args[1])
			return !ok || IsAuthHeader(name)
		case lib != nil && lib.SetHeader != nil && lib.SetHeader.Value != nil && call.Parent() == fn:
			name, _ := constString(argAt(call.Common(), lib.SetHeader.Name))
			value, ok := constString(argAt(call.Common(), lib.SetHeader.Value))
			return ok && value != "" && IsAuthHeader(name)
		case lib != nil && lib.SetHeader != nil && lib.SetHeader.Value != nil:
			name, _ := constString(argAt(call.Common(), lib.SetHeader.Name))
			_, ok := constString(argAt(call.Common(), lib.SetHeader.Value))
			return ok && IsAuthHeader(name)
		}
		if b, ok := call.Common().Value.(*ssa.Builtin); ok && b.Name() == "delete" {
			return isNamed(call.Common().Args[0].Type(), "net/http", "Header")
		}
		return false
	})
}

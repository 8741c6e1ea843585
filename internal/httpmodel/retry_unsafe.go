package httpmodel

import (
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// An UnsafeRetry is a request that creates something and is sent again although
// the first one may have done its work.
type UnsafeRetry struct {
	Send *Send
	// Retry is the code that repeats it, nil where its client does.
	Retry *Retry
	// Method is the request's, or the one that some of the requests have that
	// go through here.
	Method string
	// Some says that only some of the requests have the method.
	Some bool
	// After holds the outcomes after which nobody knows what was done.
	After play.Outcomes
	// FreshKey is where each attempt is given a key of its own, by which the
	// server knows no second one.
	FreshKey token.Pos
}

// doubtful are the outcomes after which the work may be done.
var doubtful = play.NetError | play.Status(500) | play.Status(502) | play.Status(504)

// UnsafeRetries returns the package's retries of requests that create, without
// a key by which the server would know the second one.
func (m *Model) UnsafeRetries() []UnsafeRetry {
	var list []UnsafeRetry
	for _, r := range slices.Concat(m.Retries(), m.Failovers()) {
		on, _, known := r.asked()
		if r.Form == Twice && !r.Send.Opaque && !m.repeated(r.Again) {
			on, known = r.surely(), true
		}
		after := on & doubtful
		if r.filtered() {
			after &= play.NetError // what a filter lets through at least
		}
		key := r.freshKey()
		if !known && r.Op.Named && key.IsValid() {
			known, after = true, r.On&doubtful // a new key is for another attempt, whatever decides on it
		}
		if !known || after == 0 {
			continue
		}
		method, some := r.method()
		if method == "" || r.Send.ReadsOnly() || !some && !key.IsValid() && !r.creates() || !key.IsValid() && r.keyed() || r.chooses() {
			continue
		}
		list = append(list, UnsafeRetry{Send: r.Send, Retry: r, Method: method, Some: some, After: after, FreshKey: key})
	}
	transport := slices.ContainsFunc(list, func(u UnsafeRetry) bool { return u.Retry.inTransport() })
	for _, s := range m.Sends() {
		method := s.Method()
		if s.Wrapper || !isCreate(method) || s.ReadsOnly() || !s.clientRepeatsWrites() || !namesCreate(s.names()) && !waitsForCreated(s.Fn) || m.keyedIn(outermost(s.Fn), 0) {
			continue
		}
		if transport && !s.Lib.Send.Retries {
			continue // it is told of where the package repeats it
		}
		list = append(list, UnsafeRetry{Send: s, Method: method, After: doubtful})
	}
	return append(list, m.createdAgain()...)
}

func isCreate(method string) bool { return method == "POST" || method == "PATCH" }

// method returns the method of what is repeated, if it is one that creates.
// Some says that others go through here too.
func (r *Retry) method() (method string, some bool) {
	m := r.Send.Method()
	for _, c := range r.Path {
		if m == "" {
			m = methodAmong(c.Common().Args)
		}
	}
	if m != "" {
		if isCreate(m) {
			return m, false
		}
		return "", false
	}
	for _, m := range r.Send.methodsMade() {
		if isCreate(m) {
			return m, true
		}
	}
	if m := r.Send.methodGiven(); m != "" {
		return m, true
	}
	return r.methodThrough(), true
}

// methodThrough returns the method of a request that creates something, without
// a key, and that the package sends through a client that repeats, where the
// retry is that of a transport.
func (r *Retry) methodThrough() string {
	if !r.inTransport() {
		return ""
	}
	for _, s := range r.model.Sends() {
		if m := s.Method(); isCreate(m) && !s.Wrapper && outermost(s.Fn) != outermost(r.In) && !s.ReadsOnly() &&
			s.Client().Retries != No && (s.Client().Retries == Yes || r.model.givesTransport(r.In)) && (namesCreate(s.names()) || waitsForCreated(s.Fn)) && !r.model.keyedIn(outermost(s.Fn), 0) {
			return m
		}
	}
	return ""
}

// givesTransport reports whether an exported function gives others a transport,
// whose method is a part of it: for the requests of this package, too.
func (m *Model) givesTransport(fn *ssa.Function) bool {
	recv := outermost(fn).Signature.Recv()
	if recv == nil {
		return false
	}
	for made := range lazyssa.Each[*ssa.MakeInterface](m.SSA().Funcs...) {
		maker, ok := made.Parent().Object().(*types.Func)
		if ok && maker.Exported() && types.Identical(made.X.Type(), recv.Type()) {
			return true
		}
	}
	return false
}

// chooses reports whether the code between the attempts may know which of them
// do no harm: it looks the thing up, at the method, or at what the error tells.
func (r *Retry) chooses() bool { return r.looksUp() || r.byMethod() || r.judged() }

// repeated reports whether a call is made again by a retry of its own.
func (m *Model) repeated(call ssa.CallInstruction) bool {
	return slices.ContainsFunc(m.Retries(), func(r *Retry) bool { return r.Form != Twice && r.Path[0] == call })
}

// inTransport reports whether a transport repeats what goes through it.
func (r *Retry) inTransport() bool {
	fn := outermost(r.In)
	return fn.Name() == "RoundTrip" && fn.Signature.Recv() != nil
}

// transportWrites says whether a transport's own method repeats requests that
// create too: Yes where no branch asks for the method or the kind of error, and
// no key is in sight. It is asked while the clients are locked: what finds the
// retries asks for no client.
func (m *Model) transportWrites(fn *ssa.Function) Answers {
	for _, r := range m.Retries() {
		if outermost(r.In) != fn || r.visit(asksRequest) {
			continue
		}
		if on, _, known := r.asked(); known && on&doubtful != 0 && !r.filtered() && !r.keyed() && !r.chooses() {
			return saysYes
		}
	}
	return saysUnknown
}

// asksRequest reports whether an instruction takes a value out of a context or
// a header: a request may say by it whether it may be repeated.
func asksRequest(instr ssa.Instruction) bool {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return false
	}
	fn := calleeOf(&call.Call)
	return fn != nil && fn.Pkg() != nil && (fn.Pkg().Path() == "context" && fn.Name() == "Value" || fn.Pkg().Path() == "net/http" && (fn.Name() == "Get" || fn.Name() == "Values") && isNamed(fn.Signature().Recv().Type(), "net/http", "Header"))
}

// methodGiven returns the constant method with which a caller in the package
// has something created through the function that makes and sends the request,
// and knows of no key that would make it safe; else "".
func (s *Send) methodGiven() string {
	var params []*ssa.Parameter
	for _, o := range s.model.Origins(s.Request) {
		if made, ok := o.Call.(*ssa.Call); ok {
			if p, ok := methodArg(made).(*ssa.Parameter); ok {
				params = append(params, p)
			}
		}
	}
	if s.Wrapper {
		for _, a := range s.Call.Common().Args {
			if p, ok := a.(*ssa.Parameter); ok && isText(p.Type()) {
				params = append(params, p)
			}
		}
	}
	for _, p := range params {
		if m := s.model.methodFor(p, 0); m != "" {
			return m
		}
	}
	return ""
}

// methodFor returns the method that creates something which a caller gives a
// parameter, or a caller of that one.
func (m *Model) methodFor(p *ssa.Parameter, depth int) string {
	calls, _ := m.Callers(p.Parent())
	for _, call := range calls {
		arg := argument(call, paramIndex(p))
		if on, ok := arg.(*ssa.Parameter); ok && depth < maxInside && on.Parent() != p.Parent() {
			if method := m.methodFor(on, depth+1); method != "" {
				return method
			}
			continue
		}
		method, _ := constString(arg)
		caller := outermost(call.Parent())
		if !isCreate(method) || m.skipsTest(caller) || m.keyedIn(caller, 0) {
			continue
		}
		names := []string{caller.Name()}
		for _, a := range call.Common().Args {
			if text, ok := constString(a); ok && strings.Contains(text, "/") {
				names = append(names, text)
			}
		}
		if namesCreate(names) {
			return method
		}
	}
	return ""
}

// methodsMade returns the constant methods of the requests that the package
// makes and sends here.
func (s *Send) methodsMade() []string {
	var list []string
	for _, o := range s.model.Origins(s.Request) {
		call, ok := o.Call.(*ssa.Call)
		if !ok {
			continue
		}
		if lib := library.FuncOf(calleeOf(&call.Call)); lib != nil && lib.NewRequest != nil && lib.NewRequest.Method != nil {
			if m, ok := constString(argAt(&call.Call, lib.NewRequest.Method)); ok {
				list = append(list, m)
			}
		}
	}
	return list
}

// byMethod reports whether a branch on the method decides what is repeated.
func (r *Retry) byMethod() bool {
	w := &bodyWalk{m: r.model, r: r, seen: map[bodyKey]bool{}, writes: true}
	w.attempt()
	return r.gated(w)
}

// looksUp reports whether a read is sent between the attempts: it may look
// whether the first one did its work.
func (r *Retry) looksUp() bool {
	own := r.Path[len(r.Path)-1]
	return r.visit(func(instr ssa.Instruction) bool {
		call, ok := instr.(ssa.CallInstruction)
		if !ok || call == own {
			return false
		}
		if onlyReads(call) {
			return true
		}
		if made, ok := call.(*ssa.Call); ok {
			if method, ok := constString(methodArg(made)); ok && method == "GET" {
				return true
			}
		}
		s := r.model.sendAt(call)
		return s != nil && s.Method() == "GET"
	})
}

// keyed reports whether the code around the request knows of a key that makes
// it safe to repeat.
func (r *Retry) keyed() bool {
	if r.visit(namesKey) || r.madeOnce() {
		return true
	}
	for fn := r.In; fn != nil; fn = fn.Parent() {
		if r.model.keyedIn(fn, 0) {
			return true
		}
	}
	for _, c := range r.Path {
		if slices.ContainsFunc(c.Common().Args, func(v ssa.Value) bool { return r.model.holdsKey(v.Type(), 0) }) {
			return true
		}
	}
	return r.Send.Request != nil && slices.ContainsFunc(r.model.Origins(r.Send.Request), func(o Origin) bool {
		return o.Call != nil && r.model.keyedIn(o.Call.Parent(), 0)
	})
}

// madeOnce reports whether a unique value goes into a struct or a map before the
// first attempt: whatever it is called, the server may know the request by it.
func (r *Retry) madeOnce() bool {
	for fn := r.In; fn != nil; fn = fn.Parent() {
		for instr := range lazyssa.Each[ssa.Instruction](fn) {
			if fn == r.In && (r.Form == InOperation || r.Region()[instr.Block()]) {
				continue
			}
			var v ssa.Value
			switch i := instr.(type) {
			case *ssa.Store:
				if _, field := i.Addr.(*ssa.FieldAddr); !field {
					continue
				}
				v = i.Val
			case *ssa.MapUpdate:
				v = i.Value
			default:
				continue
			}
			if isText(v.Type()) && fromUnique(v, 0) {
				return true
			}
		}
	}
	return false
}

// fromUnique reports whether a text is made of a unique value.
func fromUnique(v ssa.Value, depth int) bool {
	if depth > 6 {
		return false
	}
	if call, ok := v.(*ssa.Call); ok {
		callee := staticCallee(&call.Call)
		if isUnique(call) || callee != nil && callee.Blocks != nil && makesUnique(callee, 0) {
			return true
		}
	}
	instr, ok := v.(ssa.Instruction)
	if !ok {
		return false
	}
	for _, op := range instr.Operands(nil) {
		if *op != nil && fromUnique(*op, depth+1) {
			return true
		}
	}
	return false
}

// keyedIn reports whether a function, or one of the package that it calls, has
// to do with such a key.
func (m *Model) keyedIn(fn *ssa.Function, depth int) bool {
	for _, p := range fn.Params {
		if m.holdsKey(p.Type(), 0) || isKeyName(p.Name()) {
			return true
		}
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if namesKey(instr) {
				return true
			}
			if call, ok := instr.(ssa.CallInstruction); ok && depth < 2 {
				if callee := staticCallee(call.Common()); callee != nil && callee.Blocks != nil && callee != fn && m.keyedIn(callee, depth+1) {
					return true
				}
			}
		}
	}
	return slices.ContainsFunc(fn.AnonFuncs, func(a *ssa.Function) bool { return m.keyedIn(a, depth) })
}

// namesKey reports whether an instruction uses a text, a field or a function
// that is called after such a key.
func namesKey(instr ssa.Instruction) bool {
	switch i := instr.(type) {
	case *ssa.FieldAddr:
		if isKeyName(structField(i.X.Type(), i.Field).Name()) {
			return true
		}
	case ssa.CallInstruction:
		if isKeyName(calledName(i.Common())) {
			return true
		}
	}
	for _, op := range instr.Operands(nil) {
		if text, ok := constString(*op); ok && isKeyName(text) {
			return true
		}
	}
	return false
}

func isKeyName(name string) bool {
	name = strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
	for _, word := range []string{"idempot", "requestid", "dedup", "clientref", "externalid", "clienttoken", "transactionid", "uniqueid", "onceonly"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// holdsKey reports whether a struct has a field for such a key.
func (m *Model) holdsKey(t types.Type, depth int) bool {
	if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > 2 || IsRequest(types.NewPointer(t)) || library.TypeOf(t) != nil {
		return false
	}
	client := false // its key is that of the API
	for f := range st.Fields() {
		client = client || sends(f.Type()) || isClient(f.Type())
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		if reflect.StructTag(st.Tag(i)).Get("json") == "-" {
			continue // it is not in the body
		}
		if isKeyName(f.Name()) || f.Name() == "Key" && !client && !m.fromServer(f) || m.holdsKey(f.Type(), depth+1) {
			return true
		}
	}
	return false
}

// fromServer reports whether the package has the server fill a field, and never
// sets it itself.
func (m *Model) fromServer(f *types.Var) bool {
	use := m.FieldUse(f)
	return len(use.Decoded) > 0 && len(use.Writes) == 0
}

// clientRepeatsWrites reports whether the library of the request's client
// repeats POST too.
func (s *Send) clientRepeatsWrites() bool {
	if s.Lib == nil || s.Lib.Send == nil {
		return false
	}
	if slices.ContainsFunc(s.model.RetryPolicies(), func(p RetryPolicy) bool { return p.ByMethod }) {
		return false
	}
	if s.Lib.Send.Retries {
		return !s.model.spared()
	}
	c := s.Client()
	return c.Retries == Yes && c.Traits.Writes().Answer() == Yes
}

// spared reports whether a policy that the package gives a retrying client may
// leave out the failures after which nobody knows what was done.
func (m *Model) spared() bool {
	policies := m.RetryPolicies()
	for _, set := range m.Settings() {
		if set.Role != "client.retry-if" {
			continue
		}
		if !slices.ContainsFunc(policies, func(p RetryPolicy) bool { return p.Set == set.Pos() && p.On.Has(doubtful) }) {
			return true
		}
	}
	return false
}

// asksForMethod reports whether a function, or one of the package that it calls,
// looks at a request's method.
func asksForMethod(fn *ssa.Function, depth int) bool {
	for instr := range lazyssa.Each[ssa.Instruction](fn) {
		switch i := instr.(type) {
		case *ssa.FieldAddr:
			if structField(i.X.Type(), i.Field).Name() == "Method" {
				return true
			}
		case *ssa.Call:
			if callee := staticCallee(&i.Call); callee != nil && callee.Blocks != nil && callee != fn && depth < maxInside && asksForMethod(callee, depth+1) {
				return true
			}
		}
	}
	return false
}

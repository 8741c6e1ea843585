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
	for _, r := range m.Retries() {
		on, _, known := r.asked()
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
		if method == "" || r.Send.ReadsOnly() || !some && !key.IsValid() && !r.creates() || !key.IsValid() && r.keyed() || r.looksUp() || r.byMethod() || r.judged() {
			continue
		}
		list = append(list, UnsafeRetry{Send: r.Send, Retry: r, Method: method, Some: some, After: after, FreshKey: key})
	}
	for _, s := range m.Sends() {
		method := s.Method()
		if s.Wrapper || !isCreate(method) || s.ReadsOnly() || !s.clientRepeatsWrites() || !namesCreate(s.names()) || m.keyedIn(outermost(s.Fn), 0) {
			continue
		}
		list = append(list, UnsafeRetry{Send: s, Method: method, After: doubtful})
	}
	return list
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
	if fn := outermost(r.In); fn.Name() != "RoundTrip" || fn.Signature.Recv() == nil {
		return ""
	}
	for _, s := range r.model.Sends() {
		if m := s.Method(); isCreate(m) && !s.Wrapper && outermost(s.Fn) != outermost(r.In) && !s.ReadsOnly() &&
			s.Client().Retries == Yes && namesCreate(s.names()) && !r.model.keyedIn(outermost(s.Fn), 0) {
			return m
		}
	}
	return ""
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
		if !isCreate(method) || inTest(caller) || m.keyedIn(caller, 0) {
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

// judged reports whether a function is asked about the error that may know the
// failures which happen before anything is sent.
func (r *Retry) judged() bool {
	if r.By != nil {
		for _, opt := range optionsOf(r.By.Common()) {
			lib := library.FuncOf(calleeOf(&opt.Call))
			if lib == nil || !lib.RetryFilter {
				continue
			}
			for _, a := range opt.Call.Args {
				if fn := funcOfValue(a); fn == nil || fn.Blocks == nil || asksOfErrors(fn) {
					return true
				}
			}
		}
	}
	return r.visit(func(instr ssa.Instruction) bool {
		return asksOfError(instr) || r.gatedByKind(instr)
	})
}

// gatedByKind reports whether an instruction asks whether an error is of one of
// the program's kinds, that decides whether another attempt is made, and no
// error of a request is ever wrapped in that kind.
func (r *Retry) gatedByKind(instr ssa.Instruction) bool {
	var kind *types.TypeName
	switch x := instr.(type) {
	case *ssa.TypeAssert:
		if !x.CommaOk || !isErrorType(x.X.Type()) {
			return false
		}
		kind = namedOf(x.AssertedType)
	case *ssa.Call:
		fn := calleeOf(&x.Call)
		if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "errors" || fn.Name() != "As" || len(x.Call.Args) != 2 {
			return false
		}
		if p, ok := unwrapped(x.Call.Args[1]).Type().Underlying().(*types.Pointer); ok {
			kind = namedOf(p.Elem())
		}
	default:
		return false
	}
	if b := instr.Block(); instr.Parent() == r.In && !isAssert(instr) {
		again := r.Again.Block()
		leads := func(s *ssa.BasicBlock) bool { return s == again || blocksAfter(s, nil)[again] }
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && leads(b.Succs[0]) && leads(b.Succs[1]) {
			return false // another attempt is made in any case
		}
	}
	return kind == nil || !r.model.wrapsSendError(kind)
}

// isAssert reports whether an instruction is a type assertion: which way it
// goes may be in the error that is kept for the loop's own condition.
func isAssert(instr ssa.Instruction) bool {
	_, ok := instr.(*ssa.TypeAssert)
	return ok
}

// wrapsSendError reports whether the package puts the error of a request into a
// struct of a type.
func (m *Model) wrapsSendError(n *types.TypeName) bool {
	for st := range lazyssa.Each[*ssa.Store](m.SSA().Funcs...) {
		fa, ok := st.Addr.(*ssa.FieldAddr)
		if !ok || !isErrorType(st.Val.Type()) || namedOf(fa.X.Type()) != n {
			continue
		}
		if e, ok := st.Val.(*ssa.Extract); ok {
			if call, ok := e.Tuple.(*ssa.Call); ok && m.sendAt(call) != nil {
				return true
			}
		}
	}
	return false
}

// asksOfErrors reports whether asksOfError holds of an instruction of a function.
func asksOfErrors(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		if slices.ContainsFunc(b.Instrs, asksOfError) {
			return true
		}
	}
	return false
}

// asksOfError reports whether an instruction asks a function about an error.
// Whether it is one of the program's own kinds or a context's says nothing of
// what was sent.
func asksOfError(instr ssa.Instruction) bool {
	call, ok := instr.(*ssa.Call)
	if !ok || !types.Identical(call.Type(), types.Typ[types.Bool]) {
		return false
	}
	args := call.Call.Args
	if fn := calleeOf(&call.Call); fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "errors" && len(args) == 2 {
		n := namedOf(unwrapped(args[1]).Type())
		if p, ok := unwrapped(args[1]).Type().Underlying().(*types.Pointer); ok {
			if q, ok := p.Elem().Underlying().(*types.Pointer); ok {
				n = namedOf(q.Elem())
			} else {
				n = namedOf(p.Elem())
			}
		}
		if load, ok := args[1].(*ssa.UnOp); ok {
			if g, ok := load.X.(*ssa.Global); ok {
				return isNetwork(g.Pkg.Pkg)
			}
		}
		return n == nil || isNetwork(n.Pkg())
	}
	return slices.ContainsFunc(args, func(a ssa.Value) bool { return isErrorType(a.Type()) })
}

// isNetwork reports whether the errors of a package may tell how far a request
// got.
func isNetwork(pkg *types.Package) bool {
	if pkg == nil {
		return false
	}
	switch path := pkg.Path(); path {
	case "net", "syscall", "os", "io":
		return true
	default:
		return strings.HasPrefix(path, "net/") || strings.HasPrefix(path, "crypto/") || strings.HasPrefix(path, "golang.org/x/")
	}
}

// creates reports whether a name or the URL says that the request creates
// something, or 201 is what the code waits for.
func (r *Retry) creates() bool {
	names := r.Send.names()
	for _, c := range r.Path {
		if fn := calleeOf(c.Common()); fn != nil && library.FuncOf(fn) == nil {
			names = append(names, fn.Name())
		}
	}
	names = append(names, outermost(r.In).Name())
	if namesCreate(names) {
		return true
	}
	if waitsForCreated(r.In) || waitsForCreated(r.Send.Fn) {
		return true
	}
	for _, c := range r.Path {
		for _, a := range c.Common().Args {
			if pathCreates(r.model, a) {
				return true
			}
		}
	}
	return false
}

// waitsForCreated reports whether a function compares a status with 201 and
// with no other success.
func waitsForCreated(fn *ssa.Function) bool {
	created := false
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			cmp, ok := instr.(*ssa.BinOp)
			if !ok || cmp.Op != token.EQL && cmp.Op != token.NEQ {
				continue
			}
			switch n, _ := constInt(cmp.Y); n {
			case 200, 202, 204:
				return false
			case 201:
				created = true
			}
		}
	}
	return created
}

// names returns the names that tell what a request is for: the function that
// sends it, and its callers where there are few.
func (s *Send) names() []string {
	fn := outermost(s.Fn)
	names := []string{fn.Name()}
	if text, ok := s.ConstantURL(); ok {
		return append(names, text)
	}
	if path := s.constantPath(); strings.Contains(path, "/") {
		names = append(names, path)
	}
	return names
}

// pathCreates reports whether a text argument ends in the name of a collection
// that a POST adds to.
func pathCreates(m *Model, v ssa.Value) bool {
	if !isText(v.Type()) {
		return false
	}
	for _, c := range constants(m.Sources(v)) {
		if text, ok := constString(c); ok && namesCreate([]string{text}) && strings.Contains(text, "/") {
			return true
		}
	}
	return false
}

// namesCreate reports whether a name says that something is created or moved,
// and none that it is only asked for.
func namesCreate(names []string) bool {
	found := false
	for _, name := range names {
		if strings.Contains(name, "/") {
			found = found || isCollection(name)
			continue
		}
		words := camelWords(name)
		for i, word := range words {
			switch word {
			case "create", "pay", "charge", "transfer", "order", "submit", "register", "enrol", "enroll", "add", "insert", "issue", "invite", "publish", "book", "buy", "purchase", "place", "refund", "withdraw", "deposit", "subscribe":
				found = true
			case "send", "start":
				found = found || i+1 < len(words) && !slices.Contains([]string{"request", "req", "http", "data", "json", "body", "with", "once", "and", "raw", "get", "query"}, words[i+1]) || word == "start"
			case "get", "list", "find", "search", "query", "read", "fetch", "lookup", "token", "login", "auth", "refresh", "check", "status", "validate", "verify", "poll", "wait":
				return false
			}
		}
	}
	return found
}

// isCollection reports whether a path ends in a collection of things that
// must not be there twice.
func isCollection(path string) bool {
	path, _, _ = strings.Cut(path, "?")
	last := strings.ToLower(path[strings.LastIndexByte(strings.TrimRight(path, "/"), '/')+1:])
	switch strings.Trim(last, "/") {
	case "payments", "transfers", "orders", "charges", "refunds", "payouts", "invoices", "subscriptions", "users", "customers", "messages", "devices", "sessions", "bookings":
		return true
	}
	return false
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
	if r.visit(namesKey) {
		return true
	}
	for fn := r.In; fn != nil; fn = fn.Parent() {
		if r.model.keyedIn(fn, 0) {
			return true
		}
	}
	for _, c := range r.Path {
		if slices.ContainsFunc(c.Common().Args, func(v ssa.Value) bool { return holdsKey(v.Type(), 0) }) {
			return true
		}
	}
	return r.Send.Request != nil && slices.ContainsFunc(r.model.Origins(r.Send.Request), func(o Origin) bool {
		return o.Call != nil && r.model.keyedIn(o.Call.Parent(), 0)
	})
}

// keyedIn reports whether a function, or one of the package that it calls, has
// to do with such a key.
func (m *Model) keyedIn(fn *ssa.Function, depth int) bool {
	for _, p := range fn.Params {
		if holdsKey(p.Type(), 0) || isKeyName(p.Name()) {
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
func holdsKey(t types.Type, depth int) bool {
	if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > 2 || IsRequest(types.NewPointer(t)) || library.TypeOf(t) != nil {
		return false
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		if reflect.StructTag(st.Tag(i)).Get("json") == "-" {
			continue // it is not in the body
		}
		if isKeyName(f.Name()) || f.Name() == "Key" || holdsKey(f.Type(), depth+1) {
			return true
		}
	}
	return false
}

// clientRepeatsWrites reports whether the library of the request's client
// repeats POST too.
func (s *Send) clientRepeatsWrites() bool {
	if s.Lib == nil || s.Lib.Send == nil {
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

package httpmodel

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

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
		if !known || after == 0 {
			continue
		}
		method, some := r.method()
		if method == "" || !some && !r.creates() || r.keyed() || r.looksUp() || r.byMethod() || r.judged() {
			continue
		}
		list = append(list, UnsafeRetry{Send: r.Send, Retry: r, Method: method, Some: some, After: after})
	}
	for _, s := range m.Sends() {
		method := s.Method()
		if s.Wrapper || !isCreate(method) || !s.clientRepeatsWrites() || !namesCreate(s.names()) || m.keyedIn(outermost(s.Fn), 0) {
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
	return "", false
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
	w := &bodyWalk{m: r.model, r: r, seen: map[bodyKey]bool{}}
	w.attempt()
	return r.gated(w)
}

// judged reports whether a function is asked about the error: it may know the
// failures that happen before anything is sent.
func (r *Retry) judged() bool {
	return r.visit(func(instr ssa.Instruction) bool {
		call, ok := instr.(*ssa.Call)
		if !ok || !types.Identical(call.Type(), types.Typ[types.Bool]) {
			return false
		}
		return slices.ContainsFunc(call.Call.Args, func(a ssa.Value) bool { return isErrorType(a.Type()) })
	})
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
	for _, e := range r.Ends {
		if e.Kind != play.Repeats && e.Out.Has(play.Status(201)) && !e.Out.Has(play.Status(200)) {
			return true
		}
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

// names returns the names that tell what a request is for: the function that
// sends it, and its callers where there are few.
func (s *Send) names() []string {
	fn := outermost(s.Fn)
	names := []string{fn.Name()}
	if text, ok := s.ConstantURL(); ok {
		names = append(names, text)
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
			case "create", "pay", "charge", "transfer", "order", "submit", "register", "enrol", "enroll", "add", "insert", "issue", "invite", "publish", "book", "buy", "purchase", "place", "refund", "withdraw", "deposit":
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
		for _, s := range r.model.Sends() {
			if s.Call == call && s.Method() == "GET" {
				return true
			}
		}
		return false
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
	for f := range st.Fields() {
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
		return true
	}
	c := s.Client()
	return c.Retries == Yes && c.Traits.Writes().Answer() == Yes
}

package httpmodel

import (
	"go/token"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/provider"
)

// A creation is a request on its way: the calls from the function that is
// looked at to the one that sends it.
type creation struct {
	send *Send
	path []ssa.CallInstruction // outermost first
	// fails says that a conflict ends as any refusal somewhere on the way.
	fails bool
}

// names returns the names of the functions on the way.
func (c *creation) names() []string {
	var list []string
	for _, fn := range c.functions() {
		list = append(list, fn.Name())
	}
	return list
}

// functions returns the functions on the way, outermost first.
func (c *creation) functions() []*ssa.Function {
	var list []*ssa.Function
	for _, call := range c.path {
		list = append(list, outermost(call.Parent()))
	}
	return list
}

// posts reports whether the request is a POST.
func (c *creation) posts() bool {
	if c.send.posts() {
		return true
	}
	if c.send.Method() != "" || len(c.send.methodsMade()) > 0 {
		return false
	}
	for _, call := range slices.Backward(c.path) {
		if m := methodAmong(call.Common().Args); m != "" {
			return m == http.MethodPost
		}
	}
	return false
}

func (s *Send) posts() bool {
	if m := s.Method(); m != "" {
		return m == http.MethodPost
	}
	made := s.methodsMade()
	return len(made) > 0 && !slices.ContainsFunc(made, func(m string) bool { return m != http.MethodPost })
}

// address returns the address of the request as far as it is known, a hole for
// what is not, or "".
func (c *creation) address() string {
	m := c.send.model
	for _, call := range slices.Backward(c.path) {
		for _, a := range call.Common().Args {
			if !isText(a.Type()) {
				continue
			}
			w := &templateWalk{m: m}
			if texts := w.text(a, nil, 0); len(texts) == 1 && namesPath(texts[0]) {
				return texts[0]
			}
		}
	}
	for _, t := range m.URLTemplates(c.send.urlValue()) {
		if namesPath(t.Path) {
			return t.Path
		}
	}
	return c.send.constantPath()
}

// namesPath reports whether a text is an address, and a part of its path is
// known.
func namesPath(text string) bool {
	if strings.Contains(text, " ") || slices.ContainsFunc([]string{"application/", "text/", "multipart/"}, func(t string) bool { return strings.HasPrefix(text, t) }) {
		return false
	}
	_, known, ok := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(text, "https://"), "http://"), "/")
	return ok && strings.ContainsFunc(strings.ReplaceAll(known, Hole, ""), unicode.IsLetter)
}

// creates reports whether the request makes a thing that is known by its name:
// its address, or the functions on the way, say so. What may be made any number
// of times has no conflict.
func (c *creation) creates() bool {
	names := c.names()
	if !c.posts() || asksOnly(names) {
		return false
	}
	address, _, _ := strings.Cut(c.address(), "?")
	segments := strings.Split(strings.Trim(address, "/"), "/")
	last := segments[len(segments)-1]
	switch {
	case !namesPath("/"+last) || strings.Contains(last, Hole):
		return namesMake(names)
	case isUncounted(last) || nameHas(last, "query", "search", "upload", "validate", "verify", "batch", "bulk", "upsert"):
		return false
	case namesMake([]string{last}), isPlural(last):
		return true
	}
	// A single word is a thing, behind an ID it is done to a thing.
	return namesMake(names) && (len(segments) < 2 || !strings.Contains(segments[len(segments)-2], Hole))
}

// isPlural reports whether a part of a path names a collection.
func isPlural(segment string) bool {
	segment = strings.ToLower(segment)
	return strings.HasSuffix(segment, "s") && !strings.HasSuffix(segment, "ss") && !strings.HasSuffix(segment, "status") || strings.HasSuffix(segment, "people")
}

// namesMake reports whether one of the names says that a thing is made that is
// known by its name.
func namesMake(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return nameHas(name, "create", "register", "add", "provision", "ensure", "insert", "onboard", "enroll", "enrol", "signup")
	})
}

// asksOnly reports whether one of the functions is called after something that
// may be done any number of times. What a function takes in is not what it makes.
func asksOnly(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		if nameHas(name, "handle", "handler", "process", "consume", "on", "receive", "dispatch") {
			return false
		}
		return isUncounted(name) || nameHas(name, "query", "search", "upload", "ready", "running", "started", "alive", "validate", "verify")
	})
}

// isUncounted reports whether a name is that of things of which there may be
// any number, each as good as the other.
func isUncounted(name string) bool {
	return nameHas(name, "token", "tokens", "login", "logins", "auth", "oauth", "session", "sessions", "logged",
		"queries", "searches", "event", "events", "comment", "comments", "message", "messages", "emails", "notification", "notifications", "alert", "alerts",
		"metric", "metrics", "measurement", "measurements", "sample", "samples", "reading", "readings", "points", "log", "logs", "heartbeat", "heartbeats",
		"uploads", "report", "reports", "export", "exports", "runs", "completions", "embeddings",
		"order", "orders", "card", "cards", "payment", "payments", "charge", "charges", "transfer", "transfers", "refund", "refunds", "payout", "payouts")
}

// keyed reports whether the request has a key by which the server knows the
// second one, as far as the functions on the way tell.
func (c *creation) keyed() bool {
	fns := append(c.functions(), outermost(c.send.Fn))
	for _, o := range c.send.model.Origins(c.send.Request) {
		if o.Call != nil {
			fns = append(fns, outermost(o.Call.Parent()))
		}
	}
	return slices.ContainsFunc(fns, namesIdempotency)
}

// namesIdempotency reports whether a function has to do with a key for
// requests that are made twice.
func namesIdempotency(fn *ssa.Function) bool {
	says := func(name string) bool { return strings.Contains(strings.ToLower(name), "idempot") }
	for instr := range lazyssa.Each[ssa.Instruction](withClosures(fn)...) {
		switch i := instr.(type) {
		case *ssa.FieldAddr:
			if says(structField(i.X.Type(), i.Field).Name()) {
				return true
			}
		case ssa.CallInstruction:
			if says(calledName(i.Common())) {
				return true
			}
		}
		for _, op := range instr.Operands(nil) {
			if text, ok := constString(*op); ok && says(text) {
				return true
			}
		}
	}
	return false
}

// isNew reports whether what is made is another thing each time: the functions
// on the way give it a time or a random name.
func (c *creation) isNew() bool {
	for _, call := range c.path {
		for made := range lazyssa.Each[*ssa.Call](call.Parent()) {
			fn := calleeOf(&made.Call)
			if fn == nil || fn.Pkg() == nil {
				continue
			}
			switch path := fn.Pkg().Path(); {
			case path == "time" && fn.Name() == "Now", path == "crypto/rand", strings.HasPrefix(path, "math/rand"), strings.HasSuffix(path, "/uuid"), nameHas(fn.Name(), "uuid", "ulid", "nonce"):
				return true
			}
		}
	}
	return false
}

// namedAnew reports whether a function on the way makes a random value, or asks
// for a text that is made of one or of the time.
func (c *creation) namedAnew() bool {
	fns := c.functions()
	for call := range lazyssa.Each[*ssa.Call](fns...) {
		if isUnique(call) {
			return true
		}
		callee := staticCallee(&call.Call)
		if callee == nil || callee.Blocks == nil || callee == fns[0] || callee.Signature.Results().Len() == 0 || !isText(callee.Signature.Results().At(0).Type()) {
			continue
		}
		if makesUnique(callee, 0) {
			return true
		}
		for inside := range lazyssa.Each[*ssa.Call](callee) {
			if isTimeFunc(inside, "Now") {
				return true
			}
		}
	}
	return false
}

// documented returns the vendor that says which answer the request gets when
// the thing is there, or nil.
func (c *creation) documented() *provider.Profile {
	p := c.send.model.vendorOf(played{send: c.send})
	if p == nil || !slices.ContainsFunc(p.Exists, func(o provider.Operation) bool {
		return o.Method == http.MethodPost && c.send.callsPath(o.Path)
	}) {
		return nil
	}
	return p
}

// callsPath reports whether the request's address ends in a path.
func (s *Send) callsPath(path string) bool {
	if p := s.constantPath(); p != "" {
		return p == path
	}
	return slices.ContainsFunc(s.Call.Common().Args, func(v ssa.Value) bool {
		if b, ok := v.(*ssa.BinOp); ok && b.Op == token.ADD {
			v = b.Y // base + path
		}
		text, ok := constString(v)
		return ok && text == path
	})
}

package httpmodel

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sync"
	"time"

	_ "embed"

	"github.com/goccy/go-yaml"
	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/lazyssa"
)

// WebhookLimit is how long senders of webhooks wait for the answer when
// nothing else is known of the vendor: GitHub's limit, and most others'.
const WebhookLimit = 10 * time.Second

// A Handler is a function that is given inbound requests.
type Handler struct {
	// Name is the function's, for a literal that of the function around it.
	Name string
	// Router is the library that calls it: net/http, gin, echo, lambda …
	Router string
	// Route is the constant pattern that it is registered for, or "".
	Route string
	// Writer, Request and Context are the positions of its parameters, or -1.
	// A framework's own context counts as Request.
	Writer, Request, Context int
	// Helper says that it is not a handler itself: it has further parameters,
	// and other functions of the package call it.
	Helper bool

	fn      *ssa.Function
	model   *Model
	webhook *Webhook
	sought  sync.Once
}

// Pos returns where the function is declared.
func (h *Handler) Pos() token.Pos { return h.fn.Pos() }

// Deadline returns how long the sender of a webhook waits for the answer.
func (w *Webhook) Deadline() time.Duration {
	if d, ok := handlerData().Deadlines[w.Vendor]; ok {
		return d
	}
	return WebhookLimit
}

// Handlers returns the package's functions that are given inbound requests.
func (m *Model) Handlers() []*Handler {
	if m.Empty() || m.facts.Work == nil {
		return nil
	}
	m.handlersOnce.Do(func() {
		called := m.calledDirectly()
		for _, fn := range m.SSA().Funcs {
			if h := m.handlerOf(fn, called); h != nil {
				m.handlers = append(m.handlers, h)
			}
		}
		routes := m.routes()
		for _, h := range m.handlers {
			h.Route = routes[h.fn]
		}
	})
	return m.handlers
}

// handlerMemo is what the model keeps of handlers.
type handlerMemo struct {
	handlersOnce sync.Once
	handlers     []*Handler
}

// handlerOf returns the handler that a function is, or nil.
func (m *Model) handlerOf(fn *ssa.Function, called map[*ssa.Function]bool) *Handler {
	if fn.Synthetic != "" && fn.Syntax() == nil {
		return nil
	}
	h := &Handler{Writer: -1, Request: -1, Context: -1, fn: fn, model: m, Name: nameOf(fn)}
	know := handlerData()
	offset := len(fn.Params) - fn.Signature.Params().Len()
	n := fn.Signature.Params().Len()
	for i := range n {
		t := fn.Signature.Params().At(i).Type()
		switch {
		case isNamed(t, "net/http", "ResponseWriter"):
			h.Writer = offset + i
		case isNamed(t, "net/http", "Request"):
			h.Request, h.Router = offset+i, "net/http"
		case isNamed(t, "context", "Context"):
			h.Context = offset + i
		case httpfacts.IsInbound(t):
			h.Request, h.Router = offset+i, frameworkOf(t)
		case slices.Contains(know.Requests, namedKey(t)):
			h.Request, h.Router = offset+i, "lambda"
		}
	}
	switch {
	case h.Request < 0, h.Router == "net/http" && h.Writer < 0:
		return nil // without a writer a request may be an outbound one
	case h.Router == "net/http":
		h.Helper = n > 2 && called[fn]
	default:
		h.Helper = n > 1 && h.Router != "lambda" && called[fn]
	}
	return h
}

// calledDirectly returns the functions that the package itself calls.
func (m *Model) calledDirectly() map[*ssa.Function]bool {
	called := map[*ssa.Function]bool{}
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		if call.Common().StaticCallee() != nil {
			called[call.Common().StaticCallee()] = true
		}
	}
	return called
}

// nameOf names a function, a literal after the function around it.
func nameOf(fn *ssa.Function) string {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn.Name()
}

func frameworkOf(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil {
		return n.Obj().Pkg().Name()
	}
	return ""
}

// namedKey is the name of a named type, through a pointer: path.Name.
func namedKey(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return ""
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

// routes returns the constant patterns that functions are registered for.
func (m *Model) routes() map[*ssa.Function]string {
	routes := map[*ssa.Function]string{}
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		f := m.lib.FuncOf(calleeOf(call.Common()))
		if f == nil || f.Route == nil || f.Route.Pattern == nil {
			continue
		}
		pattern, ok := constString(argAt(call.Common(), f.Route.Pattern))
		if !ok {
			continue
		}
		for _, arg := range call.Common().Args {
			m.handledBy(arg, 0, func(h *ssa.Function) { routes[h] = pattern })
		}
	}
	return routes
}

// handledBy calls f for the functions that a handler value may run: also those
// that middleware wraps and constructors return.
func (m *Model) handledBy(v ssa.Value, depth int, f func(*ssa.Function)) {
	if depth > 6 {
		return
	}
	switch v := v.(type) {
	case *ssa.Function:
		f(unbound(v))
	case *ssa.MakeClosure:
		if fn, ok := v.Fn.(*ssa.Function); ok {
			f(unbound(fn))
		}
	case *ssa.ChangeType:
		m.handledBy(v.X, depth+1, f)
	case *ssa.MakeInterface:
		if named := namedKey(v.X.Type()); named != "" && !isNamed(v.X.Type(), "net/http", "HandlerFunc") {
			if fn := m.method(v.X.Type(), "ServeHTTP"); fn != nil {
				f(fn)
			}
		}
		m.handledBy(v.X, depth+1, f)
	case *ssa.Slice:
		m.handledBy(v.X, depth+1, f)
	case *ssa.Alloc: // variadic handlers
		for _, ref := range *v.Referrers() {
			ia, ok := ref.(*ssa.IndexAddr)
			if !ok {
				continue
			}
			for _, use := range *ia.Referrers() {
				if st, ok := use.(*ssa.Store); ok {
					m.handledBy(st.Val, depth+1, f)
				}
			}
		}
	case *ssa.Call:
		for _, arg := range v.Call.Args {
			m.handledBy(arg, depth+1, f)
		}
		if fn := v.Call.StaticCallee(); fn != nil {
			for _, b := range fn.Blocks {
				if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && len(ret.Results) > 0 {
					m.handledBy(ret.Results[0], depth+1, f)
				}
			}
		}
	}
}

// unbound returns the method of a method value, or fn.
func unbound(fn *ssa.Function) *ssa.Function {
	if fn.Syntax() != nil || fn.Prog == nil {
		return fn
	}
	if obj, ok := fn.Object().(*types.Func); ok {
		if method := fn.Prog.FuncValue(obj); method != nil {
			return method
		}
	}
	return fn
}

// method returns a method of this package's type, or nil.
func (m *Model) method(t types.Type, name string) *ssa.Function {
	obj, _, _ := types.LookupFieldOrMethod(t, true, m.pass.Pkg, name)
	fn, ok := obj.(*types.Func)
	if !ok || fn.Pkg() != m.pass.Pkg {
		return nil
	}
	return m.SSA().SSA.Prog.FuncValue(fn)
}

// A Slow is something that a handler waits for before it answers.
type Slow struct {
	Kind  string        // send, exec, sleep, build, git, mail, channel
	What  string        // for people
	Limit time.Duration // 0: for ever
	Pos   token.Pos     // the call in the handler
	At    token.Pos     // the place that waits, when it is in this package
	// Answers says that the call's result goes into the answer: the sender
	// asked for it.
	Answers bool
}

// SlowWork returns what the handler waits for before it answers and what is
// proven to be allowed to take longer than limit. An answer is sent when the
// handler returns.
func (h *Handler) SlowWork(limit time.Duration) []Slow {
	work := h.model.facts.Work
	var list []Slow
	for _, site := range work.Sum(h.fn).Waits {
		bound := work.Bound(site)
		if bound < 0 || bound > 0 && bound < limit {
			continue // unknown, or within the vendor's limit
		}
		list = append(list, Slow{Kind: site.Kind, What: site.What, Limit: bound, Pos: site.Call, At: site.Pos, Answers: h.answersWith(site.Call)})
	}
	return list
}

// A GivenClient is a client that is put in another package's field and that a
// handler of webhooks there waits for longer than the sender does.
type GivenClient struct {
	httpfacts.GivenClient
	Deadline time.Duration
}

// GivenClients returns such clients, in source order.
func (m *Model) GivenClients() []GivenClient {
	if m.Empty() || m.facts.Work == nil {
		return nil
	}
	var list []GivenClient
	for _, g := range m.facts.Work.GivenClients() {
		if deadline := (&Webhook{Vendor: g.Vendor}).Deadline(); g.Limit == 0 || g.Limit >= deadline {
			list = append(list, GivenClient{g, deadline})
		}
	}
	slices.SortFunc(list, func(a, b GivenClient) int { return int(a.Pos - b.Pos) })
	return list
}

// answersWith reports whether a result of the handler's call at pos, other
// than its error, is given to a function together with the writer.
func (h *Handler) answersWith(pos token.Pos) bool {
	for call := range lazyssa.Each[*ssa.Call](h.fn) {
		if call.Pos() != pos {
			continue
		}
		seen := map[ssa.Value]bool{}
		return h.reachesWriter(call, seen)
	}
	return false
}

func (h *Handler) reachesWriter(v ssa.Value, seen map[ssa.Value]bool) bool {
	if v.Referrers() == nil || seen[v] || len(seen) > 100 {
		return false
	}
	seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Extract:
			if !types.Identical(ref.Type(), types.Universe.Lookup("error").Type()) && h.reachesWriter(ref, seen) {
				return true
			}
		case *ssa.Store:
			// An element of a variadic argument, or a field of a literal.
			switch addr := ref.Addr.(type) {
			case *ssa.IndexAddr:
				if h.reachesWriter(addr.X, seen) {
					return true
				}
			case *ssa.FieldAddr:
				if h.reachesWriter(addr.X, seen) {
					return true
				}
			case *ssa.Alloc:
				if h.reachesWriter(addr, seen) {
					return true
				}
			}
		case *ssa.Call:
			for _, a := range ref.Call.Args {
				if h.Writer >= 0 && h.Writer < len(h.fn.Params) && written(a) == h.fn.Params[h.Writer] {
					return true
				}
				if h.Router != "net/http" && h.Request < len(h.fn.Params) && a == h.fn.Params[h.Request] {
					return true
				}
			}
			if ref.Call.IsInvoke() && h.Writer >= 0 && ref.Call.Value == h.fn.Params[h.Writer] {
				return true
			}
			if !types.Identical(ref.Type(), types.Universe.Lookup("error").Type()) && h.reachesWriter(ref, seen) {
				return true
			}
		case ssa.Value:
			if h.reachesWriter(ref, seen) {
				return true
			}
		}
	}
	return false
}

// written returns the writer behind a conversion to another interface.
func written(v ssa.Value) ssa.Value {
	for {
		switch c := v.(type) {
		case *ssa.ChangeInterface:
			v = c.X
		case *ssa.MakeInterface:
			v = c.X
		default:
			return v
		}
	}
}

// doc returns the doc comment of the declaration that a function is in.
func (m *Model) doc(fn *ssa.Function) *ast.CommentGroup {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if decl, ok := fn.Syntax().(*ast.FuncDecl); ok {
		return decl.Doc
	}
	return nil
}

//go:embed handler.yaml
var handlerYAML []byte

// handlerKnowledge is handler.yaml.
type handlerKnowledge struct {
	Words     []string                 `yaml:"words"`
	Weak      []string                 `yaml:"weak"`
	Manages   []string                 `yaml:"manages"`
	Requests  []string                 `yaml:"requests"`
	Deadlines map[string]time.Duration `yaml:"deadlines"`

	Success    map[string]int `yaml:"success"`
	Once       []string       `yaml:"once"`
	EventWords []string       `yaml:"event-words"`
	EventNames []string       `yaml:"event-names"`
	Limiters   []string       `yaml:"limiters"`

	CallbackWords  []string `yaml:"callback-words"`
	AddressWords   []string `yaml:"address-words"`
	AddressNames   []string `yaml:"address-names"`
	RegisterWords  []string `yaml:"register-words"`
	DeliverWords   []string `yaml:"deliver-words"`
	LoginWords     []string `yaml:"login-words"`
	DeveloperWords []string `yaml:"developer-words"`
	LocalWords     []string `yaml:"local-words"`

	SecretHeaders    []string `yaml:"secret-headers"`
	TimestampHeaders []string `yaml:"timestamp-headers"`
	SecretWords      []string `yaml:"secret-words"`
	NotSecret        []string `yaml:"not-secret"`

	// Asks are words of functions that look at who sends a request; AsksRequest
	// count only beside the request itself.
	Asks        []string `yaml:"asks"`
	AsksRequest []string `yaml:"asks-request"`

	// Checks are words of functions that say whether a token is good, Unchecked
	// of those that say that they do not look.
	Checks    []string `yaml:"checks"`
	Unchecked []string `yaml:"unchecked"`
}

var loadHandlerData = sync.OnceValues(func() (*handlerKnowledge, error) {
	k := &handlerKnowledge{}
	err := yaml.UnmarshalWithOptions(handlerYAML, k, yaml.Strict())
	return k, err
})

func handlerData() *handlerKnowledge {
	k, _ := loadHandlerData() // a test keeps the error nil
	return k
}

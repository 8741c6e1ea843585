package httpfacts

import (
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// A Webhook is the evidence that a function receives a vendor's events.
type Webhook struct {
	Vendor string // "" when only the shape is known
	Why    string // for people: the signature header, the parser
	Pos    token.Pos
}

// FindWebhook looks through a handler and the functions that it calls for a
// vendor's signature header or parser, which no other request has. It also
// reports whether the request's body is read, where it looked.
func FindWebhook(fn *ssa.Function) (found *Webhook, payload bool) {
	s := &webhookSearch{visited: map[*ssa.Function]bool{}}
	s.function(fn, 0)
	return s.found, s.payload
}

// WebhookVendors returns the vendors that are known by a header of their
// deliveries.
func WebhookVendors() []string {
	know, err := slowKnowledge()
	if err != nil {
		return nil // a test keeps the data sound
	}
	return slices.Sorted(maps.Values(know.Headers))
}

// webhookSearch looks through a handler and the functions that it calls.
type webhookSearch struct {
	visited map[*ssa.Function]bool
	found   *Webhook
	payload bool // the request's body is read
}

const webhookDepth = 3

func (s *webhookSearch) function(fn *ssa.Function, depth int) {
	if fn == nil || depth > webhookDepth || s.visited[fn] || s.found != nil {
		return
	}
	s.visited[fn] = true
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Lookup:
				s.header(instr.Index, instr.Pos())
			case *ssa.FieldAddr:
				s.body(instr)
			case ssa.CallInstruction:
				s.call(instr, depth)
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		s.function(anon, depth+1)
	}
}

func (s *webhookSearch) call(call ssa.CallInstruction, depth int) {
	common := call.Common()
	callee := calleeOf(common)
	f := library.FuncOf(callee)
	if f != nil && f.Webhook != nil {
		s.found = &Webhook{Vendor: f.Webhook.Vendor, Why: callee.Name(), Pos: call.Pos()}
		return
	}
	if f == nil || f.SetHeader == nil {
		for _, arg := range common.Args {
			s.header(arg, call.Pos())
		}
	}
	if callee != nil && bindsPayload(callee) {
		s.payload = true
	}
	if static := common.StaticCallee(); static != nil && carriesRequest(common) {
		s.function(static, depth+1)
	}
}

func (s *webhookSearch) header(name ssa.Value, pos token.Pos) {
	if l, ok := name.(*ssa.Lookup); ok {
		for _, name := range tableValues(l.X) {
			s.header(name, pos)
		}
		return
	}
	c, ok := name.(*ssa.Const)
	if s.found != nil || !ok || c.Value == nil || c.Value.Kind() != constant.String || constant.StringVal(c.Value) == "" {
		return
	}
	canonical := http.CanonicalHeaderKey(constant.StringVal(c.Value))
	know, _ := slowKnowledge()
	if h, ok := know.headers[canonical]; ok {
		s.found = &Webhook{Vendor: know.Headers[h], Why: "header " + h, Pos: pos}
	}
}

// tableValues returns what the initialiser of a package's variable puts into it,
// where that is a map: names of headers by vendor.
func tableValues(table ssa.Value) []ssa.Value {
	load, ok := table.(*ssa.UnOp)
	if !ok {
		return nil
	}
	global, ok := load.X.(*ssa.Global)
	if !ok || global.Pkg == nil || global.Pkg.Func("init") == nil {
		return nil
	}
	var list []ssa.Value
	var made ssa.Value
	for _, b := range global.Pkg.Func("init").Blocks {
		for _, instr := range b.Instrs {
			if st, ok := instr.(*ssa.Store); ok && st.Addr == global {
				made = st.Val
			}
		}
	}
	if made == nil || made.Referrers() == nil {
		return nil
	}
	for _, ref := range *made.Referrers() {
		if up, ok := ref.(*ssa.MapUpdate); ok && up.Map == made {
			list = append(list, up.Value)
		}
	}
	return list
}

// body records that the request's body is read: used for more than Close.
func (s *webhookSearch) body(addr *ssa.FieldAddr) {
	if !isRequest(addr.X.Type()) {
		return
	}
	if field := fieldVar(addr.X.Type(), addr.Field); field == nil || field.Name() != "Body" {
		return
	}
	for _, ref := range *addr.Referrers() {
		load, ok := ref.(*ssa.UnOp)
		if !ok {
			continue
		}
		for _, use := range *load.Referrers() {
			call, ok := use.(ssa.CallInstruction)
			if ok && call.Common().IsInvoke() && call.Common().Method.Name() == "Close" {
				continue
			}
			if _, ok := use.(*ssa.DebugRef); !ok {
				s.payload = true
			}
		}
	}
}

// bindsPayload reports whether a framework's method decodes the body.
func bindsPayload(fn *types.Func) bool {
	if fn.Signature().Recv() == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.Name() {
	case "Bind", "BindJSON", "ShouldBind", "ShouldBindJSON", "MustBindWith", "ShouldBindWith", "ShouldBindBodyWith", "GetRawData", "BodyParser", "Body":
		return library.Modelled(fn.Pkg().Path())
	}
	return false
}

// carriesRequest reports whether a call is given the request, its header or
// its framework's view.
func carriesRequest(common *ssa.CallCommon) bool {
	for _, a := range common.Args {
		if typeKey(a.Type()) == "net/http.Request" || typeKey(a.Type()) == "net/http.Header" || library.TypeOf(a.Type()) != nil {
			return true
		}
	}
	return false
}

// servesWebhooks is Cost.Webhooks of a function: a handler with a vendor's
// evidence, or one that makes an http.Handler of such handlers.
func (w *Work) servesWebhooks(fn *ssa.Function) bool {
	if HasWriter(fn.Signature) {
		found, _ := FindWebhook(fn)
		return found != nil
	}
	if !returnsHandler(fn.Signature) {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, op := range instr.Operands(nil) {
				if *op == nil {
					continue
				}
				var handler *ssa.Function
				switch v := (*op).(type) {
				case *ssa.MakeClosure:
					handler, _ = v.Fn.(*ssa.Function)
				case *ssa.Function:
					handler = v
				}
				if handler == nil || !HasWriter(handler.Signature) {
					continue
				}
				if obj, ok := handler.Object().(*types.Func); ok && handler.Syntax() == nil {
					handler = handler.Prog.FuncValue(obj)
				}
				if found, _ := FindWebhook(handler); found != nil {
					return true
				}
			}
		}
	}
	return false
}

func returnsHandler(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if obj, _, _ := types.LookupFieldOrMethod(v.Type(), true, nil, "ServeHTTP"); obj != nil {
			return true
		}
	}
	return false
}

// ServesWebhooks reports whether a function of another package is known to
// be, or to return, a handler of webhooks.
func (w *Work) ServesWebhooks(fn *types.Func) bool {
	cost := w.facts[fn]
	return cost != nil && cost.Webhooks
}

// canonicalHeaders maps header names as net/http writes them to those of the
// data.
func canonicalHeaders(headers map[string]string) map[string]string {
	m := map[string]string{}
	for h := range headers {
		m[http.CanonicalHeaderKey(strings.TrimSpace(h))] = h
	}
	return m
}

package httpmodel

import (
	"go/token"
	"go/types"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// A Webhook is why a handler is taken for a receiver of a vendor's events.
type Webhook struct {
	Vendor string // "" when only the shape is known
	Why    string // for people: the signature header, the parser, the name
	Pos    token.Pos
	// Named says that the only evidence is a name beside a decoded payload.
	Named bool
}

const webhookDirective = "//apivet:webhook"

// Webhook returns the evidence that the handler receives a vendor's events, or
// nil. It errs towards nil.
func (h *Handler) Webhook() *Webhook {
	if !h.sought {
		h.sought = true
		h.webhook = h.findWebhook()
	}
	return h.webhook
}

func (h *Handler) findWebhook() *Webhook {
	if doc := h.model.doc(h.fn); doc != nil {
		for _, c := range doc.List {
			if rest, ok := strings.CutPrefix(c.Text, webhookDirective); ok {
				return &Webhook{Vendor: strings.TrimSpace(rest), Why: "directive", Pos: c.Pos()}
			}
		}
	}
	seen := &webhookSearch{model: h.model, visited: map[*ssa.Function]bool{}}
	seen.function(h.fn, 0)
	if seen.found != nil {
		return seen.found
	}
	if !seen.payload {
		return nil
	}
	if word := h.webhookName(); word != "" {
		return &Webhook{Why: word, Pos: h.Pos(), Named: true}
	}
	return nil
}

// webhookName returns the name that says webhook, or "".
func (h *Handler) webhookName() string {
	know := handlerData()
	fn := h.fn
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	names := wordsOf(fn.Name())
	for _, w := range names {
		if slices.Contains(know.Manages, w) {
			return ""
		}
	}
	route := wordsOf(h.Route)
	if strings.Contains(h.Route, "webhooks/{") || strings.Contains(h.Route, "webhooks/:") {
		route = nil // one of the registered webhooks
	}
	var recv []string
	if r := fn.Signature.Recv(); r != nil && strings.EqualFold(fn.Name(), "ServeHTTP") {
		key := namedKey(r.Type())
		recv = wordsOf(key[strings.LastIndexByte(key, '.')+1:])
	}
	for _, list := range [][]string{names, route, recv} {
		for _, w := range list {
			if slices.Contains(know.Words, w) {
				return "its name " + h.Name
			}
		}
	}
	for _, list := range [][]string{names, route} {
		for _, w := range list {
			if slices.Contains(know.Weak, w) && receives(names) {
				return "its name " + h.Name
			}
		}
	}
	return ""
}

// receives reports whether a function's name says that it takes something in.
func receives(words []string) bool {
	for _, w := range words {
		switch w {
		case "handle", "handler", "receive", "receiver", "on", "process", "incoming", "inbound", "ingest":
			return true
		}
	}
	return false
}

// webhookSearch looks through a handler and the functions that it calls.
type webhookSearch struct {
	model   *Model
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
				if name, ok := constString(instr.Index); ok {
					s.header(name, instr.Pos())
				}
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
			if name, ok := constString(arg); ok {
				s.header(name, call.Pos())
			}
		}
	}
	if callee != nil && bindsPayload(callee) {
		s.payload = true
	}
	if static := common.StaticCallee(); static != nil && carriesRequest(common) {
		s.function(static, depth+1)
	}
}

func (s *webhookSearch) header(name string, pos token.Pos) {
	if s.found != nil || name == "" {
		return
	}
	canonical := http.CanonicalHeaderKey(name)
	for h, vendor := range handlerData().Headers {
		if http.CanonicalHeaderKey(h) == canonical {
			s.found = &Webhook{Vendor: vendor, Why: "header " + h, Pos: pos}
			return
		}
	}
}

// body records that the request's body is read: used for more than Close.
func (s *webhookSearch) body(addr *ssa.FieldAddr) {
	if !isNamed(addr.X.Type(), "net/http", "Request") {
		return
	}
	st, ok := types.Unalias(addr.X.Type()).Underlying().(*types.Pointer)
	if !ok {
		return
	}
	fields, ok := st.Elem().Underlying().(*types.Struct)
	if !ok || fields.Field(addr.Field).Name() != "Body" {
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
		if isNamed(a.Type(), "net/http", "Request") || isNamed(a.Type(), "net/http", "Header") || library.TypeOf(a.Type()) != nil {
			return true
		}
	}
	return false
}

// wordsOf splits a name or path into lower-case words.
func wordsOf(name string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			continue
		case unicode.IsUpper(r) && (i == 0 || !unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			flush()
		}
		word = append(word, r)
	}
	flush()
	// WebHook is one word.
	for i := 0; i+1 < len(words); i++ {
		if words[i] == "web" && strings.HasPrefix(words[i+1], "hook") {
			words = append(append(words[:i:i], "web"+words[i+1]), words[i+2:]...)
		}
	}
	return words
}

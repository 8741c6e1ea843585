package httpmodel

import (
	"go/token"
	"slices"
	"strings"
	"unicode"

	"github.com/apivet/apivet/internal/directive"
	"github.com/apivet/apivet/internal/httpfacts"
)

// A Webhook is why a handler is taken for a receiver of a vendor's events.
type Webhook struct {
	Vendor string // "" when only the shape is known
	Why    string // for people: the signature header, the parser, the name
	Pos    token.Pos
	// Named says that the only evidence is a name beside a decoded payload.
	Named bool
}

// Webhook returns the evidence that the handler receives a vendor's events, or
// nil. It errs towards nil.
func (h *Handler) Webhook() *Webhook {
	h.sought.Do(func() { h.webhook = h.findWebhook() })
	return h.webhook
}

// webhookDirective returns the directive that says so, if any.
func (h *Handler) webhookDirective() (d directive.Directive, ok bool) {
	for _, d := range directive.In(h.model.doc(h.fn)) {
		if d.Verb == directive.Webhook {
			return d, true
		}
	}
	return d, false
}

// WebhookDirectives returns the places of the directives that speak of a handler.
func (m *Model) WebhookDirectives() map[token.Pos]bool {
	read := make(map[token.Pos]bool)
	for _, h := range m.Handlers() {
		if d, ok := h.webhookDirective(); ok {
			read[d.Pos] = true
		}
	}
	return read
}

func (h *Handler) findWebhook() *Webhook {
	if d, ok := h.webhookDirective(); ok {
		return &Webhook{Vendor: strings.ToLower(d.Text), Why: "directive", Pos: d.Pos}
	}
	found, payload := httpfacts.FindWebhook(h.fn)
	if found != nil {
		return &Webhook{Vendor: found.Vendor, Why: found.Why, Pos: found.Pos}
	}
	if !payload {
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
	if fn.Name() != "ServeHTTP" && (strings.Contains(h.Route, "webhooks/{") || strings.Contains(h.Route, "webhooks/:")) {
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

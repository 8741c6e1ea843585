// Package wired has webhook handlers whose work is elsewhere: in another
// package, an interface, a function that an option sets; and look-alikes.
package wired

import (
	"context"
	"net/http"

	"webhookdeadline/patient"
)

type applier interface {
	Apply(ctx context.Context, id string) error
}

type hooks struct {
	books   *patient.Books
	slow    applier
	local   applier
	limited applier
	given   applier
	process func(ctx context.Context, id string) error
	method  func(ctx context.Context, id string) error
	nothing func(ctx context.Context, id string) error
	relay   chan string
	queue   chan string

	Extra func(ctx context.Context, id string) error
}

type option func(*hooks)

func withBooks(b *patient.Books) option {
	return func(h *hooks) {
		h.process = func(ctx context.Context, id string) error { return b.Apply(ctx, id) }
	}
}

func newHooks(given applier, opts ...option) *hooks {
	b := patient.NewBooks()
	h := &hooks{
		books:   b,
		slow:    b,
		local:   patient.Local{},
		limited: patient.NewLimited(),
		given:   given,
		process: func(context.Context, string) error { return nil },
		method:  b.Apply,
		nothing: func(context.Context, string) error { return nil },
		relay:   make(chan string),
		queue:   make(chan string, 64),
	}
	for _, opt := range opts {
		opt(h)
	}
	return h
}

func (h *hooks) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-h.relay:
			_ = h.books.Apply(ctx, id)
		case id := <-h.queue:
			_ = h.books.Apply(ctx, id)
		}
	}
}

//apivet:webhook
func (h *hooks) elsewhere(w http.ResponseWriter, r *http.Request) {
	if err := h.books.Apply(r.Context(), "x"); err != nil { // want `webhook answers only after Client.Do, which may take 30s`
		http.Error(w, "later", http.StatusServiceUnavailable)
	}
}

//apivet:webhook
func (h *hooks) quick(w http.ResponseWriter, r *http.Request) {
	if err := h.books.Quick(r.Context(), "x"); err != nil {
		http.Error(w, "later", http.StatusServiceUnavailable)
	}
}

//apivet:webhook
func (h *hooks) byInterface(w http.ResponseWriter, r *http.Request) {
	if err := h.slow.Apply(r.Context(), "x"); err != nil { // want `webhook answers only after Client.Do, which may take 30s`
		http.Error(w, "later", http.StatusServiceUnavailable)
	}
}

// What is behind these is quick, or not known.
//
//apivet:webhook
func (h *hooks) otherInterfaces(w http.ResponseWriter, r *http.Request) {
	_ = h.local.Apply(r.Context(), "x")
	_ = h.limited.Apply(r.Context(), "x")
	_ = h.given.Apply(r.Context(), "x")
}

//apivet:webhook
func (h *hooks) byOption(w http.ResponseWriter, r *http.Request) {
	if err := h.process(r.Context(), "x"); err != nil { // want `webhook answers only after Client.Do`
		http.Error(w, "later", http.StatusServiceUnavailable)
	}
}

//apivet:webhook
func (h *hooks) byMethodValue(w http.ResponseWriter, r *http.Request) {
	_ = h.method(r.Context(), "x") // want `webhook answers only after Client.Do`
}

//apivet:webhook
func (h *hooks) otherFunctions(w http.ResponseWriter, r *http.Request) {
	_ = h.nothing(r.Context(), "x")
	_ = h.Extra(r.Context(), "x")
}

//apivet:webhook
func (h *hooks) relayed(w http.ResponseWriter, r *http.Request) {
	h.relay <- "x" // want `a channel without buffer whose receiver is slow`
}

//apivet:webhook
func (h *hooks) queued(w http.ResponseWriter, r *http.Request) {
	h.queue <- "x"
}

type clients struct{ slow, hasty, given, retimed *http.Client }

func newClients() *clients {
	return &clients{slow: patient.New(nil), hasty: patient.Hasty(nil), given: patient.Given(0)}
}

//apivet:webhook
func (c *clients) made(w http.ResponseWriter, r *http.Request) {
	_ = patient.Fetch(r.Context(), c.slow, "https://api.example.com") // want `webhook answers only after Client.Do, which may take 30s`
}

//apivet:webhook
func (c *clients) others(w http.ResponseWriter, r *http.Request) {
	_ = patient.Fetch(r.Context(), c.hasty, "https://api.example.com")
	_ = patient.Fetch(r.Context(), c.given, "https://api.example.com")
	_ = patient.NewRetimed().Apply(r.Context(), "https://api.example.com")
}

// Routes makes the handlers' addresses known to other packages.
func Routes() http.Handler {
	h := newHooks(nil, withBooks(patient.NewBooks()))
	mux := http.NewServeMux()
	mux.HandleFunc("/webhooks/github", h.github)
	return mux
}

func (h *hooks) github(w http.ResponseWriter, r *http.Request) {
	_ = r.Header.Get("X-Hub-Signature-256")
}

// Pages has nothing to do with webhooks.
func Pages() http.Handler { return http.FileServer(http.Dir(".")) }

// Given has a client that others put there.
type Given struct {
	HTTP  *http.Client
	Quick *http.Client
	Jobs  *http.Client // of no handler
}

func (g *Given) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.Header.Get("X-Hub-Signature-256")
	_ = patient.Fetch(r.Context(), g.HTTP, "https://api.example.com")
	_ = patient.Fetch(r.Context(), g.Quick, "https://api.example.com")
}

func (g *Given) Run(ctx context.Context) { _ = patient.Fetch(ctx, g.Jobs, "https://api.example.com") }

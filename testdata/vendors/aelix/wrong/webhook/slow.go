package webhook

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
	"example.com/aelix/wrong/settle"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
)

// Hooks are handlers that share a secret.
type Hooks struct {
	Secret []byte
	Inbox  Inbox
	Books  *settle.Books
	Base   string
	HTTP   *http.Client // retries, for up to twenty seconds
	Done   func(error)  // told how work in the background ended

	desk chan Event // has no room: an event is there only while it is handed over
}

// Start lets one clerk work on what is handed over, until the context ends.
func (h *Hooks) Start(ctx context.Context) {
	h.desk = make(chan Event)
	go h.clerk(ctx)
}

// clerk takes the next event when the last one's payment is settled.
func (h *Hooks) clerk(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case ev := <-h.desk:
			status, err := h.Books.Apply(ctx, ev.Data.ID)
			slog.InfoContext(ctx, "settled", "payment", ev.Data.ID, "status", status, "error", err)
		}
	}
}

// Routes mounts the handlers that speak net/http.
func (h *Hooks) Routes() http.Handler {
	mux := chi.NewRouter()
	mux.Post("/webhooks/lookup", h.lookup)
	mux.Post("/webhooks/settled", h.settled)
	mux.Post("/webhooks/patient", h.patient)
	mux.Post("/webhooks/handed", h.handed)
	mux.Post("/webhooks/cut", h.cut)
	mux.Post("/webhooks/kept", h.kept)
	return mux
}

// GinRoutes mounts the handlers that speak gin.
func (h *Hooks) GinRoutes(e *gin.Engine) { e.POST("/webhooks/spawned", h.spawned) }

// lookup asks the vendor, who is waiting for the answer, and answers when it is answered.
func (h *Hooks) lookup(w http.ResponseWriter, r *http.Request) {
	ev, ok := read(w, r, h.Secret)
	if !ok {
		return
	}
	req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, h.Base+"/v1/payments/"+url.PathEscape(ev.Data.ID), nil)
	if err != nil {
		http.Error(w, "payment", http.StatusInternalServerError)
		return
	}
	resp, err := h.HTTP.Do(req) // want: webhookdeadline
	if err != nil {
		slog.ErrorContext(r.Context(), "look-up", "error", err)
		http.Error(w, "look-up", http.StatusBadGateway)
		return
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		slog.ErrorContext(r.Context(), "look-up", "error", err)
		http.Error(w, "look-up", http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// settled does the same through the package that keeps the books.
func (h *Hooks) settled(w http.ResponseWriter, r *http.Request) {
	ev, ok := read(w, r, h.Secret)
	if !ok {
		return
	}
	status, err := h.Books.Apply(r.Context(), ev.Data.ID) // want: webhookdeadline
	if err != nil {
		slog.ErrorContext(r.Context(), "settle", "error", err)
		http.Error(w, "settle", http.StatusBadGateway)
		return
	}
	slog.InfoContext(r.Context(), "settled", "payment", ev.Data.ID, "status", status)
	w.WriteHeader(http.StatusOK)
}

// patient gives the other side time to catch up, and has none left.
func (h *Hooks) patient(w http.ResponseWriter, r *http.Request) {
	ev, ok := read(w, r, h.Secret)
	if !ok {
		return
	}
	time.Sleep(6 * time.Second) // want: webhookdeadline
	h.Inbox.take(w, ev)
}

// handed waits until the clerk takes the event, who has the one before to settle.
func (h *Hooks) handed(w http.ResponseWriter, r *http.Request) {
	ev, ok := read(w, r, h.Secret)
	if !ok {
		return
	}
	h.desk <- ev // want: webhookdeadline
	w.WriteHeader(http.StatusOK)
}

// cut answers at once, and takes the context away from the work that it has just started.
func (h *Hooks) cut(w http.ResponseWriter, r *http.Request) {
	ev, ok := read(w, r, h.Secret)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 4*time.Second)
	defer cancel()
	go h.apply(ctx, ev) // want: webhookdeadline
	w.WriteHeader(http.StatusOK)
}

// spawned does so with gin: the request's context ends with the answer.
func (h *Hooks) spawned(c *gin.Context) {
	ev, ok := read(c.Writer, c.Request, h.Secret)
	if !ok {
		return
	}
	ctx := c.Request.Context()
	go func() {
		h.apply(ctx, ev) // want: webhookdeadline
	}()
	c.Status(http.StatusOK)
}

// kept answers first and works on a context of its own.
func (h *Hooks) kept(w http.ResponseWriter, r *http.Request) {
	ev, ok := read(w, r, h.Secret)
	if !ok {
		return
	}
	ctx := context.WithoutCancel(r.Context())
	go func() {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		h.apply(ctx, ev)
	}()
	w.WriteHeader(http.StatusOK)
}

// apply settles the payment of an event.
func (h *Hooks) apply(ctx context.Context, ev Event) {
	_, err := h.Books.Apply(ctx, ev.Data.ID)
	if err != nil {
		err = fmt.Errorf("settle %s: %w", ev.Data.ID, err)
	}
	h.Done(err)
}

// Serve gives slow senders all the time in the world.
func Serve(addr string, h http.Handler) error {
	srv := &http.Server{Addr: addr, Handler: h} // want: webhookdeadline
	return srv.ListenAndServe()
}

package webhook

import (
	"context"
	"log/slog"
	"net/http"

	"example.com/aelix/wrong/settle"
)

// Receiver is a handler whose work is put in by its constructor.
type Receiver struct {
	secret  []byte
	process func(ctx context.Context, ev Event) error
}

// Option changes a Receiver as it is made.
type Option func(*Receiver)

// WithBooks makes the Receiver settle payments.
func WithBooks(b *settle.Books) Option {
	return func(r *Receiver) {
		r.process = func(ctx context.Context, ev Event) error {
			_, err := b.Apply(ctx, ev.Data.ID)
			return err
		}
	}
}

// NewReceiver returns a Receiver that does nothing unless it is told to.
func NewReceiver(secret []byte, opts ...Option) *Receiver {
	r := &Receiver{secret: secret, process: func(context.Context, Event) error { return nil }}
	for _, opt := range opts {
		opt(r)
	}
	return r
}

// NewSettling returns a Receiver that settles payments.
func NewSettling(secret []byte, b *settle.Books) *Receiver { return NewReceiver(secret, WithBooks(b)) }

// ServeHTTP answers when the work is done.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	ev, ok := read(w, req, r.secret)
	if !ok {
		return
	}
	if err := r.process(req.Context(), ev); err != nil { // want: webhookdeadline
		slog.ErrorContext(req.Context(), "webhook", "error", err)
		http.Error(w, "later", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// Queue is a handler whose work happens elsewhere.
type Queue struct {
	secret []byte
	inbox  Inbox
	work   func(ctx context.Context, ev Event) error
}

// NewQueue returns a Queue that works with the books.
func NewQueue(secret []byte, b *settle.Books) *Queue {
	return &Queue{secret: secret, inbox: make(Inbox, 64), work: func(ctx context.Context, ev Event) error {
		_, err := b.Apply(ctx, ev.Data.ID)
		return err
	}}
}

// ServeHTTP keeps the event and answers.
func (q *Queue) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	ev, ok := read(w, req, q.secret)
	if !ok {
		return
	}
	q.inbox.take(w, ev)
}

// Run works on kept events until the context ends.
func (q *Queue) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case ev := <-q.inbox:
			if err := q.work(ctx, ev); err != nil {
				slog.ErrorContext(ctx, "webhook", "error", err)
			}
		}
	}
}

// Package webhook receives Aelix's webhooks: it verifies, keeps the event and answers 200, and works afterwards.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
)

// limit is far above any event's size.
const limit = 1 << 20

// Event is a webhook's payload.
type Event struct {
	Type string `json:"type"`
	Data struct {
		ID string `json:"id"`
	} `json:"data"`
}

// Handle works on one event. It may take its time.
type Handle func(ctx context.Context, ev Event) error

// Receiver takes events into a queue and lets one worker handle them.
type Receiver struct {
	secret []byte
	queue  chan Event
	handle Handle
}

// New returns a Receiver. A secret is not optional: without it anybody could send events.
func New(secret string, handle Handle) (*Receiver, error) {
	if secret == "" {
		return nil, errors.New("webhook: no secret")
	}
	return &Receiver{secret: []byte(secret), queue: make(chan Event, 256), handle: handle}, nil
}

// Router returns the routes of the receiver.
func (r *Receiver) Router() http.Handler {
	mux := chi.NewRouter()
	mux.Post("/webhooks/aelix", r.receive)
	return mux
}

// receive answers at once. A full queue is answered 503, for the vendor sends the event again.
func (r *Receiver) receive(w http.ResponseWriter, req *http.Request) {
	ev, ok := Read(w, req, r.secret)
	if !ok {
		return
	}
	select {
	case r.queue <- ev:
	default:
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// Run handles queued events until the context ends.
func (r *Receiver) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case ev := <-r.queue:
			if err := r.handle(ctx, ev); err != nil {
				slog.ErrorContext(ctx, "webhook", "type", ev.Type, "error", err)
			}
		}
	}
}

// Server returns a server that does not wait for slow senders.
func Server(addr string, h http.Handler) *http.Server {
	return &http.Server{
		Addr: addr, Handler: h,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute,
	}
}

// Read returns the event of a request whose signature is right, or answers the request and returns false.
func Read(w http.ResponseWriter, req *http.Request, secret []byte) (Event, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, limit))
	if err != nil {
		http.Error(w, "body", http.StatusBadRequest)
		return Event{}, false
	}
	if !signed(body, req.Header.Get("X-Aelix-Signature"), secret) {
		http.Error(w, "signature", http.StatusUnauthorized)
		return Event{}, false
	}
	var ev Event
	if err := json.Unmarshal(body, &ev); err != nil {
		http.Error(w, "payload", http.StatusBadRequest)
		return Event{}, false
	}
	return ev, true
}

// signed reports whether signature is the hex HMAC-SHA256 of the raw body.
func signed(body []byte, signature string, secret []byte) bool {
	want, err := hex.DecodeString(signature)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	return hmac.Equal(want, mac.Sum(nil))
}

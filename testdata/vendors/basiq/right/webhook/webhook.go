// Package webhook receives Basiq's events. They are thin: what happened has to be asked for, which is done after the
// answer.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/mux"
)

// tolerance is how far the sender's clock may be off, either way.
const tolerance = 5 * time.Minute

// Event is the payload of a webhook.
type Event struct {
	EventID     string `json:"eventId"`
	EventTypeID string `json:"eventTypeId"`
}

// Handle does what an event asks for. It may take its time.
type Handle func(context.Context, Event) error

// Receiver takes events, answers, and works them off one after the other.
type Receiver struct {
	key    []byte
	handle Handle
	queue  chan Event

	mu   sync.Mutex
	seen map[string]time.Time // by webhook-id, which a repeat has too
}

// New is a receiver for events signed with a secret in the form whsec_<base64>.
func New(secret string, handle Handle) (*Receiver, error) {
	raw, found := strings.CutPrefix(strings.TrimSpace(secret), "whsec_")
	if !found {
		return nil, errors.New("webhook secret does not start with whsec_")
	}
	key, err := base64.StdEncoding.DecodeString(raw)
	if err != nil || len(key) == 0 {
		return nil, errors.New("webhook secret is not base64")
	}
	return &Receiver{key: key, handle: handle, queue: make(chan Event, 256), seen: map[string]time.Time{}}, nil
}

// Routes is the receiver's address.
func (r *Receiver) Routes() http.Handler {
	m := mux.NewRouter()
	m.HandleFunc("/webhooks/basiq", r.Queue).Methods(http.MethodPost)
	m.HandleFunc("/webhooks/basiq/consents", r.Spawn).Methods(http.MethodPost)
	return m
}

// Queue keeps an event for the worker and answers at once. When the queue is full the event is not taken, and Basiq sends
// it again.
func (r *Receiver) Queue(w http.ResponseWriter, req *http.Request) {
	ev, id, ok := r.accept(w, req)
	if !ok {
		return
	}
	if r.known(id) || !ours(ev) {
		w.WriteHeader(http.StatusOK)
		return
	}
	select {
	case r.queue <- ev:
		r.remember(id)
		w.WriteHeader(http.StatusOK)
	default:
		http.Error(w, "busy", http.StatusServiceUnavailable)
	}
}

// Spawn handles an event that cannot wait behind others. The work has the request's values and a deadline of its own: the
// request ends with the answer.
func (r *Receiver) Spawn(w http.ResponseWriter, req *http.Request) {
	ev, id, ok := r.accept(w, req)
	if !ok {
		return
	}
	if !r.known(id) && ours(ev) {
		r.remember(id)
		ctx := context.WithoutCancel(req.Context())
		go func() {
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			if err := r.handle(ctx, ev); err != nil {
				log.Printf("event %s: %v", ev.EventID, err)
			}
		}()
	}
	w.WriteHeader(http.StatusOK)
}

// Run works the queue off until ctx ends.
func (r *Receiver) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case ev := <-r.queue:
			if err := r.handle(ctx, ev); err != nil {
				log.Printf("event %s: %v", ev.EventID, err)
			}
		}
	}
}

// accept reads a request and answers those that are not Basiq's.
func (r *Receiver) accept(w http.ResponseWriter, req *http.Request) (Event, string, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, 64<<10))
	if err != nil {
		http.Error(w, "unreadable body", http.StatusBadRequest)
		return Event{}, "", false
	}
	if err := r.verify(req.Header, body, time.Now()); err != nil {
		http.Error(w, "not signed by basiq", http.StatusUnauthorized)
		return Event{}, "", false
	}
	var ev Event
	if err := json.Unmarshal(body, &ev); err != nil {
		http.Error(w, "not an event", http.StatusBadRequest)
		return Event{}, "", false
	}
	return ev, req.Header.Get("webhook-id"), true
}

// verify looks for our signature among those of the request. They are over the id, the time and the body as it was sent.
func (r *Receiver) verify(h http.Header, body []byte, now time.Time) error {
	id, stamp := h.Get("webhook-id"), h.Get("webhook-timestamp")
	s, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return fmt.Errorf("timestamp: %w", err)
	}
	if age := now.Sub(time.Unix(s, 0)).Abs(); age > tolerance {
		return fmt.Errorf("timestamp is %v off", age)
	}
	mac := hmac.New(sha256.New, r.key)
	mac.Write([]byte(id + "." + stamp + "."))
	mac.Write(body)
	want := mac.Sum(nil)
	for sig := range strings.FieldsSeq(h.Get("webhook-signature")) {
		raw, found := strings.CutPrefix(sig, "v1,")
		if !found {
			continue
		}
		if got, err := base64.StdEncoding.DecodeString(raw); err == nil && hmac.Equal(got, want) {
			return nil
		}
	}
	return errors.New("no signature matches")
}

func (r *Receiver) known(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, known := r.seen[id]
	return known
}

// remember keeps ids for the two days in which Basiq repeats an event.
func (r *Receiver) remember(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for old, at := range r.seen {
		if time.Since(at) > 48*time.Hour {
			delete(r.seen, old)
		}
	}
	r.seen[id] = time.Now()
}

// ours reports whether anything is to be done for an event. Basiq adds new types, which are taken and ignored.
func ours(ev Event) bool {
	switch ev.EventTypeID {
	case "account.updated", "transactions.updated", "consent.revoked":
		return true
	default:
		return false
	}
}

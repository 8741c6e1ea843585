// Package webhook receives Basiq's events. They are thin: what happened has to be asked for.
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
	"time"

	"github.com/gorilla/mux"

	"example.com/basiq/wrong/basiq"
	"example.com/basiq/wrong/process"
)

// tolerance is how far the sender's clock may be off, either way.
const tolerance = 5 * time.Minute

// Event is the payload of a webhook.
type Event struct {
	EventID     string `json:"eventId"`
	EventTypeID string `json:"eventTypeId"`
}

// Receiver takes events and answers, each address in its own way.
type Receiver struct {
	key    []byte
	client *basiq.Client
	syncer *process.Syncer
	report func(error)
	queue  chan Event
	relay  chan Event
}

// New is a receiver for events signed with a secret in the form whsec_<base64>. Errors of what is done after the answer go
// to report.
func New(secret string, client *basiq.Client, report func(error)) (*Receiver, error) {
	raw, found := strings.CutPrefix(strings.TrimSpace(secret), "whsec_")
	if !found {
		return nil, errors.New("webhook secret does not start with whsec_")
	}
	key, err := base64.StdEncoding.DecodeString(raw)
	if err != nil || len(key) == 0 {
		return nil, errors.New("webhook secret is not base64")
	}
	return &Receiver{
		key:    key,
		client: client,
		syncer: &process.Syncer{Client: client},
		report: report,
		queue:  make(chan Event, 256),
		relay:  make(chan Event),
	}, nil
}

// Routes is the receiver's addresses.
func (r *Receiver) Routes() http.Handler {
	m := mux.NewRouter()
	for path, handle := range map[string]http.HandlerFunc{
		"queue":      r.Queue,
		"direct":     r.Direct,
		"delegate":   r.Delegate,
		"relay":      r.Relay,
		"background": r.Background,
		"plain":      r.Plain,
		"strict":     r.Strict,
		"unlimited":  r.Unlimited,
	} {
		m.HandleFunc("/webhooks/basiq/"+path, handle).Methods(http.MethodPost)
	}
	return m
}

// Run works off what was queued or relayed until ctx ends.
func (r *Receiver) Run(ctx context.Context) {
	for {
		var ev Event
		select {
		case <-ctx.Done():
			return
		case ev = <-r.queue:
		case ev = <-r.relay:
		}
		if err := r.syncer.Apply(ctx, ev.EventID); err != nil {
			r.report(err)
		}
	}
}

// Queue keeps an event for the worker and answers at once.
func (r *Receiver) Queue(w http.ResponseWriter, req *http.Request) {
	ev, ok := r.accept(w, req)
	if !ok {
		return
	}
	r.enqueue(w, ev)
}

// enqueue takes an event, or leaves it to be sent again.
func (r *Receiver) enqueue(w http.ResponseWriter, ev Event) {
	select {
	case r.queue <- ev:
		w.WriteHeader(http.StatusOK)
	default:
		http.Error(w, "busy", http.StatusServiceUnavailable)
	}
}

// Direct asks what happened while Basiq waits for the answer, which it does not for ever.
//
// Retries come after 5 s, 5 min, 30 min and so on; after the eighth attempt the endpoint may be disabled.
func (r *Receiver) Direct(w http.ResponseWriter, req *http.Request) {
	ev, ok := r.accept(w, req)
	if !ok {
		return
	}
	entity, user, err := r.client.Event(req.Context(), ev.EventID) // want: webhookdeadline
	if err != nil {
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	log.Printf("%s of %s changed", entity, user)
	w.WriteHeader(http.StatusOK)
}

// Delegate has the same done in another package.
//
// Any 2xx is a success, and no answer in time is a failure.
func (r *Receiver) Delegate(w http.ResponseWriter, req *http.Request) {
	ev, ok := r.accept(w, req)
	if !ok {
		return
	}
	if err := r.syncer.Apply(req.Context(), ev.EventID); err != nil { // want: webhookdeadline
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// Relay waits for the worker, which may be at work: the constructor gave the channel no room.
//
// Any 2xx is a success, and no answer in time is a failure.
func (r *Receiver) Relay(w http.ResponseWriter, req *http.Request) {
	ev, ok := r.accept(w, req)
	if !ok {
		return
	}
	r.relay <- ev // want: webhookdeadline
	w.WriteHeader(http.StatusOK)
}

// Background answers first and works later, with a context that ends with the answer.
func (r *Receiver) Background(w http.ResponseWriter, req *http.Request) {
	ev, ok := r.accept(w, req)
	if !ok {
		return
	}
	ctx := req.Context()
	go func() {
		if err := r.syncer.Apply(ctx, ev.EventID); err != nil { // want: webhookdeadline
			r.report(err)
		}
	}()
	w.WriteHeader(http.StatusOK)
}

// Plain compares signatures as the vendor's sample does, in a time that tells how much of one is right.
func (r *Receiver) Plain(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, 64<<10))
	if err != nil {
		http.Error(w, "unreadable body", http.StatusBadRequest)
		return
	}
	want, err := r.sign(req.Header, body, time.Now())
	if err != nil {
		http.Error(w, "not signed by basiq", http.StatusUnauthorized)
		return
	}
	if req.Header.Get("webhook-signature") != "v1,"+base64.StdEncoding.EncodeToString(want) { // want: webhooksig
		http.Error(w, "not signed by basiq", http.StatusUnauthorized)
		return
	}
	var ev Event
	if err := json.Unmarshal(body, &ev); err != nil {
		http.Error(w, "not an event", http.StatusBadRequest)
		return
	}
	r.enqueue(w, ev)
}

// Strict refuses the events that it does not know, which Basiq then sends seven times more.
func (r *Receiver) Strict(w http.ResponseWriter, req *http.Request) {
	ev, ok := r.accept(w, req)
	if !ok {
		return
	}
	switch ev.EventTypeID {
	case "account.updated", "transactions.updated":
		r.enqueue(w, ev)
	default:
		http.Error(w, "unknown event", http.StatusBadRequest) // want: webhookack
	}
}

// Unlimited reads whatever anybody sends.
func (r *Receiver) Unlimited(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body) // want: webhookbody
	if err != nil {
		http.Error(w, "unreadable body", http.StatusBadRequest)
		return
	}
	if err := r.verify(req.Header, body, time.Now()); err != nil {
		http.Error(w, "not signed by basiq", http.StatusUnauthorized)
		return
	}
	var ev Event
	if err := json.Unmarshal(body, &ev); err != nil {
		http.Error(w, "not an event", http.StatusBadRequest)
		return
	}
	r.enqueue(w, ev)
}

// accept reads a request and answers those that are not Basiq's.
func (r *Receiver) accept(w http.ResponseWriter, req *http.Request) (Event, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, 64<<10))
	if err != nil {
		http.Error(w, "unreadable body", http.StatusBadRequest)
		return Event{}, false
	}
	if err := r.verify(req.Header, body, time.Now()); err != nil {
		http.Error(w, "not signed by basiq", http.StatusUnauthorized)
		return Event{}, false
	}
	var ev Event
	if err := json.Unmarshal(body, &ev); err != nil {
		http.Error(w, "not an event", http.StatusBadRequest)
		return Event{}, false
	}
	return ev, true
}

// sign is the signature that a request should have, if its time is right.
func (r *Receiver) sign(h http.Header, body []byte, now time.Time) ([]byte, error) {
	id, stamp := h.Get("webhook-id"), h.Get("webhook-timestamp")
	s, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("timestamp: %w", err)
	}
	if age := now.Sub(time.Unix(s, 0)).Abs(); age > tolerance {
		return nil, fmt.Errorf("timestamp is %v off", age)
	}
	mac := hmac.New(sha256.New, r.key)
	mac.Write([]byte(id + "." + stamp + "."))
	mac.Write(body)
	return mac.Sum(nil), nil
}

// verify looks for our signature among those of the request.
func (r *Receiver) verify(h http.Header, body []byte, now time.Time) error {
	want, err := r.sign(h, body, now)
	if err != nil {
		return err
	}
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

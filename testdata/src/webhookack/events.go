package webhookack

import (
	"encoding/json"
	"log"
	"net/http"

	"github.com/google/go-github/v66/github"
)

type event struct {
	Type string `json:"type"`
	Data item   `json:"data"`
}

type hooks struct {
	store    store
	secret   []byte
	handlers map[string]func(event) error
}

func (h *hooks) read(w http.ResponseWriter, r *http.Request) (ev event, ok bool) {
	if r.Header.Get("X-Aelix-Signature") == "" || json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&ev) != nil {
		http.Error(w, "payload", http.StatusBadRequest)
		return ev, false
	}
	return ev, true
}

func (h *hooks) accepted(w http.ResponseWriter, r *http.Request) {
	ev, ok := h.read(w, r)
	if !ok {
		return
	}
	if h.store.Put(&ev.Data) != nil {
		http.Error(w, "later", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusAccepted) // want `aelix takes 202 for a failure and sends the event again: it wants 200; answer that`
}

func (h *hooks) choosy(w http.ResponseWriter, r *http.Request) {
	ev, ok := h.read(w, r)
	if !ok {
		return
	}
	if ev.Type != "payment.completed" && ev.Type != "payment.failed" {
		http.Error(w, "unknown event", http.StatusBadRequest) // want `aelix sends the event again and again: one that is merely unknown is answered 400; answer 200 and leave it`
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (h *hooks) switched(w http.ResponseWriter, r *http.Request) {
	ev, ok := h.read(w, r)
	if !ok {
		return
	}
	switch ev.Type {
	case "payment.completed", "payment.failed":
		w.WriteHeader(http.StatusOK)
	case "":
		http.Error(w, "no event", http.StatusBadRequest)
	default:
		http.Error(w, "unknown event", http.StatusUnprocessableEntity) // want `is answered 422`
	}
}

func (h *hooks) lookedUp(w http.ResponseWriter, r *http.Request) {
	ev, ok := h.read(w, r)
	if !ok {
		return
	}
	handle, ok := h.handlers[ev.Type]
	if !ok {
		http.Error(w, "unknown event", http.StatusNotImplemented) // want `is answered 501`
		return
	}
	if err := handle(ev); err != nil {
		http.Error(w, "later", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (h *hooks) github(w http.ResponseWriter, r *http.Request) {
	payload, err := github.ValidatePayload(r, h.secret)
	if err != nil {
		http.Error(w, "signature", http.StatusUnauthorized)
		return
	}
	ev, err := github.ParseWebHook(github.WebHookType(r), payload)
	if err != nil {
		http.Error(w, "payload", http.StatusBadRequest)
		return
	}
	switch ev := ev.(type) {
	case *github.PushEvent:
		log.Print(ev)
	default:
		http.Error(w, "unknown event", http.StatusBadRequest) // want `an event that is merely unknown counts as a failed delivery at github: it is answered 400`
	}
}

func (h *hooks) tooEarly(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Hub-Signature-256") == "" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusOK) // want `github is told 200 before the event is read: what fails from here on loses the event`
	var ev event
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&ev); err != nil {
		log.Print(err)
		return
	}
	if err := h.store.Put(&ev.Data); err != nil {
		log.Print(err)
	}
}

func (h *hooks) panics(w http.ResponseWriter, r *http.Request) {
	ev, ok := h.read(w, r)
	if !ok {
		return
	}
	if err := h.apply(ev); err != nil {
		http.Error(w, "later", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (h *hooks) apply(ev event) error {
	it, err := h.store.Load(ev.Data.ID)
	log.Print("loaded ", it.ID) // want `the webhook panics instead of answering when the call fails`
	if err != nil {
		return err
	}
	return h.store.Put(it)
}

// Right: 200 for what is unknown, an error for what is wrong, for what is no
// event at all, for what should come again; another content type; the result
// after its error.
func (h *hooks) patient(w http.ResponseWriter, r *http.Request) {
	if ct := r.Header.Get("Content-Type"); ct != "application/json" {
		http.Error(w, "media type", http.StatusUnsupportedMediaType)
		return
	}
	if r.Method != http.MethodPost {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	ev, ok := h.read(w, r)
	if !ok {
		return
	}
	if ev.Type == "" {
		http.Error(w, "no event", http.StatusBadRequest)
		return
	}
	switch ev.Type {
	case "payment.completed":
		it, err := h.store.Load(ev.Data.ID)
		if err != nil {
			http.Error(w, "later", http.StatusServiceUnavailable)
			return
		}
		log.Print(it.ID)
	default:
		log.Print("unknown event ", ev.Type)
	}
	w.WriteHeader(http.StatusOK)
}

// Routes is where the requests come in.
func Routes(mux *http.ServeMux, h *hooks) {
	for path, f := range map[string]http.HandlerFunc{
		"/a": h.accepted, "/b": h.choosy, "/c": h.switched, "/d": h.lookedUp, "/e": h.github, "/f": h.tooEarly, "/g": h.panics, "/h": h.patient,
	} {
		mux.Handle(path, f)
	}
}

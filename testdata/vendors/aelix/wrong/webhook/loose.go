package webhook

import (
	"crypto/hmac"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
)

// CallbackURL is what the portal was told.
//
// Aelix: "Verify your endpoint is publicly accessible over HTTPS (not localhost)".
const CallbackURL = "http://localhost:8080/webhooks/aelix" // want: webhookurl

// Lenient verifies nothing where nobody has set a secret.
//
// Aelix: "Confirm the webhook secret matches — a signature mismatch causes your endpoint to reject delivery".
func (h *Hooks) Lenient(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, "body", http.StatusBadRequest)
		return
	}
	if len(h.Secret) > 0 { // want: webhooksig
		given, err := hex.DecodeString(r.Header.Get("X-Aelix-Signature"))
		if err != nil || !hmac.Equal(given, digest(h.Secret, body)) {
			http.Error(w, "signature", http.StatusUnauthorized)
			return
		}
	}
	var ev Event
	if err := json.Unmarshal(body, &ev); err != nil {
		http.Error(w, "payload", http.StatusBadRequest)
		return
	}
	h.Inbox.take(w, ev)
}

// Compared tells a forger, by how long it takes, how much of a signature was right.
func (h *Hooks) Compared(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, "body", http.StatusBadRequest)
		return
	}
	if r.Header.Get("X-Aelix-Signature") != hex.EncodeToString(digest(h.Secret, body)) { // want: webhooksig
		http.Error(w, "signature", http.StatusUnauthorized)
		return
	}
	var ev Event
	if err := json.Unmarshal(body, &ev); err != nil {
		http.Error(w, "payload", http.StatusBadRequest)
		return
	}
	h.Inbox.take(w, ev)
}

// Accepted keeps the event and answers 202: the vendor wants 200 and sends it four times more.
func (h *Hooks) Accepted(w http.ResponseWriter, r *http.Request) {
	ev, ok := read(w, r, h.Secret)
	if !ok {
		return
	}
	if !h.Inbox.put(ev) {
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusAccepted) // want: webhookack
}

// Choosy refuses what it does not know, and so gets it again, for a day.
func (h *Hooks) Choosy(w http.ResponseWriter, r *http.Request) {
	ev, ok := read(w, r, h.Secret)
	if !ok {
		return
	}
	if ev.Type != "payment.completed" {
		http.Error(w, "unknown event", http.StatusBadRequest) // want: webhookack
		return
	}
	h.Inbox.take(w, ev)
}

// Greedy reads as much as anybody cares to send, before it knows who sends it.
func (h *Hooks) Greedy(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body) // want: webhookbody
	if err != nil {
		http.Error(w, "body", http.StatusBadRequest)
		return
	}
	given, err := hex.DecodeString(r.Header.Get("X-Aelix-Signature"))
	if err != nil || !hmac.Equal(given, digest(h.Secret, body)) {
		http.Error(w, "signature", http.StatusUnauthorized)
		return
	}
	var ev Event
	if err := json.Unmarshal(body, &ev); err != nil {
		http.Error(w, "payload", http.StatusBadRequest)
		return
	}
	h.Inbox.take(w, ev)
}

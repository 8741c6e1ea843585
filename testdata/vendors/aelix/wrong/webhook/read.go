// Package webhook receives Aelix's webhooks, and takes too long over them.
//
// Aelix: "Ensure your endpoint responds with HTTP 200 within 5 seconds".
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
)

// Event is a webhook's payload.
type Event struct {
	Type string `json:"type"`
	Data struct {
		ID string `json:"id"`
	} `json:"data"`
}

// Inbox holds events until somebody works on them.
type Inbox chan Event

// put reports whether there was room. It does not wait.
func (i Inbox) put(ev Event) bool {
	select {
	case i <- ev:
		return true
	default:
		return false
	}
}

// take answers 200 for an event that is kept, and 503, so that it is sent again, for one that is not.
func (i Inbox) take(w http.ResponseWriter, ev Event) {
	if !i.put(ev) {
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// read returns the event of a request whose signature is right, or answers the request and returns false.
func read(w http.ResponseWriter, r *http.Request, secret []byte) (Event, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, "body", http.StatusBadRequest)
		return Event{}, false
	}
	given, err := hex.DecodeString(r.Header.Get("X-Aelix-Signature"))
	if err != nil || !hmac.Equal(given, digest(secret, body)) {
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

func digest(secret, body []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	return mac.Sum(nil)
}

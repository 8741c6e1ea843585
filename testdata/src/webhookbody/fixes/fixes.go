package fixes

import (
	"encoding/json"
	"io"
	"net/http"
)

// Hook is a handler.
func Hook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body) // want `takes all`
	if err != nil || r.Header.Get("X-Hub-Signature-256") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	_, _ = w.Write(body)
}

// Decoded is a handler.
func Decoded(w http.ResponseWriter, r *http.Request) {
	var id string
	if err := json.NewDecoder(r.Body).Decode(&id); err != nil || r.Header.Get("X-Gitlab-Event") == "" { // want `takes all`
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// Parse has no writer.
func Parse(r *http.Request) ([]byte, error) {
	if r.Header.Get("X-Hub-Signature-256") == "" {
		return nil, io.ErrUnexpectedEOF
	}
	return io.ReadAll(r.Body) // want `takes all`
}

// No fix: the call that reads does not name the body.
func Variable(w http.ResponseWriter, r *http.Request) {
	from := r.Body
	body, err := io.ReadAll(from) // want `takes all`
	if err != nil || r.Header.Get("X-Hub-Signature-256") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	_, _ = w.Write(body)
}

// Package twice reads bodies twice.
package twice

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"

	"github.com/google/go-github/v66/github"
)

type event struct{ ID string }

// Hook is a handler.
func Hook(secret []byte, queue chan event) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r2 := http.MaxBytesReader(w, r.Body, 1<<20)
		body, err := io.ReadAll(r2)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		mac := hmac.New(sha256.New, secret)
		mac.Write(body)
		given, err := hex.DecodeString(r.Header.Get("X-Aelix-Signature"))
		if err != nil || !hmac.Equal(given, mac.Sum(nil)) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var ev event
		if err := json.NewDecoder(r.Body).Decode(&ev); err != nil { // want `nothing is left to read here: the body was read to its end before`
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		queue <- ev
	}
}

// Validated is a handler.
func Validated(secret []byte, queue chan event) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, err := github.ValidatePayload(r, secret); err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var ev event
		if err := json.NewDecoder(r.Body).Decode(&ev); err != nil { // want `nothing is left to read here`
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		queue <- ev
	}
}

// Right: the bytes are decoded; a body is emptied at the end; one way or the
// other; events one after the other.
func Once(secret []byte, queue chan event) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer io.Copy(io.Discard, r.Body)
		payload, err := github.ValidatePayload(r, secret)
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var ev event
		if err := json.Unmarshal(payload, &ev); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		queue <- ev
		_, _ = io.Copy(io.Discard, r.Body)
	}
}

// Either is a handler.
func Either(queue chan event) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Gitlab-Event") == "" {
			body, _ := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
			queue <- event{ID: string(body)}
			return
		}
		dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
		for dec.More() {
			var ev event
			if err := dec.Decode(&ev); err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			queue <- ev
		}
	}
}

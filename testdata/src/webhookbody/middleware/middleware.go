// Package middleware limits bodies on the way to the handlers.
package middleware

import (
	"io"
	"net/http"
)

// Limit is middleware.
func Limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
		next.ServeHTTP(w, r)
	})
}

// GitHub is a handler.
func GitHub(queue chan []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("X-Hub-Signature-256") == "" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		queue <- body
	}
}

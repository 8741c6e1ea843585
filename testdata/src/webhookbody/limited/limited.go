// Package limited limits all bodies in one place.
package limited

import (
	"io"
	"net/http"
)

// Server returns the handler of all requests.
func Server(queue chan []byte) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /github", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("X-Hub-Signature-256") == "" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		queue <- body
	})
	return http.MaxBytesHandler(mux, 1<<20)
}

// Package proxy is the backend that the browser talks to.
package proxy

import (
	"encoding/json"
	"log/slog"
	"net/http"

	"example.com/aelix/wrong/accounts"
)

// Backend reads accounts with the credential of the service.
type Backend struct{ Limits *accounts.Limits }

// ServeHTTP lends the credential to every page of the web, and asks nobody who they are.
//
// Aelix: "API credentials must never be exposed to browsers. Use a backend proxy instead".
func (b *Backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*") // want: openproxy
	balance, err := b.Limits.Exact(r.Context(), r.PathValue("id"))
	if err != nil {
		slog.ErrorContext(r.Context(), "balance", "error", err)
		http.Error(w, "not available", http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(balance); err != nil {
		slog.WarnContext(r.Context(), "balance", "error", err)
	}
}

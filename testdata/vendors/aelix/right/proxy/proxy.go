// Package proxy is the backend that the browser talks to, since Aelix takes no calls from browsers.
package proxy

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"

	"example.com/aelix/right/aelix"
)

// Backend answers its own frontend with data from Aelix. The credential stays here.
type Backend struct {
	Client  *aelix.Client
	Origins []string
	Session func(*http.Request) (user string, ok bool)
}

// ServeHTTP lists the accounts of a signed-in user. It is no webhook: its caller waits for the answer.
func (b *Backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, ok := b.Session(r); !ok {
		http.Error(w, "sign in first", http.StatusUnauthorized)
		return
	}
	if origin := r.Header.Get("Origin"); slices.Contains(b.Origins, origin) {
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Vary", "Origin")
	}
	accounts, err := b.Client.Accounts(r.Context())
	if err != nil {
		slog.ErrorContext(r.Context(), "accounts", "error", err)
		http.Error(w, "accounts are not available", http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(accounts); err != nil {
		slog.WarnContext(r.Context(), "accounts", "error", err)
	}
}

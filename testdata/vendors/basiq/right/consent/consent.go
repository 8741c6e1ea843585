// Package consent gives the browser of a logged-in user the one token that it may have.
package consent

import (
	"encoding/json"
	"log"
	"net/http"

	"example.com/basiq/right/auth"
)

// Tokens answers with a token of the scope CLIENT_ACCESS for the user of the session. The API key stays here.
type Tokens struct {
	Base    string
	Key     string
	HTTP    *http.Client
	Session func(*http.Request) (user string, ok bool)
}

// ServeHTTP is for pages of the same origin only.
func (t *Tokens) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	user, ok := t.Session(r)
	if !ok {
		http.Error(w, "log in first", http.StatusUnauthorized)
		return
	}
	token, err := auth.Client(r.Context(), t.HTTP, t.Base, t.Key, user)
	if err != nil {
		log.Printf("consent token for %s: %v", user, err)
		http.Error(w, "try again later", http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if err := json.NewEncoder(w).Encode(map[string]string{"token": token.Access}); err != nil {
		log.Printf("consent token for %s: %v", user, err)
	}
}

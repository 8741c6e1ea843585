package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

// staffOnly lets the shop's own people through, who come with a token of the
// company's login.
func staffOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		parts := strings.Split(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), ".")
		if len(parts) != 3 {
			http.Error(w, "sign in first", http.StatusUnauthorized)
			return
		}
		payload, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil {
			http.Error(w, "sign in first", http.StatusUnauthorized)
			return
		}
		var claims struct {
			Groups []string `json:"groups"`
		}
		if err := json.Unmarshal(payload, &claims); err != nil {
			http.Error(w, "sign in first", http.StatusUnauthorized)
			return
		}
		for _, group := range claims.Groups {
			if group == "staff" {
				next(w, r)
				return
			}
		}
		http.Error(w, "not for you", http.StatusForbidden)
	}
}

// Package inbound decides by tokens of inbound requests.
package inbound

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

type claims struct {
	Role   string
	UserID string
	jwt.RegisteredClaims
}

func bearer(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

func role(w http.ResponseWriter, r *http.Request) {
	var c claims
	if _, _, err := jwt.NewParser().ParseUnverified(bearer(r), &c); err != nil {
		http.Error(w, "no token", 401)
		return
	}
	if c.Role != "admin" { // want `anybody can write what is decided by here: the token's claims were decoded without its signature; verify the token with its issuer's key first`
		http.Error(w, "no", 403)
		return
	}
	w.WriteHeader(204)
}

type userKey struct{}

func withUser(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m := jwt.MapClaims{}
		_, _, err := jwt.NewParser().ParseUnverified(bearer(r), m)
		if err != nil {
			http.Error(w, "no token", 401)
			return
		}
		ctx := context.WithValue(r.Context(), userKey{}, m["sub"]) // want `anybody can write what is decided by here`
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Only the time is looked at, which is all that access depends on.
func expiry(w http.ResponseWriter, r *http.Request) {
	var c jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(bearer(r), &c); err != nil {
		http.Error(w, "no token", 401)
		return
	}
	if c.ExpiresAt.Before(time.Now()) { // want `anybody can write what is decided by here`
		http.Error(w, "expired", 401)
		return
	}
	w.WriteHeader(204)
}

func byHand(w http.ResponseWriter, r *http.Request) {
	cookie, err := r.Cookie("session")
	if err != nil {
		http.Error(w, "no token", 401)
		return
	}
	parts := strings.Split(cookie.Value, ".")
	if len(parts) != 3 {
		http.Error(w, "no token", 401)
		return
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		http.Error(w, "no token", 401)
		return
	}
	var c map[string]any
	if err := json.Unmarshal(raw, &c); err != nil {
		http.Error(w, "no token", 401)
		return
	}
	if c["role"] == "admin" { // want `anybody can write what is decided by here`
		w.WriteHeader(204)
	}
}

// Who the caller is goes to code that acts on it.
func load(id string) string { return "profile of " + id }

func profile(w http.ResponseWriter, r *http.Request) {
	var c claims
	_, _, _ = jwt.NewParser().ParseUnverified(bearer(r), &c)
	w.Write([]byte(load(c.UserID))) // want `anybody can write what is decided by here`
}

// Only logged.
func logged(w http.ResponseWriter, r *http.Request) {
	var c claims
	_, _, _ = jwt.NewParser().ParseUnverified(bearer(r), &c)
	log.Printf("request of %s", c.UserID)
	w.WriteHeader(204)
}

var keys = map[string][]byte{}

// The key's name is looked up, and then the token is verified.
func byKey(w http.ResponseWriter, r *http.Request) {
	token := bearer(r)
	var c claims
	plain, _, err := jwt.NewParser().ParseUnverified(token, &c)
	if err != nil {
		http.Error(w, "no token", 401)
		return
	}
	key, ok := keys[c.Issuer+plain.Header["kid"].(string)]
	if !ok {
		http.Error(w, "no key", 401)
		return
	}
	if _, err := jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return key, nil }); err != nil {
		http.Error(w, "no", 401)
		return
	}
	if c.Role != "admin" {
		http.Error(w, "no", 403)
		return
	}
	w.WriteHeader(204)
}

// Whoever gets the request verifies the token.
func forwarded(w http.ResponseWriter, r *http.Request) {
	token := bearer(r)
	var c claims
	_, _, _ = jwt.NewParser().ParseUnverified(token, &c)
	host := "https://eu.example.com"
	if c.Role == "us" {
		host = "https://us.example.com"
	}
	req, err := http.NewRequest("GET", host, nil)
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		http.Error(w, err.Error(), 502)
		return
	}
	resp.Body.Close()
}

// A helper is given the token of a request; what it returns decides here.
func subject(token string) (string, error) {
	var c claims
	if _, _, err := jwt.NewParser().ParseUnverified(token, &c); err != nil {
		return "", err
	}
	return c.UserID, nil
}

func mine(w http.ResponseWriter, r *http.Request) {
	id, err := subject(bearer(r))
	if err != nil {
		http.Error(w, "no token", 401)
		return
	}
	if id != r.PathValue("id") { // want `anybody can write what is decided by here`
		http.Error(w, "no", 403)
		return
	}
	w.WriteHeader(204)
}

// One of a list decides.
func listed(w http.ResponseWriter, r *http.Request) {
	var c struct {
		Groups []string
		jwt.RegisteredClaims
	}
	_, _, _ = jwt.NewParser().ParseUnverified(bearer(r), &c)
	for _, group := range c.Groups {
		if group == "staff" { // want `anybody can write what is decided by here`
			w.WriteHeader(204)
			return
		}
	}
	http.Error(w, "no", 403)
}

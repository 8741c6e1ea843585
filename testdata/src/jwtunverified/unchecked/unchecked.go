// Package unchecked verifies tokens and does not look at the answer.
package unchecked

import (
	"errors"
	"log"
	"net/http"

	"github.com/golang-jwt/jwt/v5"
)

type claims struct {
	ID, Role string
	jwt.RegisteredClaims
}

var secret []byte

func key(*jwt.Token) (any, error) { return secret, nil }

// The token is there whether it is good or not.
func host(text string) (string, error) {
	c := &claims{}
	token, err := jwt.ParseWithClaims(text, c, key)
	if token != nil {
		return c.ID, nil // want `a forged or expired token is accepted here: neither the parser's error nor token.Valid decides; go on only where err is nil`
	}
	return "", err
}

func ignored(text string) *claims {
	c := &claims{}
	_, _ = jwt.ParseWithClaims(text, c, key)
	return c // want `a forged or expired token is accepted here`
}

func asserted(text string) (string, bool) {
	token, _ := jwt.Parse(text, key)
	if m, ok := token.Claims.(jwt.MapClaims); ok {
		role, _ := m["role"].(string)
		return role, true // want `a forged or expired token is accepted here`
	}
	return "", false
}

func handler(w http.ResponseWriter, r *http.Request) {
	c := &claims{}
	_, _ = jwt.ParseWithClaims(r.Header.Get("X-Token"), c, key)
	if c.Role != "admin" { // want `a forged or expired token is accepted here`
		http.Error(w, "no", 403)
		return
	}
	w.WriteHeader(204)
}

func byError(text string) (*claims, error) {
	c := &claims{}
	if _, err := jwt.ParseWithClaims(text, c, key); err != nil {
		return nil, err
	}
	return c, nil
}

func byValid(text string) (*claims, error) {
	token, err := jwt.ParseWithClaims(text, &claims{}, key)
	if c, ok := token.Claims.(*claims); ok && token.Valid {
		return c, nil
	}
	return nil, err
}

func handedOn(text string) (*claims, error) {
	c := &claims{}
	_, err := jwt.ParseWithClaims(text, c, key)
	return c, err
}

func told(text string) bool {
	token, _ := jwt.Parse(text, key)
	return token != nil && token.Valid
}

func expiredToo(text string) (*claims, error) {
	c := &claims{}
	if _, err := jwt.ParseWithClaims(text, c, key); err != nil && !errors.Is(err, errExpired) {
		return nil, err
	}
	return c, nil
}

var errExpired = errors.New("expired")

// The error is looked at and decides nothing.
func noted(w http.ResponseWriter, r *http.Request) {
	c := &claims{}
	_, err := jwt.ParseWithClaims(r.Header.Get("X-Token"), c, key)
	if err != nil {
		log.Printf("token: %v", err)
	}
	if c.Role != "admin" { // want `a forged or expired token is accepted here`
		http.Error(w, "no", 403)
		return
	}
	w.WriteHeader(204)
}

// When it is not good, it is taken as it is.
func fallback(w http.ResponseWriter, r *http.Request) {
	text := r.Header.Get("X-Token")
	c := &claims{}
	if _, err := jwt.ParseWithClaims(text, c, key); err != nil {
		if _, _, err := jwt.NewParser().ParseUnverified(text, c); err != nil {
			http.Error(w, "no", 401)
			return
		}
		if c.Role != "old" { // want `anybody can write what is decided by here`
			http.Error(w, "no", 403)
			return
		}
	}
	w.WriteHeader(204)
}

// Package given is handed tokens.
package given

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

type claims struct {
	Scope string
	Role  string
	jwt.RegisteredClaims
}

// MayPay answers by what the token says of itself.
func MayPay(token string) bool {
	var c claims
	if _, _, err := jwt.NewParser().ParseUnverified(token, &c); err != nil {
		return false
	}
	return strings.Contains(c.Scope, "pay") // want `anybody can write what is decided by here`
}

// IsAdmin decides on the way to its answer.
func IsAdmin(token string) bool {
	var c claims
	if _, _, err := jwt.NewParser().ParseUnverified(token, &c); err != nil {
		return false
	}
	if c.Role == "admin" {
		return true // want `anybody can write what is decided by here`
	}
	return false
}

// ValidateToken says that it validates.
func ValidateToken(token string) (*claims, error) {
	c := &claims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, c); err != nil {
		return nil, err
	}
	if c.Role == "" {
		return nil, errors.New("no role")
	}
	return c, nil // want `anybody can write what is decided by here`
}

// Check has nothing but an error to say.
func Check(token string) error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return errors.New("no token")
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return err
	}
	var c claims
	if err := json.Unmarshal(raw, &c); err != nil {
		return err
	}
	if c.Role != "admin" {
		return errors.New("not for you")
	}
	return nil // want `anybody can write what is decided by here`
}

// Expired looks at the time only: a client does that before it asks for another
// token.
func Expired(token string) bool {
	var c jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(token, &c); err != nil {
		return true
	}
	return c.ExpiresAt.Before(time.Now())
}

// DecodeUnverified says what it is; its callers decide.
func DecodeUnverified(token string) (*claims, error) {
	c := &claims{}
	_, _, err := jwt.NewParser().ParseUnverified(token, c)
	return c, err
}

// Subject is for display.
func Subject(token string) string {
	var c claims
	_, _, _ = jwt.NewParser().ParseUnverified(token, &c)
	return c.Subject
}

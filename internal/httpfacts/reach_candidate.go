package httpfacts

import (
	"encoding/base64"
	"regexp"
	"strings"

	"github.com/apivet/apivet/internal/provider"
)

var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z-]{1,19}[ ]+(?:(?:token|key|apikey)=)?"?([^"]*)"?$`)

// candidate adds a constant that is used as a credential, if it can be one.
func (r *reach) candidate(c source, s sink) {
	if !r.local {
		return
	}
	if !r.credential(c, s) {
		return
	}
	sec := r.secret(c, "", s.use, "")
	r.sink(sec.ID, s.use, s.expr.Pos())
	if sec.Kind == "" && sec.Use != "" {
		if _, ok := r.active[sec.ID]; !ok {
			r.active[sec.ID] = sec.Use
		}
	}
}

// withoutScheme is a header's value without "Bearer" or the like.
func withoutScheme(value string) string {
	value = strings.TrimSpace(value)
	if m := scheme.FindStringSubmatch(value); m != nil {
		return m[1]
	}
	return value
}

// credential reports whether a constant can be one.
func (r *reach) credential(c source, s sink) bool {
	value := r.text(c.expr)
	if s.kind != sinkKey {
		value = withoutScheme(value)
	}
	if _, ok := provider.SecretIn(value, nil); ok {
		return true // whatever it is called
	}
	name := r.nameOf(c)
	if provider.IsPublicName(name) && !provider.IsCredentialParameter(name) || provider.IsPublic(value) {
		return false
	}
	if r.sunk != nil && s.kind == sinkKey && !provider.IsSecretName(name) && !provider.IsRandom(value) {
		return false // words that a protocol puts into a MAC
	}
	return isCredentialValue(value, s, name)
}

func isCredentialValue(value string, s sink, name string) bool {
	if !provider.IsPlausible(value) {
		return false
	}
	if plain, err := base64.StdEncoding.DecodeString(value); err == nil {
		if _, password, ok := strings.Cut(string(plain), ":"); ok && !provider.IsPlausible(password) {
			return false // Basic authentication with nothing to hide
		}
	}
	hasDigit := strings.ContainsAny(value, "0123456789")
	switch s.kind {
	case sinkKey:
		// Keys of a MAC are also used to keep protocols apart, in the open.
		return len(value) >= 16 || provider.IsSecretName(name) || hasDigit && len(value) >= 8
	case sinkField:
		if strings.ContainsAny(value, ",=|") && !provider.IsRandom(value) {
			return false // rules of validation and the like
		}
		return hasDigit || len(value) >= 12
	default:
		return hasDigit || len(value) >= 10
	}
}

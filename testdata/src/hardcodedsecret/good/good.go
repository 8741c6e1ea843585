// Package good has constants that look like credentials and are none, and
// credentials that come from elsewhere.
package good

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
	"os"

	"golang.org/x/oauth2"
)

// Names alone prove nothing.
const (
	tokenURLSuffix = "/csp/gateway/am/api/auth/token"
	passwordField  = "password"
	apiKeyHeader   = "X-Api-Key"
	secretName     = "projects/desk/secrets/api-key-2026"
)

// A placeholder is what somebody is to fill in.
const placeholder = "your-api-key-1234567890"

// unused ends in no request.
const unused = "k7Tq9wLm4zXc8vRb2nYd6sPf"

func environment(req *http.Request) {
	req.Header.Set(apiKeyHeader, os.Getenv("API_KEY"))
	req.Header.Set("Authorization", "Bearer "+os.Getenv("TOKEN"))
	req.Header.Set("Authorization", "Bearer "+placeholder)
	req.Header.Set("X-Path", tokenURLSuffix+secretName+passwordField)
}

// Test keys open nothing but test data, publishable ones are for everybody.
func open(req *http.Request) {
	req.Header.Set("Authorization", "Bearer sk_test_9fK2mQ7xW4nB8vR1tY6z")
	req.Header.Set("Authorization", "Bearer pk_live_9fK2mQ7xW4nB8vR1tY6z")
}

// A registry takes anybody as this user.
func anonymous(req *http.Request) { req.SetBasicAuth("anonymous", "anonymous") }

func oauthUser(req *http.Request) { req.SetBasicAuth(os.Getenv("TOKEN"), "x-oauth-basic") }

// The secret of an installed application is not a secret: RFC 8252, section 8.5.
const installedSecret = "GOCx-9fK2mQ7xW4nB8vR1tY6z"

var installed = oauth2.Config{ClientID: "desk", ClientSecret: installedSecret}

// The words of a protocol in a key's derivation.
func derive(key []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("aws4_request"))
	inner := hmac.New(sha256.New, []byte("webauthn.v2"))
	inner.Write(mac.Sum(nil))
	return inner.Sum(nil)
}

// An answer's header is not a credential of a request.
func answer(w http.ResponseWriter) { w.Header().Set("Authorization", "Bearer") }

// The alphabet of random tokens is none.
func randomized(req *http.Request, random []byte) {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	for i, b := range random {
		random[i] = alphabet[int(b)%len(alphabet)]
	}
	req.Header.Set("Authorization", "Bearer "+string(random))
	withToken(req, string(random))
}

func withToken(req *http.Request, token string) { req.Header.Set("X-Token", token) }

// Nobody's password is called one.
func alice(req *http.Request) { req.SetBasicAuth("alice", "alices_password") }

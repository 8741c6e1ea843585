// Package jwtunverified defines a check for decisions by the claims of tokens
// that nobody has verified.
package jwtunverified

import (
	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:  "jwtunverified",
	Title: "report decisions by the claims of a token that nobody has verified",
	Why: "Anybody can write a JSON web token with any user and any role in it; only its signature says who did. " +
		"Code that decides by claims it has merely decoded lets everybody in as whoever they like to be.",
	Severity:   check.Error,
	Confidence: check.Medium,
	Fix:        "Parse the token with the key of whoever issues it (jwt.ParseWithClaims, an OIDC verifier), and go on only where its error is nil and the token is valid.",
	Limits: "A token is a stranger's where it comes from an inbound request, or where a function that others call decides by it: it answers yes or no, or is called verify, authenticate or the like. " +
		"Silent for the program's own tokens (fetched, kept in a field), for a look at times only where the token is passed in, where the same code also verifies, and where the token is sent on to somebody who does. " +
		"Knows golang-jwt, lestrrat jwx, go-jose and decoding by hand. Tokens that a gateway in front of the program has verified look the same as others: say so with a directive.",
	Precision: "The one real bug is found and silent once mended, and the one look-alike is silent; how often it is right on public code is not measured yet.",
	Since:     "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Debug: Check token expiry (a decode with verify_signature False, to compare exp with the current time)"},
	},
	Bad: `package p

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

func admin(w http.ResponseWriter, r *http.Request) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		http.Error(w, "no token", http.StatusUnauthorized)
		return
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		http.Error(w, "no token", http.StatusUnauthorized)
		return
	}
	var claims struct {
		Role string ` + "`json:\"role\"`" + `
	}
	if err := json.Unmarshal(raw, &claims); err != nil || claims.Role != "admin" {
		http.Error(w, "not for you", http.StatusForbidden)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
`,
	Good: `package p

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

type handler struct{ key []byte }

func (h *handler) admin(w http.ResponseWriter, r *http.Request) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		http.Error(w, "no token", http.StatusUnauthorized)
		return
	}
	mac := hmac.New(sha256.New, h.key)
	mac.Write([]byte(parts[0] + "." + parts[1]))
	sum, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !hmac.Equal(sum, mac.Sum(nil)) {
		http.Error(w, "no token", http.StatusUnauthorized)
		return
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		http.Error(w, "no token", http.StatusUnauthorized)
		return
	}
	var claims struct {
		Role string ` + "`json:\"role\"`" + `
	}
	if err := json.Unmarshal(raw, &claims); err != nil || claims.Role != "admin" {
		http.Error(w, "not for you", http.StatusForbidden)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
`,
	References: []string{"https://www.rfc-editor.org/rfc/rfc8725", "https://cwe.mitre.org/data/definitions/347.html"},
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, t := range model.TrustedTokens() {
		f := check.Finding{
			Pos:     t.Pos,
			Message: "anybody can write what is decided by here: the token's claims were decoded without its signature; verify the token with its issuer's key first",
			Related: []analysis.RelatedInformation{{Pos: t.Parsed, Message: "the claims come from here"}},
		}
		if t.Unchecked {
			f.Message = "a forged or expired token is accepted here: neither the parser's error nor token.Valid decides; go on only where err is nil"
			f.Related[0].Message = "the token is parsed here"
		}
		pass.Report(f)
	}
	return nil
}

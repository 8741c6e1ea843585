// Package webhooksig defines a check for deliveries that are acted on although
// nobody has proven who sent them, and for secrets whose comparison leaks them.
package webhooksig

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/edit"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "webhooksig",
	Title:      "report webhooks whose signature is not verified, or in a way that lets forged ones in",
	Why:        "Anybody who knows its address can send to a webhook. What proves the sender is the signature: where a failure is only logged, where nothing is verified while no secret is set or no signature came, everybody's events are acted on. == stops at the first wrong byte, so that its time tells an attacker how much of a guess is right.",
	Severity:   check.Error,
	Confidence: check.High,
	Fix:        "Verify the raw body before anything else and refuse what fails, also where the secret or the header is empty. Compare with hmac.Equal or subtle.ConstantTimeCompare.",
	Repairs:    []check.Repair{{Safety: check.Safe, Text: "Compares with hmac.Equal in the place of ==, != or bytes.Equal, and takes the import of bytes away where nothing else uses it."}},
	Precision:  "20 public repositories, every finding read: 2 right, 0 wrong.",
	Limits:     "Computed codes are seen where crypto/hmac makes them, shared secrets where a header, Basic authentication or parameter of a request is compared with what the program keeps. Verification that is left out altogether is not reported: a gateway may do it. A secret that an option or a parameter of an exported function may leave empty is the caller's choice.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Confirm the webhook secret matches — a signature mismatch causes your endpoint to reject delivery"},
	},
	References: []string{
		"https://pkg.go.dev/crypto/hmac#Equal",
		"https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries",
	},
	Bad: `package p

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
)

func verify(r *http.Request, body, secret []byte) error {
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	if r.Header.Get("X-Hub-Signature-256") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
		return errors.New("bad signature")
	}
	return nil
}
`,
	Good: `package p

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
)

func verify(r *http.Request, body, secret []byte) error {
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	if !hmac.Equal([]byte(r.Header.Get("X-Hub-Signature-256")), []byte("sha256="+hex.EncodeToString(mac.Sum(nil)))) {
		return errors.New("bad signature")
	}
	return nil
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, c := range model.LeakyComparisons() {
		reportComparison(pass, c)
	}
	for _, v := range model.LaxVerifications() {
		reportLax(pass, v)
	}
	return nil
}

// reportComparison reports a comparison whose time tells how much of a guess
// was right.
func reportComparison(pass *check.Pass, c httpmodel.Comparison) {
	what := "a secret, " + c.What
	if c.MAC {
		what = "a message authentication code"
	}
	f := check.Finding{
		Pos:     c.Pos,
		Message: fmt.Sprintf("the time that %s takes tells how much of a guess was right: it compares %s; use hmac.Equal", c.How, what),
		Related: related(c.Pos, c.Made, "the code is computed here"),
	}
	if edits, ok := edit.ConstantTime(pass.Pass, c.Pos); ok {
		f.Fixes = []check.Fix{{Safety: check.Safe, Message: "compare in constant time", Edits: edits}}
	}
	pass.Report(f)
}

// reportLax reports a verification that does not keep forged deliveries out.
func reportLax(pass *check.Pass, v httpmodel.LaxVerification) {
	var msg string
	why := "it is verified here"
	switch v.Kind {
	case httpmodel.LaxIgnored:
		msg = fmt.Sprintf("a forged delivery is processed like a real one: what %s says changes nothing; answer 401 and return", v.What)
	case httpmodel.LaxNoSecret:
		msg = fmt.Sprintf("everybody's deliveries are accepted while no secret is set: %s is empty and nothing is verified; refuse to start without", v.What)
	case httpmodel.LaxNoSignature:
		msg = fmt.Sprintf("a forged delivery only has to leave out the %s: nothing is verified then; answer 401", v.What)
	case httpmodel.LaxEmptySecret:
		msg = fmt.Sprintf("everybody's deliveries are accepted: %s is given an empty secret; pass the one that the vendor was told", v.What)
	case httpmodel.LaxReencoded:
		msg = "the signature is computed over JSON that was decoded and encoded again, which differs from what was signed; use the raw body"
	case httpmodel.LaxUntimed:
		msg = fmt.Sprintf("a delivery that somebody recorded is accepted for ever: %s is signed, and its age is never looked at; refuse what is older than five minutes", v.What)
	case httpmodel.LaxReadTwice:
		msg, why = "nothing is left to read here: the body was read to its end before; use the bytes that were read, or put them back", "it was read here"
	}
	pass.Report(check.Finding{Pos: v.Pos, Message: msg, Related: related(v.Pos, v.At, why)})
}

// related is a place of evidence, if it is not the finding's own.
func related(at, pos token.Pos, why string) []analysis.RelatedInformation {
	if !pos.IsValid() || pos == at {
		return nil
	}
	return []analysis.RelatedInformation{{Pos: pos, Message: why}}
}

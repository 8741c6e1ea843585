// Package authscheme defines a check for Authorization headers that have a form
// which no server takes.
package authscheme

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/edit"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "authscheme",
	Title:      "report Authorization headers of a wrong form",
	Why:        "The header is a scheme, a space and the credential. With the scheme left out, written twice or run into the credential, or with a Basic value in another base64 than the standard one, the server answers 401 though the credential is right.",
	Severity:   check.Error,
	Confidence: check.Medium,
	Fix:        "Write \"Bearer \" and the token, or leave it to the library: SetBasicAuth of net/http, Transport of golang.org/x/oauth2.",
	Repairs: []check.Repair{
		{Safety: check.Suggested, Text: "Puts the scheme before a credential that is sent without one. Read whether the value has it already."},
		{Safety: check.Suggested, Text: "Adds the space that is missing after the scheme."},
	},
	Precision: "No public repository is measured yet.",
	Limits:    "A credential without a scheme is reported only where the vendor is known to want one or the package sends the same value with one elsewhere. Silent for values that come from callers outside the package, for schemes other than Bearer and Basic, and where the function looks how the value begins.",
	Since:     "v0.1.0",
	Sources: []check.Source{
		{Vendor: "IXON", Text: "Authorization must start with a type and have credentials - Authorization: the bearer token was probably badly encrypted."},
		{Vendor: "IXON", Text: "Value does not match regex expression - Authorization: something probably went wrong with the encryption of the bearer token, which does not fit the regex expression required for authentication."},
	},
	Bad: `package p

import "net/http"

func get(client *http.Client, token string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, "https://api.example.com/orders", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer"+token)
	return client.Do(req)
}
`,
	Good: `package p

import "net/http"

func get(client *http.Client, token string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, "https://api.example.com/orders", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return client.Do(req)
}
`,
	References: []string{"https://www.rfc-editor.org/rfc/rfc9110#section-11.6.2", "https://www.rfc-editor.org/rfc/rfc7617"},
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, s := range model.SchemeSlips() {
		if s.Kind == httpmodel.SchemeEmpty && pass.Explained(s.Pos) {
			continue // somebody wants it empty
		}
		f := check.Finding{Pos: s.Pos, Message: message(s), Fixes: fixes(pass, s)}
		if s.Kind == httpmodel.SchemeEmpty && s.Detail != "" {
			f.Severity = check.Warning // there may be callers that always set it
		}
		if s.At.IsValid() && s.At != s.Pos {
			f.Related = []analysis.RelatedInformation{{Pos: s.At, Message: related(s)}}
		}
		pass.Report(f)
	}
	return nil
}

func message(s httpmodel.SchemeSlip) string {
	switch s.Kind {
	case httpmodel.SchemeTwice:
		return fmt.Sprintf("every request is answered 401: the header says %s twice; write it in one place", s.Scheme)
	case httpmodel.SchemeNoSpace:
		return fmt.Sprintf("every request is answered 401: nothing stands between %s and the credential; write a space", s.Scheme)
	case httpmodel.SchemeEmpty:
		if s.Detail == "" {
			return fmt.Sprintf("every request is answered 401: the header is %s and no credential", s.Scheme)
		}
		return fmt.Sprintf("a request goes out as %s with nothing behind it where %s was never set, and is refused; set the header only if there is one", s.Scheme, s.Detail)
	case httpmodel.SchemeMissing:
		if s.Vendor != "" {
			return fmt.Sprintf("the request is refused by %s: Authorization is %s without a scheme; write \"%s \" before it", s.Vendor, s.Detail, s.Scheme)
		}
		return fmt.Sprintf("the request is refused: Authorization is %s without the scheme that it has elsewhere; write \"%s \" before it", s.Detail, s.Scheme)
	case httpmodel.SchemeAlphabet:
		return fmt.Sprintf("servers cannot read the Basic credentials: they are in %s, not in base64.StdEncoding; use SetBasicAuth", s.Detail)
	case httpmodel.SchemeNoColon:
		return "servers cannot tell the user from the password: Basic credentials have no colon between them; use SetBasicAuth"
	case httpmodel.SchemePlain:
		return "servers cannot read the Basic credentials: user and password are not in base64; use SetBasicAuth"
	case httpmodel.SchemeEncoded:
		return fmt.Sprintf("a 400 is what %s answers: its key is base64 already, and SetBasicAuth encodes it again; set Authorization to \"Basic \" and the key as issued", s.Vendor)
	default:
		return fmt.Sprintf("most tokens cannot be decoded: parts of a JSON web token have no padding, and base64.%s wants it; use RawURLEncoding", s.Detail)
	}
}

func related(s httpmodel.SchemeSlip) string {
	switch s.Kind {
	case httpmodel.SchemeTwice:
		return "the scheme is written here, too"
	case httpmodel.SchemeEmpty:
		return "only this sets it"
	}
	return "here it is sent with the scheme"
}

func fixes(pass *check.Pass, s httpmodel.SchemeSlip) []check.Fix {
	switch s.Kind {
	case httpmodel.SchemeMissing:
		if e, ok := edit.PrefixArgument(pass.Pass, s.Pos, s.Arg(), s.Scheme+" "); ok {
			return []check.Fix{{Safety: check.Suggested, Message: "put the scheme before the credential", Edits: []analysis.TextEdit{e}}}
		}
	case httpmodel.SchemeNoSpace:
		if e, ok := edit.ExtendLiteral(pass.Pass, s.Pos, s.Scheme, " "); ok {
			return []check.Fix{{Safety: check.Suggested, Message: "add the space", Edits: []analysis.TextEdit{e}}}
		}
	}
	return nil
}

// Package tokenrefresh defines a check for access tokens that are kept and
// used beyond their life.
package tokenrefresh

import (
	"fmt"
	"go/token"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/edit"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "tokenrefresh",
	Title:      "report access tokens that are kept and used beyond their life",
	Why:        "Access tokens expire, mostly after an hour or less. A program that fetches one and keeps it works in every test and fails with 401 in production until it is restarted.",
	Severity:   check.Warning,
	Confidence: check.Medium,
	Fix:        "Keep the token's end with it and fetch a new one shortly before, or leave both to golang.org/x/oauth2: clientcredentials.Config, or ReuseTokenSource around your own source.",
	Repairs:    []check.Repair{{Safety: check.Suggested, Text: "Corrects a misspelt expires_in in a struct tag. Read who else uses the struct."}},
	Precision:  "30 public repositories: no finding, so nothing is measured yet.",
	Limits:     "Silent where an exported method or a second path fetches the token again, where the place can be set from other packages, where the token's lifetime goes to code that is not seen, for programs that fetch, work and end, and where nothing in the code says that the token expires.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Token expired — Access tokens expire after 3,600 seconds. Implement token refresh logic"},
		{Vendor: "IXON", Text: "Invalid value - Authorization: this error occurs mostly in situations where the bearer token used to perform the API call has expired"},
		{Vendor: "Basiq", Text: "codes in the 4xx range indicate an error that failed given the information provided"},
	},
	Bad: `package p

import (
	"encoding/json"
	"net/http"
	"strings"
)

type client struct {
	http  http.Client
	token string
}

type answer struct {
	AccessToken string ` + "`json:\"access_token\"`" + `
	ExpiresIn   int    ` + "`json:\"expires_in\"`" + `
}

func (c *client) login() error {
	if c.token != "" {
		return nil // also when it expired long ago
	}
	resp, err := c.http.Post("https://api.example.com/token", "application/x-www-form-urlencoded", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return err
	}
	c.token = a.AccessToken
	return nil
}

func (c *client) Get(url string) (*http.Response, error) {
	if err := c.login(); err != nil {
		return nil, err
	}
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	return c.http.Do(req)
}
`,
	Good: `package p

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

type client struct {
	http  http.Client
	token string
	until time.Time
}

type answer struct {
	AccessToken string ` + "`json:\"access_token\"`" + `
	ExpiresIn   int    ` + "`json:\"expires_in\"`" + `
}

func (c *client) login() error {
	if c.token != "" && time.Now().Before(c.until) {
		return nil
	}
	resp, err := c.http.Post("https://api.example.com/token", "application/x-www-form-urlencoded", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return fmt.Errorf("token: %s: %s", resp.Status, why)
	}
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return err
	}
	c.token = a.AccessToken
	c.until = time.Now().Add(time.Duration(a.ExpiresIn)*time.Second - time.Minute)
	return nil
}

func (c *client) Get(url string) (*http.Response, error) {
	if err := c.login(); err != nil {
		return nil, err
	}
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	return c.http.Do(req)
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	if model.Empty() {
		return nil
	}
	for _, a := range model.TokenAnswers() {
		if f, tag := model.MisspelledExpiry(a); f != nil {
			pass.Report(check.Finding{
				Pos:     f.Pos(),
				Message: fmt.Sprintf("the token's lifetime always decodes to zero: the answer has expires_in, the tag says %s", tag),
				Fixes:   renamed(pass, f.Pos(), tag),
			})
		}
	}
	for _, s := range model.ExpirySlips() {
		reportSlip(pass, s)
	}
	for _, r := range model.StaleRequests() {
		reportStale(pass, r)
	}
	for _, r := range model.MissedRenewals() {
		pass.Report(check.Finding{
			Pos:     r.Pos,
			Message: fmt.Sprintf("calls fail once this token expires: %s answers %d to an expired token, and it is renewed after 401 only", r.Vendor, r.Status),
			Related: related(r),
		})
	}
	for _, r := range model.ConcurrentRenewals() {
		pass.Report(check.Finding{
			Pos:     r.Pos,
			Message: fmt.Sprintf("all goroutines fetch a token at once and race to store it in %s; hold a lock from the look at the token to this", r.Field.Name()),
			Related: []analysis.RelatedInformation{{Pos: r.Spawn, Message: "the goroutines are started here"}},
		})
	}
	for _, c := range model.Credentials() {
		if !model.Expires(c) || c.Answer != nil && model.ExpiryUsed(c.Answer) != httpmodel.No {
			continue
		}
		for _, k := range c.Kept {
			if k.Forever == httpmodel.Yes {
				reportKept(pass, c, k)
			}
		}
	}
	return nil
}

// related tells where the request is sent, if the finding is elsewhere.
func related(r httpmodel.MissedRenewal) []analysis.RelatedInformation {
	if r.Pos == r.Send {
		return nil
	}
	return []analysis.RelatedInformation{{Pos: r.Send, Message: "the request is sent here"}}
}

// renamed gives the lifetime its name. Other code may write the struct, so
// somebody has to read it.
func renamed(pass *check.Pass, field token.Pos, tag string) []check.Fix {
	edits, ok := edit.RenameInTag(pass.Pass, field, tag, "expires_in")
	if !ok {
		return nil
	}
	return []check.Fix{{Safety: check.Suggested, Message: "decode the lifetime from expires_in", Edits: edits}}
}

// reportKept reports a token that stays in its place whatever happens.
func reportKept(pass *check.Pass, c *httpmodel.Credential, k *httpmodel.KeptToken) {
	f := check.Finding{Pos: k.Pos()}
	related := func(pos token.Pos, text string) {
		if pos.IsValid() && pos != f.Pos {
			f.Related = append(f.Related, analysis.RelatedInformation{Pos: pos, Message: text})
		}
	}
	if k.Guard.IsValid() {
		f.Pos = k.Guard
		related(k.Pos(), "the token is kept here")
	}
	related(k.Header, "it is sent here")
	f.Message = message(c, k)
	if c.Answer != nil && c.Answer.Expiry != nil {
		related(c.Answer.Expiry.Pos(), "its lifetime is decoded here and has no effect")
	}
	if c.Call != nil {
		related(c.Call.Pos(), "it is fetched here")
	}
	pass.Report(f)
}

func message(c *httpmodel.Credential, k *httpmodel.KeptToken) string {
	switch {
	case c.Source == httpmodel.SourceTokenFile:
		return fmt.Sprintf("calls fail once this token expires: its file is renewed in place, but read only once into %s; read it again every minute", k.Name())
	case k.Source != nil:
		return "calls fail once this token expires: a static source never renews it; use the config's own TokenSource or Client"
	case c.Source == httpmodel.SourceLibrary:
		return fmt.Sprintf("calls fail once this token expires: it is copied from its source into %s and stays there; ask the source before each request", k.Name())
	case c.Source == httpmodel.SourcePackage && c.Lifetime == "":
		return fmt.Sprintf("calls fail once this token expires: it is fetched once and stays in %s; fetch a new one before its end", k.Name())
	case c.Source == httpmodel.SourcePackage:
		return fmt.Sprintf("calls fail once this token expires: it stays in %s and its lifetime (%s) is never looked at; renew it before its end", k.Name(), c.Lifetime)
	case c.Answer.Expiry != nil:
		return fmt.Sprintf("calls fail once this token expires: it stays in %s and its lifetime (%s) is never looked at; renew it before its end", k.Name(), c.Answer.Tag(c.Answer.Expiry))
	}
	return fmt.Sprintf("calls fail once this token expires: it stays in %s and its lifetime (expires_in) is not decoded; renew it before its end", k.Name())
}

func reportSlip(pass *check.Pass, s httpmodel.ExpirySlip) {
	f := check.Finding{Pos: s.Pos, Related: []analysis.RelatedInformation{{Pos: s.Field.Pos(), Message: "the token's end or lifetime"}}}
	if s.Renew.IsValid() {
		f.Related = append(f.Related, analysis.RelatedInformation{Pos: s.Renew, Message: "a new token is fetched here"})
	}
	switch s.Kind {
	case httpmodel.SlipInverted:
		f.Message = fmt.Sprintf("the token is renewed while it is valid and never once it expired: the comparison of %s is the wrong way round", s.Field.Name())
	case httpmodel.SlipMargin:
		f.Message = fmt.Sprintf("the token is used for %v after its end: the margin has the wrong sign, a new one is fetched only then", s.Late)
	case httpmodel.SlipUnit:
		f.Message = fmt.Sprintf("the token counts as expired at once and is fetched for every call: %s is in seconds; multiply it by time.Second", s.Field.Name())
	case httpmodel.SlipScale:
		unit := "minutes"
		if s.Late == time.Hour {
			unit = "hours"
		}
		f.Message = fmt.Sprintf("the token is used long after its end: %s is in seconds and taken for %s; multiply it by time.Second", s.Field.Name(), unit)
	}
	pass.Report(f)
}

func reportStale(pass *check.Pass, r httpmodel.StaleRequest) {
	f := check.Finding{Pos: r.Pos}
	if r.Loop {
		// The copy is the cause: each request should ask for the token.
		f.Pos = r.Renew
		f.Message = fmt.Sprintf("calls fail once this token expires: a request that is built once is sent with this copy for ever; set the header before each send, not from %s", r.Field.Name())
		f.Related = []analysis.RelatedInformation{{Pos: r.Built, Message: "the request is built here, once"}, {Pos: r.Pos, Message: "it is sent again and again here"}}
	} else {
		f.Message = fmt.Sprintf("the repeated request still carries the old token: %s is renewed, but the header is not set again; set it before this", r.Field.Name())
		f.Related = []analysis.RelatedInformation{{Pos: r.Renew, Message: "the token is renewed here"}}
	}
	pass.Report(f)
}

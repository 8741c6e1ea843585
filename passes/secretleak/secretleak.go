// Package secretleak defines a check for credentials that get into logs, the
// texts of errors and URLs.
package secretleak

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "secretleak",
	Title:      "report credentials that get into a log, the text of an error or a URL",
	Why:        "Logs are copied, shipped and kept where the credential itself would never be put, and errors end in logs and tickets. The error of an http.Client tells the whole URL, with every parameter in it, and proxies and servers log URLs.",
	Severity:   check.Warning,
	Confidence: check.Medium,
	Fix:        "Log that there is a credential, not which. Dump a clone of the request whose Authorization is replaced. Where the vendor wants the credential in the URL, take the URL out of *url.Error before the error goes on.",
	Precision:  "20 public repositories, every finding read: 11 right, 3 wrong (a key that its vendor calls public and the program sends as a credential); one more wrong one, a scheme that is chosen, is silent since.",
	Limits:     "A credential is what the package is seen to send as one: what a value is called proves nothing. Silent where the text goes through a function whose name says that it masks or redacts, where only a part of it is logged, for what a program prints on its standard output, and for a parameter of the query that the vendor may not take in a header.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "API credentials must never be exposed to browsers."},
	},
	Bad: `package p

import (
	"log"
	"net/http"
	"net/http/httputil"
)

type client struct {
	http *http.Client
	key  string
}

func (c *client) get(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+c.key)
	if dump, err := httputil.DumpRequestOut(req, true); err == nil {
		log.Printf("%s", dump) // with the key in it
	}
	return c.http.Do(req)
}
`,
	Good: `package p

import (
	"log"
	"net/http"
	"net/http/httputil"
)

type client struct {
	http *http.Client
	key  string
}

func (c *client) get(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+c.key)
	shown := req.Clone(req.Context())
	shown.Header.Set("Authorization", "REDACTED")
	if dump, err := httputil.DumpRequestOut(shown, false); err == nil {
		log.Printf("%s", dump)
	}
	return c.http.Do(req)
}
`,
	References: []string{"https://cwe.mitre.org/data/definitions/532.html", "https://cwe.mitre.org/data/definitions/598.html"},
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, l := range model.SecretLeaks() {
		f := check.Finding{Pos: l.Pos, Message: message(l)}
		if l.Use != nil && l.Use.Pos() != l.Pos {
			f.Related = append(f.Related, analysis.RelatedInformation{Pos: l.Use.Pos(), Message: "it is sent as a credential here"})
		}
		if l.At.IsValid() && l.At != l.Pos {
			f.Related = append(f.Related, analysis.RelatedInformation{Pos: l.At, Message: where(l)})
		}
		pass.Report(f)
	}
	return nil
}

func where(l httpmodel.SecretLeak) string {
	if l.Kind == httpmodel.LeakURLError {
		return "the credential becomes part of the URL here"
	}
	return "it is logged here"
}

func message(l httpmodel.SecretLeak) string {
	place := "log"
	if l.Error {
		place = "error"
	}
	what := l.What
	if what == "" {
		what = "a credential"
	}
	switch l.Kind {
	case httpmodel.LeakLog, httpmodel.LeakError:
		return fmt.Sprintf("whoever reads the %s has the credential: its text gets %s, which is sent as %s; leave it out or mask it", place, what, sentAs(l.Use))
	case httpmodel.LeakStruct:
		return fmt.Sprintf("whoever reads the %s has the credential: the struct is written with %s, which is sent as %s; write the fields that matter", place, what, sentAs(l.Use))
	case httpmodel.LeakDump:
		return fmt.Sprintf("whoever reads the %s has the credential: the dump of the request holds %s; dump a clone with that header replaced", place, sentAs(l.Use))
	case httpmodel.LeakHeader:
		return fmt.Sprintf("whoever reads the %s has the credential: the request's headers hold %s; write a clone with that header replaced", place, sentAs(l.Use))
	case httpmodel.LeakURLError:
		return fmt.Sprintf("whoever reads the %s has the credential: the client's error tells the whole URL, with %s in it; take it out of *url.Error first", place, what)
	case httpmodel.LeakQuery:
		if l.Use == nil {
			return fmt.Sprintf("proxies and servers log the URL with %s in it, where OAuth 2.0 forbids it; send it in the request's body", what)
		}
		return fmt.Sprintf("proxies and servers log the URL with the credential as %s, which is sent as %s elsewhere; send it so here, too", what, sentAs(l.Use))
	default:
		return fmt.Sprintf("whoever reads the log has the credential: what hides secret headers does not know %s, which this package sets; add it", what)
	}
}

func sentAs(u *httpmodel.CredentialUse) string {
	if u.Header == "" {
		return "a credential"
	}
	return u.Header
}

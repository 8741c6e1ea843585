// Package openproxy defines a check for handlers that let the pages of every
// site use the program's credential.
package openproxy

import (
	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:  "openproxy",
	Title: "report handlers that let the pages of every site use the program's credential",
	Why: "A backend that keeps the credential is what vendors ask for. Where it allows every origin and asks nobody who they are, " +
		"any page that anybody opens reads and orders with that credential, and your limits and bills are theirs.",
	Severity:   check.Warning,
	Confidence: check.Medium,
	Fix:        "Allow the origins of your own pages only, or none at all where page and backend share one, and check the session before the request is made.",
	Limits: "Sees handlers of net/http, gin, echo, fiber, chi and AWS Lambda, middleware of the package around them, and httputil.ReverseProxy. " +
		"Silent where there is any sign that the sender is looked at (a session, a cookie, a token, a signature, a function named so), where the origin is compared with a list, " +
		"where the header's value or its condition is configured, and where the answer holds nothing of what the API said. " +
		"Middleware of other packages, such as rs/cors, is not looked into.",
	Precision: "Both real bugs are found, and it is silent once they are mended. In eight public servers that answer with Access-Control-Allow-Origin or proxy something (among them gotify, remark42, listmonk, gatus and miniflux) it finds nothing, so how often it is right is not measured yet.",
	Since:     "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "API credentials must never be exposed to browsers. Use a backend proxy instead"},
	},
	Bad: `package p

import (
	"io"
	"net/http"
	"os"
	"time"
)

var client = &http.Client{Timeout: 30 * time.Second}

func accounts(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, "https://api.example.com/v1/accounts", nil)
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("API_TOKEN"))
	resp, err := client.Do(req)
	if err != nil {
		http.Error(w, "try again later", http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}
`,
	Good: `package p

import (
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

var client = &http.Client{Timeout: 30 * time.Second}

func accounts(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "https://app.example.com")
	req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, "https://api.example.com/v1/accounts", nil)
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(os.Getenv("API_TOKEN")))
	resp, err := client.Do(req)
	if err != nil {
		http.Error(w, "try again later", http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}
`,
	References: []string{"https://fetch.spec.whatwg.org/#http-access-control-allow-origin", "https://cwe.mitre.org/data/definitions/942.html"},
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, p := range model.OpenProxies() {
		message := "every web page can use the program's credential through this: all origins are allowed and nobody is asked who he is; allow your own, or check a session"
		if p.Reflected {
			message = "every web page can use the program's credential through this: whatever origin asks is allowed, and nobody is asked who he is; allow your own only"
		}
		related := []analysis.RelatedInformation{{Pos: p.Lent, Message: "the credential is used here"}}
		if p.Handler != nil {
			related = append(related, analysis.RelatedInformation{Pos: p.Handler.Pos(), Message: "this handler answers with what comes back"})
		}
		pass.Report(check.Finding{Pos: p.Pos, Message: message, Related: related})
	}
	return nil
}

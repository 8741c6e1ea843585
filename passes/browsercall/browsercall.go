// Package browsercall defines a check for requests that browsers should not
// make.
package browsercall

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:  "browsercall",
	Title: "report js/wasm code that calls a vendor which forbids it, or sends a credential to another host",
	Why: "Whoever opens a page sees every request that it makes, headers and all, and can make them himself. " +
		"Vendors that hold money or personal data therefore answer browsers without CORS headers: the call fails, and the credential is out all the same.",
	Severity:   check.Error,
	Confidence: check.Medium,
	Fix:        "Let a backend of yours make the call, with the credential that only it has, and let the page call that.",
	Limits: "A js/wasm program is looked at in builds for GOOS=js: apivet ./... makes one by itself, go vet needs GOOS=js GOARCH=wasm. " +
		"Sees net/http and JavaScript's fetch, Request and XMLHttpRequest, in files that are for js alone and in the program's main package, and calls of other packages' functions from there. " +
		"Silent for relative addresses and those whose host is not constant, for localhost, for publishable keys by their shape or name, and in programs that run on a server (Cloudflare Workers and the like).",
	Precision: "Not measured on public code yet; of the vendors' clients that are kept for it all four mistakes are found and the two pages that are right are silent.",
	Since:     "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Aelix APIs do not support browser-based (CORS) calls for security reasons. API credentials must never be exposed to browsers."},
	},
	Bad: `//go:build js && wasm

package p

import "syscall/js"

func load(account, key string) js.Value {
	headers := js.Global().Get("Object").New()
	headers.Set("Authorization", "Bearer "+key)
	options := js.Global().Get("Object").New()
	options.Set("headers", headers)
	return js.Global().Call("fetch", "https://api.example.com/v1/accounts/"+account, options)
}
`,
	Good: `//go:build js && wasm

package p

import "syscall/js"

// load asks the server that the page comes from.
func load(account string) js.Value {
	return js.Global().Call("fetch", "/api/accounts/"+account)
}
`,
	References: []string{"https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS", "https://go.dev/wiki/WebAssembly"},
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, c := range model.BrowserCalls() {
		f := check.Finding{
			Pos:     c.Pos,
			Message: fmt.Sprintf("whoever opens the page can read the credential that is sent to %s here; let a backend of yours make the call", c.Host),
		}
		if c.Vendor != "" {
			f.Message = fmt.Sprintf("the browser gets no answer from %s, which takes no calls from pages, and everybody can read what is sent; let a backend of yours make the call", c.Vendor)
		}
		if c.Credential.IsValid() && c.Credential != c.Pos {
			f.Related = []analysis.RelatedInformation{{Pos: c.Credential, Message: "the credential is attached here"}}
		}
		pass.Report(f)
	}
	return nil
}

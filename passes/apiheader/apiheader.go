// Package apiheader defines a check for requests without a header that the
// vendor requires, or with a value of it that the vendor refuses.
package apiheader

import (
	"fmt"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "apiheader",
	Title:      "report requests without a header that the vendor requires, or with a wrong one",
	Why:        "Some APIs refuse every request that does not say for which company, application or version of the API it is. The call fails on every run, often with a text that names something else.",
	Severity:   check.Error,
	Confidence: check.High,
	Fix:        "Set the header where requests are made, or once in a transport that all requests go through.",
	Limits: "Knows the headers of IXON, Basiq, Anthropic, Notion and Klaviyo, and of profiles of your own (the key requires). " +
		"Silent where code that is not seen gets the request before it is sent, where the client comes from elsewhere and the request's own code sets no header of the vendor, and where the path is not known and some paths do without the header. " +
		"Of other vendors it only sees that a call leaves out an Accept or version header which a call beside it sets for the same resource.",
	Precision: "Of two real bugs one is found, and it is silent once mended; the other needs an address that is not in the program. In the clients of the vendors whose headers it knows that were read for it (jomei/notionapi, dstotijn/go-notion, liushuangls/go-anthropic, madebywelch/anthropic-go, gugahoi/basiq), all of which set the headers, it finds nothing.",
	Since:     "v0.1.0",
	Sources: []check.Source{
		{Vendor: "IXON", Text: "Two common errors occur when you forget to add a certain header or you enter the wrong or invalid public Id in a certain header."},
		{Vendor: "Basiq", Text: "codes in the 4xx range indicate an error that failed given the information provided (e.g., a required parameter was omitted)"},
	},
	Bad: `package p

import (
	"net/http"
	"time"
)

var client = &http.Client{Timeout: 30 * time.Second}

func reboot(id, token, application string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodPost, "https://portal.ixon.cloud/api/agents/"+id+"/reboot", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", application)
	req.Header.Set("Authorization", "Bearer "+token)
	return client.Do(req)
}
`,
	Good: `package p

import (
	"net/http"
	"time"
)

var client = &http.Client{Timeout: 30 * time.Second}

func reboot(id, token, application, company string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodPost, "https://portal.ixon.cloud/api/agents/"+id+"/reboot", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", application)
	req.Header.Set("Api-Company", company)
	req.Header.Set("Authorization", "Bearer "+token)
	return client.Do(req)
}
`,
	References: []string{"https://developer.ixon.cloud/docs/ixon-api-authentication-headers", "https://api.basiq.io/reference/authentication"},
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, g := range model.HeaderGaps() {
		pass.Report(check.Finding{Pos: g.Pos, Message: message(g), Related: sent(g.Sent)})
	}
	for _, s := range model.SiblingHeaders() {
		pass.Report(check.Finding{
			Pos: s.Pos, Severity: check.Warning,
			Message: fmt.Sprintf("the answer may come in another form than expected: these options have no %s header, those of another call for the same resource do; set it", s.Header),
			Related: []analysis.RelatedInformation{{Pos: s.With, Message: "this call sets it"}},
		})
	}
	return nil
}

func message(g httpmodel.HeaderGap) string {
	if len(g.Missing) > 0 {
		return fmt.Sprintf("the request is refused: it is sent without %s, which %s requires; set it here or in the client's transport", strings.Join(g.Missing, " and "), g.Vendor)
	}
	if g.Form == "" {
		return fmt.Sprintf("the request is refused: %s is empty, and %s requires it; give it a value", g.Wrong, g.Vendor)
	}
	return fmt.Sprintf("the request is refused: this is no value of %s, which has the form %s for %s; send one that has", g.Wrong, g.Form, g.Vendor)
}

func sent(list []token.Pos) []analysis.RelatedInformation {
	var related []analysis.RelatedInformation
	for _, pos := range list {
		if len(related) < 4 {
			related = append(related, analysis.RelatedInformation{Pos: pos, Message: "it is sent here"})
		}
	}
	return related
}

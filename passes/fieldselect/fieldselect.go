// Package fieldselect defines a check for requests that do not ask for the
// members of an answer which the program uses.
package fieldselect

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "fieldselect",
	Title:      "report requests that ask a vendor for too much, or not for what is read",
	Why:        "Some APIs are told by a parameter which members to send. Where that is all of them by default, a list of which two are used costs the vendor's work and the network's time for the rest. Where it is hardly any, a member that is not asked for is missing without an error, and the program reads the zero value as if it were the answer.",
	Severity:   check.Note,
	Confidence: check.Medium,
	Fix:        "Name the members in the parameter, best beside the type that they are decoded into.",
	Precision:  "Not measured on public code yet.",
	Limits:     "Only vendors whose profile has the parameter. The whole query has to be in view: an address that is put together elsewhere, url.Values from outside, and every package that has the name of the parameter as a text of its own (to set it in some way) are left alone. Too much is a list whose items have at most five plain members in the program's type, all of which the vendor would send. What is not asked for is reported for types that are filled by one request only, and not where everything is asked for by a star.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Use the fields query parameter to request only the fields your app needs"},
		{Vendor: "IXON", Text: `Fields to select. Use "*" for all the top-level fields.`, URL: "https://github.com/api-evangelist/ixon/blob/419b6f8/openapi/_original/ixon-openapi.json"},
	},
	Bad: `package p

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

const base = "https://portal.ixon.cloud/api"

type session struct {
	http         *http.Client
	token        string
	app, company string
}

func (s *session) online(ctx context.Context, id string) (bool, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/agents/"+url.PathEscape(id), nil)
	if err != nil {
		return false, err
	}
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", s.app)
	req.Header.Set("Api-Company", s.company)
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := s.http.Do(req)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return false, fmt.Errorf("agent %s: %s: %s", id, resp.Status, text)
	}
	var out struct {
		Data struct {
			ActiveStatus string ` + "`json:\"activeStatus\"`" + `
		} ` + "`json:\"data\"`" + `
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.ActiveStatus == "online", err // every agent is off line
}
`,
	Good: `package p

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

const base = "https://portal.ixon.cloud/api"

type session struct {
	http         *http.Client
	token        string
	app, company string
}

func (s *session) online(ctx context.Context, id string) (bool, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/agents/"+url.PathEscape(id)+"?fields=activeStatus", nil)
	if err != nil {
		return false, err
	}
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", s.app)
	req.Header.Set("Api-Company", s.company)
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := s.http.Do(req)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return false, fmt.Errorf("agent %s: %s: %s", id, resp.Status, text)
	}
	var out struct {
		Data struct {
			ActiveStatus string ` + "`json:\"activeStatus\"`" + `
		} ` + "`json:\"data\"`" + `
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.ActiveStatus == "online", err
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, u := range model.UnselectedAnswers() {
		f := check.Finding{Pos: u.Pos}
		switch few, absent := shortened(u.Few), shortened(u.Absent); {
		case len(u.Few) > 0:
			f.Message = fmt.Sprintf("every member of each item is sent, and this uses %s alone; tell %s so with the parameter %s", few, u.Vendor, u.Parameter)
		case u.Asked:
			f.Message = fmt.Sprintf("nothing but what %s asks for is sent by %s, and %s is always empty here; add it there", u.Parameter, u.Vendor, absent)
		default:
			f.Message = fmt.Sprintf("nothing but what is asked for is sent by %s: %s is always empty here; add ?%s=%s", u.Vendor, absent, u.Parameter, absent)
		}
		if u.Decode.IsValid() && u.Decode != u.Pos {
			f.Related = []analysis.RelatedInformation{{Pos: u.Decode, Message: "the answer is decoded here"}}
		}
		pass.Report(f)
	}
	return nil
}

// shortened lists a few names.
func shortened(names []string) string {
	const most = 3
	if len(names) > most {
		return strings.Join(names[:most], ",") + ",…"
	}
	return strings.Join(names, ",")
}

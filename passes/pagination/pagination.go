// Package pagination defines a check for lists of which only the first page is
// read, and for loops over pages that never end or end too soon.
package pagination

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "pagination",
	Title:      "report lists that are read to the first page only, and page loops that go wrong",
	Why:        "A service gives long lists in pages, and says in each answer where the next one is. A program that does not look there works in every test and overlooks the rest as soon as there is more than one page: nothing fails, things are just missing. A loop that asks for the same page again never ends.",
	Severity:   check.Warning,
	Confidence: check.Medium,
	Fix:        "Ask for the next page until the answer names none; decode each page into a variable of its own.",
	Limits:     "Silent where the caller chooses the page, where one item is asked for or only the first one is used, where the page as a whole goes to code that is not seen, and where the answer's type has no part that tells of other pages.",
	Precision:  "20 public repositories, every finding read: 2 right, 0 wrong.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "IXON", Text: "\"moreAfter\": null"},
	},
	Bad: `package p

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

func names(c *http.Client) ([]string, error) {
	resp, err := c.Get("https://api.example.com/v1/agents")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
		return nil, fmt.Errorf("agents: %s: %s", resp.Status, text)
	}
	var page struct {
		Data []struct {
			Name string
		}
		NextCursor string
	}
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
		return nil, err
	}
	var list []string
	for _, agent := range page.Data {
		list = append(list, agent.Name)
	}
	return list, nil
}
`,
	Good: `package p

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

type page struct {
	Data []struct {
		Name string
	}
	NextCursor string
}

func names(c *http.Client) ([]string, error) {
	var list []string
	for cursor := ""; ; {
		p, err := read(c, cursor)
		if err != nil {
			return nil, err
		}
		for _, agent := range p.Data {
			list = append(list, agent.Name)
		}
		if p.NextCursor == "" {
			return list, nil
		}
		cursor = p.NextCursor
	}
}

func read(c *http.Client, cursor string) (page, error) {
	var p page
	resp, err := c.Get("https://api.example.com/v1/agents?cursor=" + url.QueryEscape(cursor))
	if err != nil {
		return p, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
		return p, fmt.Errorf("agents: %s: %s", resp.Status, text)
	}
	err = json.NewDecoder(resp.Body).Decode(&p)
	return p, err
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
	for _, p := range model.FirstPages() {
		if p.Call == nil {
			pass.Report(check.Finding{Pos: p.Pos,
				Message: fmt.Sprintf("%s is decoded and never used: only the first page of this list is read, and what is on the others is missing; ask on until there is no next page", p.Cursor.Name())})
			continue
		}
		pass.Report(check.Finding{Pos: p.Pos,
			Message: fmt.Sprintf("only the first page of this list is read: the answer's %s is not looked at, and what is on the other pages is missing; ask on until there is none", p.Cursor.Name())})
	}
	for _, c := range model.LackingCursors() {
		pass.Report(check.Finding{Pos: c.Pos,
			Message: fmt.Sprintf("only the first page of this list is read: %s tells of the next one in %s, which the type has no place for; decode it, and ask on until there is none", c.Vendor, c.Next)})
	}
	for _, l := range model.PageLoops() {
		f := check.Finding{Pos: l.Pos}
		switch name := l.Cursor.Name(); l.Kind {
		case httpmodel.SamePage:
			f.Message = fmt.Sprintf("every round asks for the same page: %s goes into options that this request is not given, so the loop never ends; pass them to it", name)
			f.Related = []analysis.RelatedInformation{{Pos: l.At, Message: "the next page is noted here"}}
		case httpmodel.StaleCursor:
			f.Message = fmt.Sprintf("the page before stays in this variable: %s keeps its old value where the last page has none, and the loop never ends; decode into a new one each time", name)
			f.Related = []analysis.RelatedInformation{{Pos: l.At, Message: "the loop goes by it here"}}
		case httpmodel.MissingTotal:
			f.Message = fmt.Sprintf("this ends after the first page of a long list: the service leaves %s out, so that it is 0; go by the next page", name)
		}
		pass.Report(f)
	}
	return nil
}

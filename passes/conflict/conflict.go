// Package conflict defines a check for "it is there already" that is taken for
// a failure where code runs again.
package conflict

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "conflict",
	Title:      "report code that is run again and fails because what it makes is there already",
	Why:        "An API answers 409 to a request that creates what exists. Code that ensures, provisions or syncs makes the same request in every run: the first succeeds, and each one after it ends with an error. So does a request that is repeated with its key after a lost answer, although it has done its work.",
	Severity:   check.Note,
	Confidence: check.Medium,
	Fix:        "Take a 409, or the vendor's code for it, for success, or look the thing up and compare it.",
	Precision:  "Not measured on public code yet.",
	Limits:     "Looks at POST requests below functions whose names say that they run again (ensure, provision, sync, reconcile, apply, bootstrap, seed), and at requests with an idempotency key in a client that repeats them, where the vendor answers 409 to a key that it knows. Silent where anything on the way, or a caller in the package, speaks of conflicts or looks first.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Flanks", Text: "You are trying to create an element which already exists.", URL: "https://docs.flanks.io/troubleshooting-the-api"},
	},
	Bad: `package p

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

type client struct {
	base string
	http *http.Client
}

// ensureTopic runs at every start.
func (c *client) ensureTopic(ctx context.Context, name string) error {
	body, err := json.Marshal(map[string]string{"name": name})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/v1/topics", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return fmt.Errorf("topic %s: %s: %s", name, resp.Status, text)
	}
	return nil
}
`,
	Good: `package p

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

type client struct {
	base string
	http *http.Client
}

// ensureTopic runs at every start.
func (c *client) ensureTopic(ctx context.Context, name string) error {
	body, err := json.Marshal(map[string]string{"name": name})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/v1/topics", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusConflict {
		return nil // an earlier start made it
	}
	if resp.StatusCode >= 300 {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return fmt.Errorf("topic %s: %s: %s", name, resp.Status, text)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, c := range model.Conflicts() {
		who := "the API"
		if c.Vendor != "" {
			who = c.Vendor
		}
		f := check.Finding{Pos: c.Pos}
		if c.Key != "" {
			f.Message = fmt.Sprintf("the 409 by which %s says that a repeated request with its %s did its work ends as a failure here; take it for done, or look it up", who, c.Key)
		} else {
			f.Message = fmt.Sprintf("every run of %s after the first fails here: the 409 by which %s says that it is there ends as any refusal; take it for done, or look it up", c.In, who)
		}
		if c.Pos != c.Send.Pos() {
			f.Related = []analysis.RelatedInformation{{Pos: c.Send.Pos(), Message: "the request that creates it"}}
		}
		pass.Report(f)
	}
	return nil
}

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
	Title:      "report code that makes a thing more than once and fails because it is there already",
	Why:        "An API answers 409 to a request that creates what exists. Code that ensures, provisions or syncs makes the same request in every run: the first succeeds, and each one after it ends with an error. So does what is made for each message of a queue, and a batch that is taken up again after it broke off. A request that is repeated after a lost answer is refused because the first one did its work, and the program says that it failed.",
	Severity:   check.Note,
	Confidence: check.Medium,
	Fix:        "Take a 409, or the vendor's code for it, for success, or look the thing up and compare it.",
	Precision:  "26 public repositories, every finding read: 2 wrong ones, of requests that create nothing, are silent since; nothing else found.",
	Limits:     "Looks at POST requests that create a thing, by their path or the functions on the way, where the code shows that they are made more than once: a function's name (ensure, provision, sync, reconcile, apply, bootstrap, seed, migrate), the start of a program that serves, a loop that breaks off at the first failure, further attempts, a clock or scheduler, a message or webhook that is delivered again, a look before the request. Things that may be there any number of times (messages, events, tokens, payments) and requests with an idempotency key are left out. Silent where anything on the way, or a caller in the package, speaks of conflicts or looks the thing up.",
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
		f := check.Finding{Pos: c.Pos, Message: message(c)}
		if c.Pos != c.Send.Pos() {
			f.Related = []analysis.RelatedInformation{{Pos: c.Send.Pos(), Message: "the request that creates it"}}
		}
		pass.Report(f)
	}
	return nil
}

func message(c httpmodel.Conflict) string {
	says := "the 409 by which the API says that it is there"
	if c.Vendor != "" {
		says = fmt.Sprintf("the 409 by which %s says that it is there", c.Vendor)
	}
	switch c.Kind {
	case httpmodel.ConflictKey:
		return fmt.Sprintf("the 409 by which %s says that a repeated request with its %s did its work ends as a failure here; take it for done, or look it up", c.Vendor, c.Key)
	case httpmodel.ConflictStart:
		return fmt.Sprintf("every start after the first fails here: %s ends as any refusal; take it for done, or look it up", says)
	case httpmodel.ConflictBatch:
		return fmt.Sprintf("a run that broke off cannot be taken up again: %s ends the loop as any refusal; take it for done, or look it up", says)
	case httpmodel.ConflictRefused:
		return fmt.Sprintf("%s is tried again like an outage, also where a lost answer was a success; take it for done, or look it up", says)
	case httpmodel.ConflictLost:
		return fmt.Sprintf("an attempt whose answer was lost may have made it: %s to the next one ends as any refusal; take it for done, or look it up", says)
	case httpmodel.ConflictSchedule:
		return fmt.Sprintf("every round after the first fails here: %s ends as any refusal; take it for done, or look it up", says)
	case httpmodel.ConflictDelivery:
		return fmt.Sprintf("a message that comes twice fails here, however often: %s ends as any refusal; take it for done, or look it up", says)
	case httpmodel.ConflictRace:
		return fmt.Sprintf("of two that find nothing at once the slower fails here: %s ends as any refusal; look it up again", says)
	default:
		return fmt.Sprintf("every run of %s after the first fails here: %s ends as any refusal; take it for done, or look it up", c.In, says)
	}
}

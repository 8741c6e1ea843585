// Package unsaferetry defines a check for requests that create something and
// are sent again without a key by which the server knows the second one.
package unsaferetry

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
	"github.com/apivet/apivet/internal/play"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "unsaferetry",
	Title:      "report retries that may create something twice",
	Why:        "After a broken connection, or a 500 or 502, nobody knows whether the server did what it was asked. A POST that is sent again then pays twice, or creates a second user. Vendors take an idempotency key, by which they give the first answer again.",
	Severity:   check.Warning,
	Confidence: check.Medium,
	Fix:        "Send an idempotency key that is the same in all attempts, or look whether the first one did its work before the next; or repeat only what surely was not taken: 429, a refused connection.",
	Limits:     "Only POST and PATCH whose function, path or expected 201 says that they create, and helpers through which the package sends POST. Silent where a key or request id is in sight, the method or the kind of error decides, or a read is sent between the attempts. A key that each attempt makes anew counts as none; one that a function or field of another name holds is not followed.",
	Precision:  "20 public repositories, every finding read: 1 right, 0 wrong.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "IXON", Text: "When intermittent problems occur, clients are usually left in a state where they don’t know whether or not the server received the request."},
		{Vendor: "Basiq", Text: "codes in the 5xx range indicate an error with the Connect API's servers (these are rare)"},
	},
	References: []string{"https://pkg.go.dev/net/http#Transport", "https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/"},
	Bad: `package p

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"time"
)

func createPayment(c *http.Client, order []byte) error {
	for attempt := 1; ; attempt++ {
		resp, err := c.Post("https://api.example.com/v1/payments", "application/json", bytes.NewReader(order))
		if err != nil {
			if attempt == 3 {
				return err
			}
			time.Sleep(time.Duration(attempt) * time.Second)
			continue // it may be paid already
		}
		why, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		resp.Body.Close()
		if resp.StatusCode != http.StatusCreated {
			return fmt.Errorf("payment: %s: %s", resp.Status, why)
		}
		return nil
	}
}
`,
	Good: `package p

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"time"
)

func createPayment(c *http.Client, key string, order []byte) error {
	for attempt := 1; ; attempt++ {
		req, err := http.NewRequest(http.MethodPost, "https://api.example.com/v1/payments", bytes.NewReader(order))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", key)
		resp, err := c.Do(req)
		if err != nil {
			if attempt == 3 {
				return err
			}
			time.Sleep(time.Duration(attempt) * time.Second)
			continue
		}
		why, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		resp.Body.Close()
		if resp.StatusCode != http.StatusCreated {
			return fmt.Errorf("payment: %s: %s", resp.Status, why)
		}
		return nil
	}
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
	clients := map[*types.Var]bool{} // retrying clients that were told of
	for _, u := range model.UnsafeRetries() {
		if u.Retry == nil {
			if f := u.Send.ClientField(); f != nil {
				if clients[f] {
					continue // one cause, one finding
				}
				clients[f] = true
			}
			pass.Report(check.Finding{
				Pos:     u.Send.Pos(),
				Message: "the client sends this " + u.Method + " again after a network error or 5xx, without an idempotency key: what it creates may be created twice; send a key, or a client without retries",
			})
			continue
		}
		pass.Report(check.Finding{Pos: u.Retry.Path[0].Pos(), Message: message(u), Related: related(u)})
	}
	return nil
}

func message(u httpmodel.UnsafeRetry) string {
	after := "a 5xx"
	if u.After.Has(play.NetError) {
		after = "a network error"
	}
	if u.FreshKey.IsValid() {
		return "this " + u.Method + " is sent again after " + after + " with a new idempotency key: the server cannot know it for the same one, and what it creates may be created twice; make the key once, before the first attempt"
	}
	if u.Some {
		return "every request is sent again here after " + after + ", " + u.Method + " too, without an idempotency key: what was done already is done twice; repeat idempotent methods only, or send a key"
	}
	return "this " + u.Method + " is sent again after " + after + " without an idempotency key: what it creates may be created twice; send a key, or look before the next attempt"
}

func related(u httpmodel.UnsafeRetry) []analysis.RelatedInformation {
	var list []analysis.RelatedInformation
	add := func(pos token.Pos, text string) {
		if pos.IsValid() && pos != u.Retry.Path[0].Pos() {
			list = append(list, analysis.RelatedInformation{Pos: pos, Message: text})
		}
	}
	add(u.FreshKey, "each attempt gets a key of its own here")
	add(u.Send.Pos(), "it is sent here")
	if u.Retry.By != nil {
		add(u.Retry.By.Pos(), "this makes the next attempt")
	}
	add(u.Retry.Again.Pos(), "it is sent again here")
	return list
}

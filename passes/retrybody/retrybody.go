// Package retrybody defines a check for requests that are sent again with a
// body that the first attempt has used up.
package retrybody

import (
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "retrybody",
	Title:      "report requests that are sent again with a body that is used up",
	Why:        "A request's body is a reader: the first attempt reads it to its end. A second attempt with the same reader sends nothing, or net/http refuses it because the length is wrong. The retry that should save the call fails every time, or an empty document is stored.",
	Severity:   check.Error,
	Confidence: check.High,
	Fix:        "Keep the bytes and make a new reader for each attempt, or set req.Body from req.GetBody before the request is sent again. Clone and WithContext share the used body.",
	Limits:     "Silent where the retry is chosen by the request's method or body, where code that is not seen is given the request between the attempts, and for libraries that keep the body themselves (retryablehttp, fasthttp). What net/http repeats by itself is not looked at.",
	Repairs:    []check.Repair{{Safety: check.Suggested, Text: "Sets the body from GetBody before the request is sent again, where the request is a variable and the call a statement of its own. A body without GetBody stays as it is: keep its bytes."}},
	Precision:  "26 public repositories, every finding read: 2 right; 3 wrong ones, of requests that a literal on the way makes, are silent since.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "IXON", Text: "Clients should retry the same requests, ideally according to an exponential back off schedule, until they’re able to receive a result from the server."},
	},
	References: []string{"https://pkg.go.dev/net/http#Request", "https://pkg.go.dev/net/http#RoundTripper"},
	Bad: `package p

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

func rename(c *http.Client, doc []byte) error {
	req, err := http.NewRequest(http.MethodPut, "https://api.example.com/v1/name", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	var last error
	for attempt := range 4 {
		resp, err := c.Do(req) // the second attempt has no body
		if err != nil {
			last = err
		} else {
			why, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
			resp.Body.Close()
			if resp.StatusCode < 500 && resp.StatusCode != http.StatusTooManyRequests {
				if resp.StatusCode >= 300 {
					return fmt.Errorf("rename: %s: %s", resp.Status, why)
				}
				return nil
			}
			last = errors.New(resp.Status)
		}
		time.Sleep(time.Duration(1<<attempt) * time.Second)
	}
	return last
}
`,
	Good: `package p

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

func rename(ctx context.Context, c *http.Client, doc []byte) error {
	var last error
	for attempt := range 4 {
		req, err := http.NewRequestWithContext(ctx, http.MethodPut, "https://api.example.com/v1/name", bytes.NewReader(doc))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/json")
		delay := time.Duration(1<<attempt) * time.Second
		resp, err := c.Do(req)
		if err != nil {
			last = err
		} else {
			why, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
			resp.Body.Close()
			if resp.StatusCode < 500 && resp.StatusCode != http.StatusTooManyRequests {
				if resp.StatusCode >= 300 {
					return fmt.Errorf("rename: %s: %s", resp.Status, why)
				}
				return nil
			}
			if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
				delay = time.Duration(s) * time.Second
			}
			last = errors.New(resp.Status)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(delay):
		}
	}
	return last
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
	told := map[token.Pos]bool{}
	for _, r := range model.Repetitions() {
		if told[r.Again.Pos()] {
			continue // a loop that goes on after a first attempt
		}
		renewed, body := r.BodyRenewed()
		if renewed != httpmodel.No || r.Always && body.Request == nil {
			continue // each attempt has its own, nothing is known of it, or one reader is sent piece by piece
		}
		told[r.Again.Pos()] = true
		pass.Report(check.Finding{
			Pos:     r.Again.Pos(),
			Message: message(r, body),
			Related: related(r, body),
			Fixes:   fixes(pass, r, body),
		})
	}
	return nil
}

func message(r *httpmodel.Retry, body httpmodel.BodyAgain) string {
	switch {
	case body.Request == nil:
		return "every attempt of this call reads the same body reader: from the second one on the body is empty; make the reader anew for each attempt"
	case body.Given:
		return "a request with a body is sent again after its body is used up: the second attempt sends nothing or fails; set req.Body anew (GetBody) before each attempt"
	case r.Form == httpmodel.Twice:
		return "this sends the request again although the first attempt used its body up: it is empty or refused now; set req.Body from req.GetBody before"
	}
	return "every attempt sends the same request, whose body the first one uses up: a retry sends nothing or fails; make the request, or its body, anew for each attempt"
}

func related(r *httpmodel.Retry, body httpmodel.BodyAgain) []analysis.RelatedInformation {
	var list []analysis.RelatedInformation
	add := func(pos token.Pos, text string) {
		if pos.IsValid() && pos != r.Again.Pos() {
			list = append(list, analysis.RelatedInformation{Pos: pos, Message: text})
		}
	}
	add(body.Made, "the body comes from here, once for all attempts")
	add(r.Path[len(r.Path)-1].Pos(), "it is sent here")
	if r.By != nil {
		add(r.By.Pos(), "this makes the next attempt")
	}
	return list
}

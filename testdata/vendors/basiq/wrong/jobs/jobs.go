// Package jobs waits for the jobs that Basiq does in the background.
package jobs

import (
	"context"
	"fmt"
	"strings"
	"time"

	"example.com/basiq/wrong/basiq"
)

// Await waits for the first and the third step. A failed step is waited for as long as the caller can wait, and a second
// factor moves them.
//
// "When a job step fails, inspect the failed step's result object for the bank-specific error details."
func Await(ctx context.Context, c *basiq.Client, id string, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		j, err := c.Job(ctx, id)
		if err != nil {
			return fmt.Errorf("await job %s: %w", id, err)
		}
		if j.Steps[0].Status == "success" && j.Steps[2].Status == "success" { // want: pollloop
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Denied reports whether the user said no at the bank, as one bank words it.
//
// "Because each bank can return different authorization and consent messages, bank-returned errors are not maintained as a
// fixed error-code list."
func Denied(j basiq.Job) bool {
	for _, s := range j.Steps {
		if s.Status == "failed" && s.Result != nil && strings.Contains(s.Result.Detail, "access_denied") { // want: errortext
			return true
		}
	}
	return false
}

// Advice is what to tell the user about a failed step. Of a code that is new it says nothing at all.
//
// "code identifies the error category."
func Advice(code string) string {
	var text string
	switch code { // want: errorcodes
	case "invalid-credentials":
		text = "log in at the bank again"
	case "service-unavailable":
		text = "try again in ten minutes"
	case "authorization-failed":
		text = "give your consent again"
	}
	return text
}

// Package basiq reads the codes of a job's steps.
package basiq

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const base = "https://au-api.basiq.io"

type step struct {
	Status string `json:"status"`
	Result *struct {
		Code   string `json:"code"`
		Detail string `json:"detail"`
	} `json:"result"`
}

func steps(c *http.Client, id string) ([]step, error) {
	resp, err := c.Get(base + "/jobs/" + id)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("job %s: %s", id, resp.Status)
	}
	var job struct {
		Steps []step `json:"steps"`
	}
	err = json.NewDecoder(resp.Body).Decode(&job)
	return job.Steps, err
}

// Advice says nothing about a code that is new.
func Advice(code string) string {
	var text string
	switch code { // want `ends as an empty text here`
	case "invalid-credentials":
		text = "log in at the bank again"
	case "service-unavailable":
		text = "try again in ten minutes"
	}
	return text
}

// Hint has a text for all others, made before.
func Hint(code string) string {
	text := "something went wrong at the bank"
	switch code {
	case "invalid-credentials":
		text = "log in at the bank again"
	case "service-unavailable":
		text = "try again in ten minutes"
	}
	return text
}

func backoff(s step) time.Duration {
	switch s.Result.Code {
	case "service-unavailable":
		return 10 * time.Minute
	case "too-many-requests":
		return time.Minute
	}
	return 0
}

type plan struct{ retry, askUser bool }

func planFor(s step) plan {
	var p plan
	switch s.Result.Code {
	case "service-unavailable", "account-not-accessible-requires-user-action": // want `account-not-accessible-requires-user-action is tried again like service-unavailable`
		p.retry = true
	default:
		p.askUser = true
	}
	return p
}

// NeedsUser is right.
func NeedsUser(s step) bool {
	switch s.Result.Code {
	case "invalid-credentials", "account-not-accessible-requires-user-action":
		return true
	default:
		return false
	}
}

// needUserAction asks him about an outage, too.
func needUserAction(s step) bool {
	switch s.Result.Code {
	case "invalid-credentials", "service-unavailable": // want `the user is asked about code service-unavailable, but Basiq asks to try later`
		return true
	default:
		return false
	}
}

// Statuses are no codes.
func done(s step) bool {
	switch s.Status {
	case "success", "failed":
		return true
	}
	return false
}

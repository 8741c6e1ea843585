// Package tables looks codes up.
package tables

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

var (
	errWait  = errors.New("come back later")
	errLogin = errors.New("log in again")
)

type answer struct {
	Data []struct {
		Code   string `json:"code"`
		Detail string `json:"detail"`
	} `json:"data"`
}

func get(c *http.Client, path string) (*answer, error) {
	resp, err := c.Get("https://au-api.basiq.io" + path)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 300 {
		return nil, nil
	}
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return nil, err
	}
	if len(a.Data) == 0 {
		return nil, fmt.Errorf("%s: %s", path, resp.Status)
	}
	return &a, nil
}

var errorsByCode = map[string]error{
	"service-unavailable": errWait,
	"too-many-requests":   errWait,
	"invalid-credentials": errLogin,
}

func refresh(c *http.Client, id string) error {
	a, err := get(c, "/connections/"+id)
	if err != nil || a == nil {
		return err
	}
	return errorsByCode[a.Data[0].Code] // want `ends as a nil error here`
}

func refreshRight(c *http.Client, id string) error {
	a, err := get(c, "/connections/"+id)
	if err != nil || a == nil {
		return err
	}
	if err, ok := errorsByCode[a.Data[0].Code]; ok {
		return err
	}
	return fmt.Errorf("%s: %s", a.Data[0].Code, a.Data[0].Detail)
}

type action string

var actions = map[string]action{
	"service-unavailable":         "retry",
	"internal-server-error":       "retry",
	"invalid-credentials":         "relink",
	"parameter-not-supplied":      "stop",
	"multi-factor-authentication": "relink",
}

type queue interface {
	Again(id string)
	Ask(id string)
}

func plan(c *http.Client, q queue, id string) {
	a, err := get(c, "/users/"+id)
	if err != nil || a == nil {
		return
	}
	what, _ := actions[a.Data[0].Code] // want `is dropped here`
	switch what {
	case "retry":
		q.Again(id)
	case "relink":
		q.Ask(id)
	}
}

func planDirect(c *http.Client, q queue, id string) {
	a, err := get(c, "/users/"+id)
	if err != nil || a == nil {
		return
	}
	switch actions[a.Data[0].Code] { // want `is dropped here`
	case "retry":
		q.Again(id)
	case "relink":
		q.Ask(id)
	}
}

func planRight(c *http.Client, q queue, id string) error {
	a, err := get(c, "/users/"+id)
	if err != nil || a == nil {
		return err
	}
	switch actions[a.Data[0].Code] {
	case "retry":
		q.Again(id)
	case "relink":
		q.Ask(id)
	default:
		return fmt.Errorf("%s: %s", a.Data[0].Code, a.Data[0].Detail)
	}
	return nil
}

// Found or not, the rest is a success.
func found(c *http.Client, id string) error {
	a, err := get(c, "/jobs/"+id)
	if err != nil || a == nil {
		return err
	}
	if err, ok := errorsByCode[a.Data[0].Code]; ok { // want `ends as a nil error here`
		return err
	}
	return nil
}

var sentences = map[string]string{
	"invalid-credentials": "Please log in at your bank.",
	"service-unavailable": "Your bank is not there, we try again.",
}

func tell(show func(string), a *answer) {
	show(sentences[a.Data[0].Code]) // want `ends as an empty text here`
}

func tellKept(show func(string), a *answer) {
	text := sentences[a.Data[0].Code] // want `ends as an empty text here`
	show(text)
}

func tellRight(show func(string), a *answer) {
	text := sentences[a.Data[0].Code]
	if text == "" {
		text = a.Data[0].Detail
	}
	show(text)
}

func tellOK(show func(string), a *answer) {
	text, ok := sentences[a.Data[0].Code]
	if !ok {
		text = a.Data[0].Detail
	}
	show(text)
}

// A set answers yes or no: no is an answer.
var outage = map[string]bool{"service-unavailable": true, "internal-server-error": true}

func isOutage(code string) bool { return outage[code] }

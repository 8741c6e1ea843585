// Package lists has lists of details that are gone through, in ways that lose
// entries and in ways that do not.
package lists

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"slices"
	"strings"
)

type detail struct {
	Field string `json:"field"`
	Issue string `json:"issue"`
}

func (d detail) String() string { return d.Field + ": " + d.Issue }

type envelope struct {
	Code    string   `json:"code"`
	Details []detail `json:"details"`
}

type problem struct {
	Code   string
	Reason string
	Count  int
}

func (p *problem) Error() string { return p.Code + " " + p.Reason }

func read(resp *http.Response) (env envelope, err error) {
	err = json.NewDecoder(resp.Body).Decode(&env)
	return env, err
}

func lastInField(resp *http.Response) error {
	env, err := read(resp)
	if err != nil {
		return err
	}
	p := &problem{Code: env.Code}
	for _, d := range env.Details {
		p.Reason = d.String() // want `only the last detail`
	}
	return p
}

func lastInVariable(resp *http.Response) error {
	env, err := read(resp)
	if err != nil {
		return err
	}
	reason := ""
	for i := range env.Details {
		reason = fmt.Sprintf("%s: %s", env.Details[i].Field, env.Details[i].Issue) // want `only the last detail`
	}
	return errors.New(reason)
}

func added(resp *http.Response) error {
	env, err := read(resp)
	if err != nil {
		return err
	}
	p := &problem{Code: env.Code}
	for _, d := range env.Details {
		p.Reason += d.String() + "; "
		p.Count++
	}
	return p
}

func addedBySprintf(resp *http.Response) error {
	env, err := read(resp)
	if err != nil {
		return err
	}
	reason := ""
	for _, d := range env.Details {
		reason = fmt.Sprintf("%s; %s", reason, d)
	}
	return errors.New(reason)
}

func joined(resp *http.Response) error {
	env, err := read(resp)
	if err != nil {
		return err
	}
	all := errors.New(env.Code)
	for _, d := range env.Details {
		all = errors.Join(all, errors.New(d.Issue))
	}
	return all
}

func wrapped(resp *http.Response) error {
	env, err := read(resp)
	if err != nil {
		return err
	}
	all := errors.New(env.Code)
	for _, d := range env.Details {
		all = fmt.Errorf("%w: %s", all, d.Issue)
	}
	return all
}

func built(resp *http.Response) error {
	env, err := read(resp)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, d := range env.Details {
		b.WriteString(d.Issue)
	}
	return errors.New(b.String())
}

func byField(resp *http.Response) map[string]string {
	env, err := read(resp)
	if err != nil {
		return nil
	}
	m := map[string]string{}
	for _, d := range env.Details {
		m[d.Field] = d.Issue
	}
	return m
}

func searched(resp *http.Response) string {
	env, err := read(resp)
	if err != nil {
		return ""
	}
	found := ""
	for _, d := range env.Details {
		if d.Field == "amount" {
			found = d.Issue
		}
	}
	return found
}

func loggedEach(resp *http.Response) error {
	env, err := read(resp)
	if err != nil {
		return err
	}
	last := ""
	for _, d := range env.Details {
		log.Print(d.Issue)
		last = d.Issue
	}
	return errors.New(last)
}

func collected(resp *http.Response) []string {
	env, err := read(resp)
	if err != nil {
		return nil
	}
	var all []string
	for _, d := range env.Details {
		text := d.String()
		all = append(all, text)
	}
	return all
}

// kept puts the list where nobody will see it.
type kept struct {
	Code    string
	details []detail
}

func (k *kept) Error() string { return k.Code }

func putAway(resp *http.Response) error {
	var env struct {
		Code   string   `json:"code"`
		Errors []detail `json:"errors"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&env); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	if len(env.Errors) == 0 {
		return errors.New(resp.Status)
	}
	return &kept{Code: env.Code, details: env.Errors} // want `put into details, which nothing reads`
}

// shown puts it where the text of the error takes it from.
type shown struct {
	Code   string
	issues []detail
}

func (s *shown) Error() string { return fmt.Sprint(s.Code, s.issues) }

func putForText(resp *http.Response) error {
	var env struct {
		Code   string   `json:"code"`
		Issues []detail `json:"issues"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&env); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return &shown{Code: env.Code, issues: env.Issues}
}

// Public may be looked at by whoever gets the error.
type Public struct {
	Code       string
	Violations []detail
}

func (p *Public) Error() string { return p.Code }

// Refused returns a Public.
func Refused(resp *http.Response) *Public {
	var env struct {
		Code    string   `json:"code"`
		Reasons []detail `json:"reasons"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&env); err != nil {
		return nil
	}
	return &Public{Code: env.Code, Violations: env.Reasons}
}

// Each code looks for the entry that is its own.
func (p *troubles) named(codes []string) error {
	var last error
	for _, code := range codes {
		i := slices.IndexFunc(p.Errors, func(e trouble) bool { return e.Message == code })
		if i < 0 {
			return nil
		}
		last = errors.New(p.Errors[i].Message)
	}
	return last
}

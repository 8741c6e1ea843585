// Package defaults decides on codes and forgets the others, in many forms.
package defaults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
)

const host = "https://api.flanks.io"

// Code is what the platform says.
type Code int

const (
	CodeProcessing Code = 20002
	CodeChecking   Code = 20003
	CodeInvalid    Code = 40001
	CodeBank       Code = 50001
	CodeLogin      Code = 50002
	CodeSCA        Code = 50003
)

var (
	ErrPending = errors.New("pending")
	ErrLogin   = errors.New("login refused")
	ErrSCA     = errors.New("second factor")
	ErrBank    = errors.New("bank is down")
)

type failure struct {
	Message string `json:"error"`
	Code    Code   `json:"error_code"`
}

type Data struct {
	Accounts []string `json:"accounts"`
}

type client struct{ hc *http.Client }

func (c *client) post(ctx context.Context, path string, v any) (*http.Response, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, host+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return c.hc.Do(req)
}

// The other codes give nil, nil.
func (c *client) data(ctx context.Context, token string) (*Data, error) {
	resp, err := c.post(ctx, "/v0/bank/credentials/data", token)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		var d Data
		if err := json.NewDecoder(resp.Body).Decode(&d); err != nil {
			return nil, err
		}
		return &d, nil
	}
	var f failure
	if err := json.NewDecoder(resp.Body).Decode(&f); err != nil {
		return nil, fmt.Errorf("%s: %w", resp.Status, err)
	}
	switch f.Code { // want `ends as a nil error here`
	case CodeProcessing, CodeChecking:
		return nil, ErrPending
	case CodeLogin:
		return nil, ErrLogin
	}
	return nil, nil
}

// The result has a name, and no value.
func (c *client) named(ctx context.Context, token string) (out Data, err error) {
	resp, e := c.post(ctx, "/v0/bank/credentials/portfolio", token)
	if e != nil {
		return out, e
	}
	defer resp.Body.Close()
	if resp.StatusCode < 300 {
		err = json.NewDecoder(resp.Body).Decode(&out)
		return
	}
	var f failure
	if e := json.NewDecoder(resp.Body).Decode(&f); e != nil {
		return out, e
	}
	switch f.Code { // want `ends as a nil error here`
	case CodeProcessing:
		err = ErrPending
	case CodeLogin, CodeSCA:
		err = fmt.Errorf("%w: %s", ErrLogin, f.Message)
	}
	return
}

// The variable is set by those that are listed.
func toError(body []byte) error {
	var f failure
	if err := json.Unmarshal(body, &f); err != nil {
		return err
	}
	var err error
	switch f.Code { // want `ends as a nil error here`
	case CodeProcessing:
		err = ErrPending
	case CodeLogin:
		err = ErrLogin
	case CodeBank:
		err = ErrBank
	}
	return err
}

func (c *client) liabilities(ctx context.Context, token string) error {
	resp, err := c.post(ctx, "/v0/bank/credentials/liability", token)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		b, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
		if err != nil {
			return err
		}
		return toError(b)
	}
	return nil
}

// A chain of ifs in a block of its own: what comes after it is a success.
func (c *client) cards(ctx context.Context, token string) ([]string, error) {
	resp, err := c.post(ctx, "/v0/bank/credentials/card", token)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		var f failure
		if err := json.NewDecoder(resp.Body).Decode(&f); err != nil {
			return nil, err
		}
		if f.Code == CodeProcessing { // want `ends as a nil error here`
			return nil, ErrPending
		} else if f.Code == CodeSCA {
			return nil, ErrSCA
		} else if f.Code == CodeBank {
			return nil, ErrBank
		}
		return nil, nil
	}
	var list []string
	err = json.NewDecoder(resp.Body).Decode(&list)
	return list, err
}

// A code becomes an error, or none.
func errorFor(code Code) error {
	switch code { // want `ends as a nil error here`
	case CodeProcessing:
		return ErrPending
	case CodeLogin:
		return ErrLogin
	}
	return nil
}

func (c *client) holders(ctx context.Context, token string) error {
	resp, err := c.post(ctx, "/v0/bank/credentials/holder", token)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		var f failure
		if err := json.NewDecoder(resp.Body).Decode(&f); err != nil {
			return err
		}
		if err := errorFor(f.Code); err != nil {
			return err
		}
	}
	return nil
}

// This one's caller has an error for the rest.
func known(code Code) error {
	switch code {
	case CodeProcessing:
		return ErrPending
	case CodeLogin:
		return ErrLogin
	}
	return nil
}

func (c *client) investments(ctx context.Context, token string) error {
	resp, err := c.post(ctx, "/v0/bank/credentials/investment", token)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		var f failure
		if err := json.NewDecoder(resp.Body).Decode(&f); err != nil {
			return err
		}
		if err := known(f.Code); err != nil {
			return err
		}
		return fmt.Errorf("investments: %s: %d %s", resp.Status, f.Code, f.Message)
	}
	return nil
}

type Action int

const (
	DoNothing Action = iota
	DoRetry
	DoAsk
)

// actionFor has nothing for the others, and neither has its caller.
func actionFor(code Code) Action {
	switch code { // want `ends as DoNothing here`
	case CodeProcessing, CodeBank:
		return DoRetry
	case CodeLogin, CodeSCA:
		return DoAsk
	}
	return DoNothing
}

type jobs interface {
	Requeue(id string)
	Ask(id, text string)
}

func (c *client) work(ctx context.Context, j jobs, id string) {
	resp, err := c.post(ctx, "/v0/bank/credentials/all", id)
	if err != nil {
		j.Requeue(id)
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode < 300 {
		return
	}
	var f failure
	if err := json.NewDecoder(resp.Body).Decode(&f); err != nil {
		j.Requeue(id)
		return
	}
	switch actionFor(f.Code) {
	case DoRetry:
		j.Requeue(id)
	case DoAsk:
		j.Ask(id, "log in again")
	}
}

// next is "" for the others.
func next(code Code) string {
	switch code { // want `ends as "" here`
	case CodeProcessing:
		return "poll"
	case CodeBank:
		return "retry"
	case CodeLogin:
		return "relink"
	}
	return ""
}

func (c *client) step(ctx context.Context, j jobs, id string, f failure) error {
	what := next(f.Code)
	if what == "retry" || what == "poll" {
		j.Requeue(id)
	} else if what == "relink" {
		j.Ask(id, "link the bank again")
	}
	return nil
}

// decide has a caller who knows what nothing means.
func decide(code Code) Action {
	switch code {
	case CodeProcessing:
		return DoRetry
	case CodeLogin:
		return DoAsk
	}
	return DoNothing
}

func (c *client) act(j jobs, id string, f failure) error {
	switch decide(f.Code) {
	case DoRetry:
		j.Requeue(id)
	case DoAsk:
		j.Ask(id, f.Message)
	default:
		return fmt.Errorf("code %d: %s", f.Code, f.Message)
	}
	return nil
}

func (c *client) actThenFail(j jobs, id string, f failure) error {
	switch decide(f.Code) {
	case DoRetry:
		j.Requeue(id)
		return nil
	case DoAsk:
		j.Ask(id, f.Message)
		return nil
	}
	return fmt.Errorf("code %d: %s", f.Code, f.Message)
}

// Each in its turn: what is not listed is left out of the list, unseen.
func (c *client) all(ctx context.Context, j jobs, ids []string) error {
	for _, id := range ids {
		resp, err := c.post(ctx, "/v0/bank/credentials/status", id)
		if err != nil {
			return err
		}
		var f failure
		err = json.NewDecoder(resp.Body).Decode(&f)
		resp.Body.Close()
		if err != nil {
			return err
		}
		if resp.StatusCode >= 400 {
			switch f.Code { // want `is dropped here`
			case CodeProcessing, CodeBank:
				j.Requeue(id)
			case CodeLogin, CodeSCA:
				j.Ask(id, "log in again")
			}
		}
	}
	return nil
}

// Right ones.

func (c *client) withDefault(body []byte) error {
	var f failure
	if err := json.Unmarshal(body, &f); err != nil {
		return err
	}
	var err error
	switch f.Code {
	case CodeProcessing:
		err = ErrPending
	case CodeLogin:
		err = ErrLogin
	default:
		err = fmt.Errorf("code %d: %s", f.Code, f.Message)
	}
	return err
}

func madeBefore(body []byte) error {
	var f failure
	if err := json.Unmarshal(body, &f); err != nil {
		return err
	}
	err := fmt.Errorf("code %d: %s", f.Code, f.Message)
	switch f.Code {
	case CodeProcessing:
		err = ErrPending
	case CodeLogin:
		err = ErrLogin
	}
	return err
}

func madeAfter(body []byte) (err error) {
	var f failure
	if err := json.Unmarshal(body, &f); err != nil {
		return err
	}
	switch f.Code {
	case CodeProcessing:
		err = ErrPending
	case CodeLogin:
		err = ErrLogin
	}
	if err == nil {
		err = fmt.Errorf("code %d: %s", f.Code, f.Message)
	}
	return err
}

func inElse(f *failure) error {
	if f.Code == CodeProcessing {
		return ErrPending
	} else if f.Code == CodeLogin {
		return ErrLogin
	} else {
		return fmt.Errorf("code %d: %s", f.Code, f.Message)
	}
}

func loggedFirst(j jobs, id string, body []byte) {
	var f failure
	if err := json.Unmarshal(body, &f); err != nil {
		log.Print(err)
		return
	}
	log.Printf("%s: code %d: %s", id, f.Code, f.Message)
	switch f.Code {
	case CodeProcessing:
		j.Requeue(id)
	case CodeLogin:
		j.Ask(id, f.Message)
	}
}

// deferred tells of what is left.
func deferred(body []byte) (err error) {
	var f failure
	if err := json.Unmarshal(body, &f); err != nil {
		return err
	}
	defer func() {
		if err == nil {
			err = errors.New(f.Message)
		}
	}()
	switch f.Code {
	case CodeProcessing:
		err = ErrPending
	case CodeLogin:
		err = ErrLogin
	}
	return
}

// A count of what happened decides nothing.
func count(stats map[string]int, f *failure) {
	switch f.Code {
	case CodeProcessing:
		stats["pending"]++
	case CodeLogin:
		stats["login"]++
	}
}

// Advice is a result that has a name.
func advice(code Code) (text string) {
	if code == CodeProcessing { // want `ends as an empty text here`
		text = "Your data is being fetched, come back in a minute."
	} else if code == CodeLogin {
		text = "Your bank refused the password."
	}
	return
}

func (c *client) print(ctx context.Context, token string) {
	resp, err := c.post(ctx, "/v0/bank/credentials/data", token)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	var f failure
	if err := json.NewDecoder(resp.Body).Decode(&f); err != nil {
		log.Fatal(err)
	}
	fmt.Println(advice(f.Code))
}

func (c *client) steer(ctx context.Context, token string) {
	resp, err := c.post(ctx, "/v0/bank/credentials/data", token)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	var f failure
	if err := json.NewDecoder(resp.Body).Decode(&f); err != nil {
		log.Fatal(err)
	}
	if n := f.turn(); n == DoRetry {
		fmt.Println("later")
	} else if n == DoAsk {
		fmt.Println("ask")
	}
}

// turn is asked by somebody who ends the program when he cannot ask.
func (f failure) turn() Action {
	switch code := f.Code; code { // want `ends as 0 here, for which no caller does anything`
	case CodeProcessing, CodeBank:
		return DoRetry
	case CodeLogin:
		return DoAsk
	}
	return 0
}

// Package rows asks for codes with ifs in a row and with tables of functions.
package rows

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

type refusal struct {
	Status int    `json:"-"`
	Code   int    `json:"error_code"`
	Text   string `json:"error"`
}

func (r *refusal) Error() string { return fmt.Sprintf("%d (%d) %s", r.Code, r.Status, r.Text) }

func ask(ctx context.Context, path string, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.flanks.io"+path, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode > 299 {
		r := &refusal{Status: resp.StatusCode}
		if err := json.NewDecoder(resp.Body).Decode(r); err != nil {
			return err
		}
		return r
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

var errLater, errUser = errors.New("later"), errors.New("user")

func translate(err error) error {
	var r *refusal
	if !errors.As(err, &r) {
		return err
	}
	var out error
	if r.Code == 20002 || r.Code == 20003 { // want `ends as a nil error here`
		out = errLater
	}
	if r.Code == 50002 || r.Code == 50003 {
		out = errUser
	}
	return out
}

// What no if names stays what it was.
func translated(err error) error {
	var r *refusal
	if !errors.As(err, &r) {
		return err
	}
	out := err
	if r.Code == 20002 || r.Code == 20003 {
		out = errLater
	}
	if r.Code == 50002 || r.Code == 50003 {
		out = errUser
	}
	return out
}

func data(ctx context.Context) (json.RawMessage, error) {
	var raw json.RawMessage
	if err := ask(ctx, "/v0/bank/credentials/data", &raw); err != nil {
		return nil, translate(err)
	}
	if err := ask(ctx, "/v0/bank/credentials/account", &raw); err != nil {
		return nil, translated(err)
	}
	return raw, nil
}

type handler func(context.Context) error

func wait(context.Context) error   { time.Sleep(time.Minute); return nil }
func prompt(context.Context) error { return errors.New("the user has to log in") }

var byCode = map[int]handler{
	20002: wait,
	20003: wait,
	50002: prompt,
	50003: prompt,
}

func sync(ctx context.Context) error {
	var raw json.RawMessage
	err := ask(ctx, "/v0/bank/credentials/data", &raw)
	var r *refusal
	if !errors.As(err, &r) {
		return err
	}
	if h, ok := byCode[r.Code]; ok { // want `ends as a nil error here`
		return h(ctx)
	}
	return nil
}

func synced(ctx context.Context) error {
	var raw json.RawMessage
	err := ask(ctx, "/v0/bank/credentials/data", &raw)
	var r *refusal
	if !errors.As(err, &r) {
		return err
	}
	if h, ok := byCode[r.Code]; ok {
		return h(ctx)
	}
	return err
}

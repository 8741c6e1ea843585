// Package onboard brings new users in.
package onboard

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/avast/retry-go/v4"

	"example.com/basiq/wrong/auth"
	"example.com/basiq/wrong/basiqerr"
	"example.com/basiq/wrong/rest"
	"example.com/basiq/wrong/transport"
)

// Tool brings users in.
type Tool struct {
	base string
	hc   *http.Client // retries, adds the token
	once *http.Client // adds the token
	open *http.Client // retries
}

// New is a tool with a token of its own.
func New(base, key string, retry ...transport.RetryOption) *Tool {
	shared := transport.Base()
	retried := transport.NewRetry(shared, retry...)
	open := &http.Client{Timeout: 30 * time.Second, Transport: retried}
	source := auth.NewSource(open, base, key)
	return &Tool{
		base: base,
		hc:   &http.Client{Timeout: 30 * time.Second, Transport: &auth.Transport{Base: retried, Source: source}},
		once: &http.Client{Timeout: 10 * time.Second, Transport: &auth.Transport{Base: shared, Source: source}},
		open: open,
	}
}

func (t *Tool) userURL(user string) string { return t.base + "/users/" + url.PathEscape(user) }

// Transactions is the amounts of all transactions of a user, it says: those of the first page.
func (t *Tool) Transactions(ctx context.Context, user string) ([]string, error) {
	resp, err := rest.Send(ctx, t.hc, http.MethodGet, t.userURL(user)+"/transactions?limit=500", nil)
	if err != nil {
		return nil, err
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return nil, err
	}
	var page struct {
		Data []struct {
			Amount string `json:"amount"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil { // want: pagination
		return nil, fmt.Errorf("transactions: %w", err)
	}
	amounts := make([]string, len(page.Data))
	for i, tr := range page.Data {
		amounts[i] = tr.Amount
	}
	return amounts, nil
}

// Account is a bank account.
type Account struct {
	Name    string  `json:"name"`
	Balance float64 `json:"balance,string"` // want: nullfield
}

// Overdrawn reports whether an account is in debt; one whose balance the bank does not tell never is.
func (t *Tool) Overdrawn(ctx context.Context, user, account string) (bool, error) {
	resp, err := rest.Send(ctx, t.hc, http.MethodGet, t.userURL(user)+"/accounts/"+url.PathEscape(account), nil)
	if err != nil {
		return false, err
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return false, err
	}
	var a Account
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return false, fmt.Errorf("account: %w", err)
	}
	return a.Balance < 0, nil
}

// Refused is an answer with an error status, without the one thing that the vendor's support asks for.
type Refused struct {
	Status  int
	Details []basiqerr.Detail
}

// Error joins all details.
func (r *Refused) Error() string {
	text := fmt.Sprintf("basiq: status %d", r.Status)
	for _, d := range r.Details {
		text += "; " + d.String()
	}
	return text
}

// Delete deletes a user.
//
// "correlationId: a unique identifier for this particular occurrence of the problem."
func (t *Tool) Delete(ctx context.Context, user string) error {
	resp, err := rest.Send(ctx, t.hc, http.MethodDelete, t.userURL(user), nil)
	if err != nil {
		return err
	}
	defer transport.Drain(resp)
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return nil
	}
	var env struct {
		CorrelationID string            `json:"correlationId"`
		Data          []basiqerr.Detail `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&env); err != nil {
		return fmt.Errorf("basiq: status %d: %w", resp.StatusCode, err)
	}
	return &Refused{Status: resp.StatusCode, Details: env.Data} // want: errorid
}

// EnsureHook is run at every start. At the second it fails: the webhook is there already.
func (t *Tool) EnsureHook(ctx context.Context, hook string) error {
	in := map[string]any{"url": hook, "subscribedEvents": []string{"account.updated"}}
	resp, err := rest.Send(ctx, t.hc, http.MethodPost, t.base+"/notifications/webhooks", in)
	if err != nil {
		return err
	}
	defer transport.Drain(resp)
	return basiqerr.Check(resp) // want: conflict
}

// LocalHook makes Basiq send events where only this machine can hear them.
func (t *Tool) LocalHook(ctx context.Context) error {
	in := map[string]any{
		"url":              "http://localhost:8080/webhooks/basiq", // want: webhookurl
		"subscribedEvents": []string{"account.updated"},
	}
	resp, err := rest.Send(ctx, t.hc, http.MethodPost, t.base+"/notifications/webhooks", in)
	if err != nil {
		return err
	}
	defer transport.Drain(resp)
	if resp.StatusCode == http.StatusConflict {
		return nil
	}
	return basiqerr.Check(resp)
}

// Enrol creates a user, and another one when the first answer is lost.
//
// "Codes in the 5xx range indicate an error with the Connect API's servers (these are rare)." The user may be there then.
func (t *Tool) Enrol(ctx context.Context, email, mobile string) error {
	return retry.Do(func() error {
		in := map[string]string{"email": email, "mobile": mobile}
		resp, err := rest.Send(ctx, t.once, http.MethodPost, t.base+"/users", in) // want: unsaferetry
		if err != nil {
			return err
		}
		defer transport.Drain(resp)
		if resp.StatusCode == http.StatusConflict {
			return nil // there already
		}
		return basiqerr.Check(resp)
	}, rest.Passing(ctx)...)
}

// Proxy lets pages read a user with the server's token: the pages of everybody.
func (t *Tool) Proxy(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*") // want: openproxy
	resp, err := rest.Send(r.Context(), t.hc, http.MethodGet, t.userURL(r.PathValue("user")), nil)
	if err != nil {
		http.Error(w, "try again later", http.StatusBadGateway)
		return
	}
	defer transport.Drain(resp)
	w.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}

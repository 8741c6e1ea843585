// Package provision sets up new agents.
package provision

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/cenkalti/backoff/v5"

	"example.com/ixon/wrong/apierr"
	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/rest"
	"example.com/ixon/wrong/transport"
)

// Tool sets up agents.
type Tool struct {
	base        string
	application string
	tokens      *auth.Source
	calls       *http.Client // retries, adds headers and the token
	login       *http.Client // retries, adds the headers of a login
	once        *http.Client // adds headers and the token
	rt          http.RoundTripper
}

// New is a tool for one company.
func New(base, application, company string, cred auth.Credentials, retry ...transport.RetryOption) *Tool {
	shared := transport.Base()
	login := &http.Client{
		Timeout:   30 * time.Second,
		Transport: transport.Headers{Base: transport.NewRetry(shared, retry...), Application: application},
	}
	tokens := auth.NewSource(login, base, cred)
	retried := &auth.Transport{
		Base:   transport.Headers{Base: transport.NewRetry(shared, retry...), Application: application, Company: company},
		Source: tokens,
	}
	once := &auth.Transport{
		Base:   transport.Headers{Base: shared, Application: application, Company: company},
		Source: tokens,
	}
	return &Tool{
		base:        base,
		application: application,
		tokens:      tokens,
		calls:       &http.Client{Timeout: 30 * time.Second, Transport: retried},
		login:       login,
		once:        &http.Client{Timeout: 10 * time.Second, Transport: once},
		rt:          retried,
	}
}

func (t *Tool) agentURL(id string) string { return t.base + "/agents/" + url.PathEscape(id) }

// Agent is a router.
type Agent struct {
	PublicID      string `json:"publicId"`
	Name          string `json:"name"`
	ValuesPerHour int32  `json:"valuesPerHour"` // want: nullfield
}

// Limits reads how many values an agent may log. The vendor's limit does not fit the type.
func (t *Tool) Limits(ctx context.Context, id string) (Agent, error) {
	resp, err := rest.Send(ctx, t.calls, http.MethodGet, t.agentURL(id)+"?fields=publicId,name,valuesPerHour", nil)
	if err != nil {
		return Agent{}, err
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return Agent{}, err
	}
	var out struct {
		Data Agent `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return Agent{}, fmt.Errorf("limits: %w", err)
	}
	return out.Data, nil
}

// Names is the names of all agents, it says: those of the first page.
//
// "moreAfter": null is the mark of the last page.
func (t *Tool) Names(ctx context.Context) ([]string, error) {
	resp, err := rest.Send(ctx, t.calls, http.MethodGet, t.base+"/agents?fields=name", nil)
	if err != nil {
		return nil, err
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return nil, err
	}
	var out struct {
		Data []struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil { // want: pagination
		return nil, fmt.Errorf("names: %w", err)
	}
	names := make([]string, len(out.Data))
	for i, a := range out.Data {
		names[i] = a.Name
	}
	return names, nil
}

// Online looks at a field that it does not ask for, so no agent is ever on line.
//
// "Fields to select. Use "*" for all the top-level fields."
func (t *Tool) Online(ctx context.Context, id string) (bool, error) {
	resp, err := rest.Send(ctx, t.calls, http.MethodGet, t.agentURL(id), nil) // want: fieldselect
	if err != nil {
		return false, err
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return false, err
	}
	var out struct {
		Data struct {
			ActiveStatus string `json:"activeStatus"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return false, fmt.Errorf("online: %w", err)
	}
	return out.Data.ActiveStatus == "active", nil
}

// Backup reads the configuration of an agent, for as long as that takes.
//
// "These errors can occur when there is a problem with one of the IXON servers or when a request takes more than 60
// seconds."
func (t *Tool) Backup(id string) (json.RawMessage, error) {
	hc := &http.Client{Transport: t.rt}
	resp, err := hc.Get(t.agentURL(id) + "?fields=config") // want: notimeout
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return nil, err
	}
	var out struct {
		Data json.RawMessage `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	return out.Data, nil
}

// Label sets the description of an agent, also for a caller that has gone.
func (t *Tool) Label(ctx context.Context, id, text string) error {
	body, err := json.Marshal(map[string]string{"description": text})
	if err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodPatch, t.agentURL(id), bytes.NewReader(body)) // want: contextlost
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := t.calls.Do(req)
	if err != nil {
		return fmt.Errorf("label: %w", err)
	}
	defer transport.Drain(resp)
	return apierr.Check(resp)
}

// Title sets the name of an agent, in a body that does not say what it is.
//
// "You can use our API reference guide to add the correct headers to your request."
func (t *Tool) Title(ctx context.Context, id, name string) error {
	body, err := json.Marshal(map[string]string{"name": name})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPatch, t.agentURL(id), bytes.NewReader(body)) // want: contenttype
	if err != nil {
		return err
	}
	resp, err := t.calls.Do(req)
	if err != nil {
		return fmt.Errorf("title: %w", err)
	}
	defer transport.Drain(resp)
	return apierr.Check(resp)
}

// Zone reads the time zone of an agent without saying whose agent.
//
// "Two common errors occur when you forget to add a certain header or you enter the wrong or invalid public Id in a
// certain header."
func (t *Tool) Zone(ctx context.Context, id string) (string, error) {
	secret, err := t.tokens.Token(ctx)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.agentURL(id)+"?fields=timeZone", nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	resp, err := t.login.Do(req) // want: apiheader
	if err != nil {
		return "", fmt.Errorf("zone: %w", err)
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return "", err
	}
	var out struct {
		Data struct {
			TimeZone string `json:"timeZone"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("zone: %w", err)
	}
	return out.Data.TimeZone, nil
}

// Me asks who the token belongs to, and sends the token alone.
//
// "Authorization must start with a type and have credentials."
func (t *Tool) Me(ctx context.Context) (string, error) {
	secret, err := t.tokens.Token(ctx)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.base+"/users/me?fields=name", nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", secret) // want: authscheme
	return name(t.login.Do(req))
}

// Holder asks who a token belongs to that an operator has put into a file, with the newline of the file.
//
// "There might be a space or an invalid character in it that causes the error, therefore it is recommended to generate the
// bearer token anew." And: "Value is too long - Authorization".
func (t *Tool) Holder(ctx context.Context, file string) (string, error) {
	secret, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.base+"/users/me?fields=name", nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+string(secret)) // want: tokenspace
	return name(t.login.Do(req))
}

// Login makes a token by hand, with the base64 of URLs and file names, which has other characters and no padding.
//
// "Value does not match regex expression - Authorization: something probably went wrong with the encryption of the bearer
// token, which does not fit the regex expression required for authentication."
func (t *Tool) Login(ctx context.Context, cred auth.Credentials) (string, error) {
	in := map[string]int{"expiresIn": 3600}
	req, err := rest.NewRequest(ctx, http.MethodPost, t.base+"/access-tokens?fields=secretId", in)
	if err != nil {
		return "", err
	}
	plain := cred.Email + ":" + cred.OTP + ":" + cred.Password
	req.Header.Set("Authorization", "Basic "+base64.RawURLEncoding.EncodeToString([]byte(plain))) // want: authscheme
	resp, err := t.login.Do(req)
	if err != nil {
		return "", fmt.Errorf("log in: %w", err)
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return "", fmt.Errorf("log in: %w", err)
	}
	var out struct {
		Data struct {
			SecretID string `json:"secretId"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("log in: %w", err)
	}
	return out.Data.SecretID, nil
}

// name reads the name in an answer.
func name(resp *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return "", err
	}
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", err
	}
	return out.Data.Name, nil
}

// Reset restarts an agent and carries on where there was no answer at all.
//
// "They return low-level errors, like socket or timeout exceptions."
func (t *Tool) Reset(ctx context.Context, id string) error {
	resp, err := rest.Send(ctx, t.calls, http.MethodPost, t.agentURL(id)+"/reboot", nil)
	if err != nil {
		log.Printf("reset %s: %v", id, err)
	}
	defer transport.Drain(resp) // want: errorswallow
	return apierr.Check(resp)
}

// ServerTime reads the clock of IXON with a pool of connections for itself alone.
func (t *Tool) ServerTime(ctx context.Context) (string, error) {
	hc := &http.Client{
		Timeout:   10 * time.Second,
		Transport: transport.Headers{Base: transport.NewRetry(transport.Base()), Application: t.application}, // want: clientperrequest
	}
	resp, err := rest.Send(ctx, hc, http.MethodGet, t.base+"/server-time", nil)
	if err != nil {
		return "", err
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return "", err
	}
	var out struct {
		Data struct {
			Datetime string `json:"datetime"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", err
	}
	return out.Data.Datetime, nil
}

// AddDevice creates a device, and another one when the first answer is lost.
//
// "When intermittent problems occur, clients are usually left in a state where they don't know whether or not the server
// received the request."
func (t *Tool) AddDevice(ctx context.Context, agent, name string) error {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval = 10 * time.Millisecond
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		in := []map[string]string{{"name": name}}
		resp, err := rest.Send(ctx, t.once, http.MethodPost, t.agentURL(agent)+"/devices", in) // want: unsaferetry
		if err != nil {
			return struct{}{}, err
		}
		defer transport.Drain(resp)
		err = apierr.Check(resp)
		// Too many requests shut the address out for ten minutes, too long to wait here.
		if err != nil && resp.StatusCode < 500 {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(delays), backoff.WithMaxTries(4))
	return err
}

// SetClock replaces the time servers of an agent. The second attempt sends an empty body.
//
// "Clients should retry the same requests."
func (t *Tool) SetClock(ctx context.Context, id string, servers []string) error {
	in, err := json.Marshal(map[string][]string{"servers": servers})
	if err != nil {
		return err
	}
	body := bytes.NewReader(in)
	delay := 10 * time.Millisecond
	for attempt := 1; ; attempt++ {
		req, err := http.NewRequestWithContext(ctx, http.MethodPut, t.agentURL(id)+"/router-ntp-servers", body) // want: retrybody
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := t.once.Do(req)
		if attempt == 4 || !again(ctx, resp, err) {
			return finish(resp, err)
		}
		if resp != nil {
			transport.Drain(resp)
		}
		if err := transport.Sleep(ctx, delay); err != nil {
			return err
		}
		delay = min(2*delay, time.Second)
	}
}

// Rush reads the name of an agent, up to ten times at once.
//
// "Ideally according to an exponential back off schedule."
func (t *Tool) Rush(ctx context.Context, id string) error {
	for attempt := 1; ; attempt++ { // want: badbackoff
		req, err := rest.NewRequest(ctx, http.MethodGet, t.agentURL(id)+"?fields=name", nil)
		if err != nil {
			return err
		}
		resp, err := t.once.Do(req)
		if attempt == 10 || !again(ctx, resp, err) {
			return finish(resp, err)
		}
		if resp != nil {
			transport.Drain(resp)
		}
	}
}

// Insist reads the name of an agent, again and again though the request is wrong.
//
// "Integrations should correct the original request."
func (t *Tool) Insist(ctx context.Context, id string) error {
	delay := 10 * time.Millisecond
	for attempt := 1; ; attempt++ {
		resp, err := rest.Send(ctx, t.once, http.MethodGet, t.agentURL(id)+"?fields=name", nil)
		if attempt == 4 || ctx.Err() != nil || err == nil && resp.StatusCode < 400 { // want: retryclass
			return finish(resp, err)
		}
		if resp != nil {
			transport.Drain(resp)
		}
		if err := transport.Sleep(ctx, delay); err != nil {
			return err
		}
		delay = min(2*delay, time.Second)
	}
}

// again reports whether a second attempt may help. Too many requests shut the address out for ten minutes, which is too
// long to wait here.
func again(ctx context.Context, resp *http.Response, err error) bool {
	return ctx.Err() == nil && (err != nil || resp.StatusCode >= 500)
}

// finish closes the last answer and says what came of it.
func finish(resp *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer transport.Drain(resp)
	return apierr.Check(resp)
}

// Gone reports whether an agent is not there. Only the status is looked at, as it should be: IXON's messages may change.
func Gone(err error) bool {
	var e *apierr.Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound
}

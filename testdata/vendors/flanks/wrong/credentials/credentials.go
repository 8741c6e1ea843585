// Package credentials follows credentials from the user's consent to their data.
package credentials

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"example.com/flanks/wrong/call"
	"github.com/avast/retry-go/v4"
	"github.com/cenkalti/backoff/v5"
	"github.com/go-resty/resty/v2"
)

const (
	accountPath = "/v0/bank/credentials/account"
	statusPath  = "/v0/bank/credentials/status"
)

type credential struct {
	Token string `json:"credentials_token"`
}

// Status is how far the vendor has come.
type Status struct {
	Pending  *bool   `json:"pending"`
	Blocked  *bool   `json:"blocked"`
	SCAToken *string `json:"sca_token"`
}

// Client follows credentials.
type Client struct {
	base string
	hc   *http.Client // signs and repeats
	once *http.Client // signs; Patient repeats
	rc   *resty.Client
}

// New returns a Client.
func New(cfg call.Config) *Client {
	once := &http.Client{
		Timeout:   5 * time.Second,
		Transport: &call.Signer{Tokens: call.NewTokens(cfg), Base: http.DefaultTransport},
	}
	if cfg.Pool != nil {
		once.Transport = &call.Signer{Tokens: call.NewTokens(cfg), Base: cfg.Pool}
	}
	return &Client{base: cfg.Base(), hc: call.NewHTTP(cfg), once: once, rc: call.NewREST(cfg)}
}

// Status closes good answers only.
func (c *Client) Status(ctx context.Context, credentialsToken string) (*Status, error) {
	req, err := call.Request(ctx, http.MethodPost, c.base+statusPath, credential{credentialsToken})
	if err != nil {
		return nil, err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, call.Read(resp) // want: bodyleak
	}
	defer call.Close(resp)
	var out Status
	err = json.NewDecoder(resp.Body).Decode(&out)
	return &out, err
}

// Stream tells resty to leave the body alone, and leaves it alone too once it has read it.
func (c *Client) Stream(ctx context.Context, w io.Writer, credentialsToken string) error {
	resp, err := c.rc.R().SetContext(ctx).SetDoNotParseResponse(true).SetBody(credential{credentialsToken}).Post(accountPath)
	if err != nil {
		return err
	}
	body := resp.RawBody() // want: bodyleak
	if resp.IsError() {
		raw, err := io.ReadAll(io.LimitReader(body, 1<<16))
		if err != nil {
			return err
		}
		return call.Parse(resp.StatusCode(), raw)
	}
	_, err = io.Copy(w, body)
	return err
}

// Patient repeats, and leaves the answer of every failed attempt open: there is no loop to see it in.
func (c *Client) Patient(ctx context.Context, credentialsToken string) (*Status, error) {
	steps := backoff.NewExponentialBackOff()
	steps.InitialInterval, steps.MaxInterval = 5*time.Millisecond, time.Second
	return backoff.Retry(ctx, func() (*Status, error) {
		resp, err := call.Send(ctx, c.once, http.MethodPost, c.base+statusPath, credential{credentialsToken})
		if errors.Is(err, context.Canceled) {
			return nil, backoff.Permanent(err)
		}
		if err != nil {
			return nil, err
		}
		if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500 {
			err := call.Read(resp)
			if after := call.RetryAfter(resp.Header); after > 0 {
				err = errors.Join(err, &backoff.RetryAfterError{Duration: after})
			}
			return nil, err // want: bodyleak
		}
		defer call.Close(resp)
		if err := call.Check(resp); err != nil {
			return nil, backoff.Permanent(err)
		}
		var out Status
		err = json.NewDecoder(resp.Body).Decode(&out)
		return &out, err
	}, backoff.WithBackOff(steps), backoff.WithMaxTries(4))
}

// Raw gets an open answer from the shared helper, and does not close it.
func (c *Client) Raw(ctx context.Context, credentialsToken string) ([]byte, error) {
	resp, err := call.Send(ctx, c.hc, http.MethodPost, c.base+accountPath, credential{credentialsToken})
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(resp.Body) // want: bodyleak
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, call.Parse(resp.StatusCode, raw)
	}
	return raw, nil
}

// Copy closes what the helper opened. That the helper leaks is not its fault.
func (c *Client) Copy(ctx context.Context, w io.Writer, credentialsToken string) error {
	body, err := call.Open(ctx, c.hc, c.base+accountPath, credential{credentialsToken})
	if err != nil {
		return err
	}
	defer body.Close()
	_, err = io.Copy(w, body)
	return err
}

// Exchange turns a link's code into a credential and takes "in a day or two" for "now".
//
// Flanks: "202 ACCEPTED": "Token delayed during security checks".
func (c *Client) Exchange(ctx context.Context, code string) (string, error) {
	resp, err := call.Send(ctx, c.hc, http.MethodPost, c.base+"/v0/links/exchange", map[string]string{"code": code})
	if err != nil {
		return "", err
	}
	defer call.Close(resp)
	if err := call.Check(resp); err != nil { // want: accepted
		return "", err
	}
	var out credential
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Token, err
}

// Wait knows one way in which retrieving ends. A blocked credential, or one whose user has to confirm, is none.
//
// Flanks: "You can poll the v0/credentials/status endpoint".
func (c *Client) Wait(ctx context.Context, credentialsToken string, every time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		st, err := c.status(ctx, credentialsToken) // want: pollloop
		if err != nil {
			return err
		}
		if st.Pending != nil && !*st.Pending {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Insist repeats whatever was refused, a wrong password too: the bank locks the user out.
//
// Flanks: "Incorrect bank credentials provided": "review the introduced credentials and try again".
func (c *Client) Insist(ctx context.Context, credentialsToken string) error {
	return retry.Do(func() error { // want: retryclass
		resp, err := call.Send(ctx, c.hc, http.MethodPost, c.base+accountPath, credential{credentialsToken})
		if err != nil {
			return err
		}
		defer call.Close(resp)
		return call.Check(resp)
	}, retry.Context(ctx), retry.Attempts(4), retry.LastErrorOnly(true),
		retry.Delay(5*time.Millisecond), retry.MaxDelay(30*time.Second), retry.DelayType(call.Delay), retry.MaxJitter(5*time.Millisecond))
}

// Advice sends the user's password, the bank's outage and the vendor's checks to the same place.
//
// Flanks: "Wait until the data you are asking for has been retrieved", "The website of the bank is not available, you
// should try later", "You can review the introduced credentials and try again", "You need to ask your user to the 2FA".
func Advice(err error) string {
	e := call.As(err)
	if e == nil {
		return "try again later"
	}
	switch e.Code { // want: errorcodes
	case 20001, 20002, 20003, 50001, 50002, 50003:
		return "try again later"
	case 40001:
		return fmt.Sprintf("mend the request: %v", e)
	}
	return ""
}

// status is as it should be.
func (c *Client) status(ctx context.Context, credentialsToken string) (*Status, error) {
	var out Status
	resp, err := c.rc.R().SetContext(ctx).SetBody(credential{credentialsToken}).SetResult(&out).Post(statusPath)
	if err != nil {
		return nil, err
	}
	if resp.IsError() {
		return nil, call.Parse(resp.StatusCode(), resp.Body())
	}
	return &out, nil
}

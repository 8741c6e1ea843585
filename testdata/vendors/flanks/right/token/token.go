// Package token fetches access tokens and keeps them no longer than they live.
package token

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"example.com/flanks/right/call"
	"github.com/cenkalti/backoff/v5"
	"golang.org/x/oauth2"
)

// margin is how long before its end a token is replaced.
const margin = 5 * time.Minute

// Client says who asks.
type Client struct {
	BaseURL string // call.BaseURL if empty
	ID      string
	Secret  string
	HTTP    *http.Client
}

// Answer is what the token endpoint says.
type Answer struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

// Fetch asks for one token, up to four times. Its life is the caller's to watch.
func (c *Client) Fetch(ctx context.Context) (*Answer, error) {
	steps := backoff.NewExponentialBackOff()
	steps.InitialInterval, steps.MaxInterval = 5*time.Millisecond, time.Second
	return backoff.Retry(ctx, func() (*Answer, error) {
		answer, err := c.once(ctx)
		if err != nil && !call.Transient(err) {
			return nil, backoff.Permanent(err)
		}
		if e := call.As(err); e != nil && e.RetryAfter > 0 {
			return nil, errors.Join(err, &backoff.RetryAfterError{Duration: e.RetryAfter})
		}
		return answer, err
	}, backoff.WithBackOff(steps), backoff.WithMaxTries(4))
}

// once sends the credentials as JSON: this token endpoint takes no form.
func (c *Client) once(ctx context.Context) (*Answer, error) {
	body, err := json.Marshal(map[string]string{
		"client_id": c.ID, "client_secret": c.Secret, "grant_type": "client_credentials",
	})
	if err != nil {
		return nil, err
	}
	base := c.BaseURL
	if base == "" {
		base = call.BaseURL
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/v0/token", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return nil, fmt.Errorf("fetch token: %w", err)
	}
	defer call.Close(resp)
	if err := call.Check(resp); err != nil {
		return nil, fmt.Errorf("fetch token: %w", err)
	}
	var answer Answer
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("fetch token: %w", err)
	}
	return &answer, nil
}

// Source hands out a token and renews it before it ends. It is safe for concurrent use.
type Source struct {
	client *Client
	mu     sync.Mutex
	token  string
	expiry time.Time
}

// NewSource returns a Source.
func NewSource(c *Client) *Source { return &Source{client: c} }

// Token returns a token that is good for a while.
func (s *Source) Token(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" && time.Now().Add(margin).Before(s.expiry) {
		return s.token, nil
	}
	answer, err := s.client.Fetch(ctx)
	if err != nil {
		return "", err
	}
	s.token, s.expiry = answer.AccessToken, time.Now().Add(time.Duration(answer.ExpiresIn)*time.Second)
	return s.token, nil
}

// Forget drops a token that the vendor no longer takes, unless it has been replaced already.
func (s *Source) Forget(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == token {
		s.token = ""
	}
}

// OAuth2 returns the same as a source of oauth2's, which asks for a new token when the old one is about to end.
func OAuth2(ctx context.Context, c *Client) oauth2.TokenSource {
	return oauth2.ReuseTokenSourceWithExpiry(nil, &adapter{ctx: ctx, client: c}, margin)
}

type adapter struct {
	ctx    context.Context // oauth2 has no other place for it
	client *Client
}

// Token implements oauth2.TokenSource.
func (a *adapter) Token() (*oauth2.Token, error) {
	answer, err := a.client.Fetch(a.ctx)
	if err != nil {
		return nil, err
	}
	return &oauth2.Token{
		AccessToken: answer.AccessToken,
		Expiry:      time.Now().Add(time.Duration(answer.ExpiresIn) * time.Second),
	}, nil
}

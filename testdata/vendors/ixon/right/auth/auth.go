// Package auth logs in to IXON and keeps the bearer token fresh.
package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"example.com/ixon/right/apierr"
	"example.com/ixon/right/transport"
)

// lifetime is what is asked for; IXON allows 60 s to 60 days and says in expiresOn what it gave.
const lifetime = 3600

// Credentials are those of a service account. OTP is empty where no role enforces 2FA.
type Credentials struct {
	Email    string
	Password string
	OTP      string
}

// Token is a bearer token and its end.
type Token struct {
	Secret    string
	ExpiresOn time.Time
}

// Login makes a token. hc adds the required headers.
func Login(ctx context.Context, hc *http.Client, base string, cred Credentials) (Token, error) {
	in, err := json.Marshal(map[string]int{"expiresIn": lifetime})
	if err != nil {
		return Token{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/access-tokens?fields=secretId,expiresOn", bytes.NewReader(in))
	if err != nil {
		return Token{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	// The vendor's form is email:otp:password.
	req.SetBasicAuth(cred.Email, cred.OTP+":"+cred.Password)
	resp, err := hc.Do(req)
	if err != nil {
		return Token{}, fmt.Errorf("log in: %w", err)
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return Token{}, fmt.Errorf("log in: %w", err)
	}
	var out struct {
		Data struct {
			SecretID  string    `json:"secretId"`
			ExpiresOn time.Time `json:"expiresOn"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return Token{}, fmt.Errorf("log in: %w", err)
	}
	return Token{Secret: out.Data.SecretID, ExpiresOn: out.Data.ExpiresOn}, nil
}

// Source hands out a token that lasts at least another margin.
type Source struct {
	hc     *http.Client
	base   string
	cred   Credentials
	margin time.Duration

	mu    sync.Mutex
	token Token
}

// NewSource logs in through hc when a token is first wanted.
func NewSource(hc *http.Client, base string, cred Credentials) *Source {
	return &Source{hc: hc, base: base, cred: cred, margin: 30 * time.Second}
}

// Token is the current token, or a new one where that is about to end. Callers that come together log in once.
func (s *Source) Token(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token.Secret != "" && time.Until(s.token.ExpiresOn) > s.margin {
		return s.token.Secret, nil
	}
	t, err := Login(ctx, s.hc, s.base, s.cred)
	if err != nil {
		return "", err
	}
	s.token = t
	return t.Secret, nil
}

// Forget drops a token that IXON refused, unless another caller has replaced it meanwhile.
func (s *Source) Forget(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token.Secret == secret {
		s.token = Token{}
	}
}

// Package account reads who is logged in, for the head of the dashboard.
package account

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"

	"example.com/ixon/wrong/apierr"
	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/rest"
	"example.com/ixon/wrong/transport"
)

// Service reads the account of a token.
type Service struct {
	base        string
	application string
	company     string
	tokens      *auth.Source
	hc          *http.Client
}

// New is a service with the sync's tokens.
func New(base, application, company string, tokens *auth.Source) *Service {
	return &Service{
		base:        base,
		application: application,
		company:     company,
		tokens:      tokens,
		hc:          &http.Client{Timeout: 10 * time.Second},
	}
}

func (s *Service) request(ctx context.Context, path string) (*http.Request, error) {
	secret, err := s.tokens.Token(ctx)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", s.application)
	req.Header.Set("Api-Company", s.company)
	req.Header.Set("Authorization", "Bearer "+secret)
	return req, nil
}

// Company is the name of the company. Faults are waited out.
func (s *Service) Company(ctx context.Context) (string, error) {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval = 10 * time.Millisecond
	return backoff.Retry(ctx, func() (string, error) {
		req, err := s.request(ctx, "/companies/me?fields=name")
		if err != nil {
			return "", backoff.Permanent(err)
		}
		resp, err := s.hc.Do(req)
		if err != nil {
			return "", fmt.Errorf("company: %w", err)
		}
		defer transport.Drain(resp)
		if err := apierr.Check(resp); err != nil {
			// Too many requests shut the address out for ten minutes, too long to wait here.
			if resp.StatusCode >= 500 {
				return "", err
			}
			return "", backoff.Permanent(err)
		}
		var out struct {
			Data struct {
				Name string `json:"name"`
			} `json:"data"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
			return "", backoff.Permanent(fmt.Errorf("company: %w", err))
		}
		return out.Data.Name, nil
	}, backoff.WithBackOff(delays), backoff.WithMaxTries(4))
}

// User is the name of the service account. One hiccup and the head of the dashboard is an error.
//
// "Problems with intermittent communication between client and server can lead to Network Errors. [...] Clients should
// retry the same requests, ideally according to an exponential back off schedule."
func (s *Service) User(ctx context.Context) (string, error) {
	req, err := s.request(ctx, "/users/me?fields=name")
	if err != nil {
		return "", err
	}
	resp, err := s.hc.Do(req) // want: noretry
	if err != nil {
		return "", fmt.Errorf("user: %w", err)
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return "", fmt.Errorf("user: %w", err)
	}
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("user: %w", err)
	}
	return out.Data.Name, nil
}

// Group is the name of a group, through the helper that does not try again.
func (s *Service) Group(ctx context.Context, id string) (string, error) {
	secret, err := s.tokens.Token(ctx)
	if err != nil {
		return "", err
	}
	headers := rest.Headers{Application: s.application, Company: s.company, Secret: secret}
	var out struct {
		Name string `json:"name"`
	}
	if err := rest.GetData(ctx, s.base+"/groups/"+url.PathEscape(id)+"?fields=name", headers, &out); err != nil {
		return "", fmt.Errorf("group: %w", err)
	}
	return out.Name, nil
}

// Asset is the name of an asset, through the helper that tries again.
func (s *Service) Asset(ctx context.Context, id string) (string, error) {
	secret, err := s.tokens.Token(ctx)
	if err != nil {
		return "", err
	}
	headers := rest.Headers{Application: s.application, Company: s.company, Secret: secret}
	var out struct {
		Name string `json:"name"`
	}
	if err := rest.Get(ctx, s.base+"/assets/"+url.PathEscape(id)+"?fields=name", headers, &out); err != nil {
		return "", fmt.Errorf("asset: %w", err)
	}
	return out.Name, nil
}

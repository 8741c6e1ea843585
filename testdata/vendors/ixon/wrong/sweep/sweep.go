// Package sweep looks every few minutes whether the agents in the inventory still exist.
package sweep

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"example.com/ixon/wrong/apierr"
	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/rest"
	"example.com/ixon/wrong/transport"
)

// Sweeper looks for agents.
type Sweeper struct {
	base string
	hc   *http.Client
}

// New sweeps with the sync's tokens through rt.
func New(base, application, company string, tokens *auth.Source, rt http.RoundTripper) *Sweeper {
	return &Sweeper{
		base: base,
		hc: &http.Client{
			Timeout: 30 * time.Second,
			Transport: &auth.Transport{
				Base:   transport.Headers{Base: transport.NewRetry(rt), Application: application, Company: company},
				Source: tokens,
			},
		},
	}
}

// NewBehindBalancer sweeps with a connection a call.
func NewBehindBalancer(base, application, company string, tokens *auth.Source) *Sweeper {
	return New(base, application, company, tokens, transport.Base(transport.WithoutKeepAlive()))
}

// Missing is those of the agents that are gone. It closes each answer unread, and with it the connection.
//
// "When the failures follow a repetitive pattern, it is very likely a chronic (network) problem."
func (s *Sweeper) Missing(ctx context.Context, agents []string) ([]string, error) {
	var gone []string
	for _, id := range agents {
		resp, err := rest.Send(ctx, s.hc, http.MethodGet, s.base+"/agents/"+url.PathEscape(id)+"?fields=publicId", nil)
		if err != nil {
			return nil, fmt.Errorf("sweep: %w", err)
		}
		err = apierr.Check(resp)
		_ = resp.Body.Close() // want: keepalive
		var answer *apierr.Error
		switch {
		case errors.As(err, &answer) && answer.Status == http.StatusNotFound:
			gone = append(gone, id)
		case err != nil:
			return nil, fmt.Errorf("sweep: %w", err)
		}
	}
	return gone, nil
}

// Present is whether an agent is there. Its answer is read before it is closed.
func (s *Sweeper) Present(ctx context.Context, id string) (bool, error) {
	resp, err := rest.Send(ctx, s.hc, http.MethodGet, s.base+"/agents/"+url.PathEscape(id)+"?fields=publicId", nil)
	if err != nil {
		return false, fmt.Errorf("present: %w", err)
	}
	defer transport.Drain(resp)
	if resp.StatusCode == http.StatusNotFound {
		return false, nil
	}
	if err := apierr.Check(resp); err != nil {
		return false, fmt.Errorf("present: %w", err)
	}
	return true, nil
}

// Package clocks sets the time servers of agents.
package clocks

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"example.com/ixon/right/apierr"
	"example.com/ixon/right/rest"
	"example.com/ixon/right/transport"
)

// A Clock sets the time servers of one agent.
type Clock struct {
	HTTP   *http.Client
	Target string
}

// Set makes a reader for each attempt.
func (c *Clock) Set(ctx context.Context, servers []byte) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		return verdict(rest.Put(ctx, c.HTTP, c.Target, bytes.NewReader(servers)))
	}, policy()...)
	return err
}

// Change renews the reader in what it asks for.
func (c *Clock) Change(ctx context.Context, servers []byte) error {
	change := rest.Change{Target: c.Target}
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		change.Body = bytes.NewReader(servers)
		return verdict(rest.Write(ctx, c.HTTP, &change))
	}, policy()...)
	return err
}

// policy is how often, and how far apart.
func policy() []backoff.RetryOption {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval = 10 * time.Millisecond
	return []backoff.RetryOption{backoff.WithBackOff(delays), backoff.WithMaxTries(4)}
}

// verdict says what came of an attempt. Too many requests shut the address out for ten minutes, too long to wait here.
func verdict(resp *http.Response, err error) (struct{}, error) {
	if err != nil {
		return struct{}{}, err
	}
	defer transport.Drain(resp)
	err = apierr.Check(resp)
	if err != nil && resp.StatusCode < 500 {
		err = backoff.Permanent(err)
	}
	return struct{}{}, err
}

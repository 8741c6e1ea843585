// Package clocks sets the time servers of agents.
package clocks

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"example.com/ixon/wrong/apierr"
	"example.com/ixon/wrong/rest"
	"example.com/ixon/wrong/transport"
)

// A Clock sets the time servers of one agent.
type Clock struct {
	HTTP   *http.Client
	Target string
}

// Set hands every attempt the one reader.
//
// "Clients should retry the same requests."
func (c *Clock) Set(ctx context.Context, servers []byte) error {
	body := bytes.NewReader(servers)
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		return verdict(rest.Put(ctx, c.HTTP, c.Target, body)) // want: retrybody
	}, policy()...)
	return err
}

// Change keeps the reader in what it asks for.
//
// "Clients should retry the same requests."
func (c *Clock) Change(ctx context.Context, servers []byte) error {
	change := rest.Change{Target: c.Target, Body: bytes.NewBuffer(servers)}
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		return verdict(rest.Write(ctx, c.HTTP, &change)) // want: retrybody
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

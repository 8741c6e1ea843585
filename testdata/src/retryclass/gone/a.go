// Package gone listens to an API for ever.
package gone

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"
)

var (
	errNoSession   = errors.New("the session has ended")
	errNotWanted   = errors.New("the server has nothing to say")
	errUnavailable = errors.New("try again")
)

type client struct {
	http *http.Client
	base string
}

func (c *client) send(ctx context.Context) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base, nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	if resp.StatusCode == http.StatusNotFound {
		resp.Body.Close()
		return nil, errNoSession
	}
	return resp, nil
}

func (c *client) listen(ctx context.Context) error {
	resp, err := c.send(ctx)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusForbidden:
		return errNotWanted
	case resp.StatusCode != http.StatusOK:
		text, _ := io.ReadAll(resp.Body)
		return fmt.Errorf("status %d: %s", resp.StatusCode, text)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Second):
		return true
	}
}

func (c *client) forEver(ctx context.Context) {
	for {
		err := c.listen(ctx) // want `404 has an error of its own, and this is repeated without end all the same`
		if errors.Is(err, errNotWanted) {
			return
		}
		if err != nil {
			log.Print(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
}

// Stops on it, wrapped as it is.
func (c *client) stops(ctx context.Context) {
	for {
		err := c.listen(ctx)
		if errors.Is(err, errNotWanted) || errors.Is(err, errNoSession) {
			return
		}
		if err != nil {
			log.Print(err)
		}
		if !pause(ctx) {
			return
		}
	}
}

func (c *client) ready(ctx context.Context) error {
	resp, err := c.http.Get(c.base)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	switch resp.StatusCode {
	case http.StatusNotFound:
		return errUnavailable
	case http.StatusOK:
		return nil
	}
	return errors.New(resp.Status)
}

// Waits for what is not there yet, and for nothing else.
func (c *client) appears(ctx context.Context) error {
	for {
		err := c.ready(ctx)
		if err != errUnavailable {
			return err
		}
		if !pause(ctx) {
			return ctx.Err()
		}
	}
}

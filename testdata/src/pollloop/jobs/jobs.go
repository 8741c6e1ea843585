// Package jobs is the client of a service that does work in the background.
package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

type Client struct {
	HTTP *http.Client
	Base string
}

// A Phase says how far a build is.
type Phase string

const (
	PhaseQueued Phase = "queued"
	PhaseReady  Phase = "ready"
	PhaseFailed Phase = "failed"
)

type Build struct {
	Phase Phase
	URL   string
}

type Job struct {
	ID     string
	Status string
	Steps  []Step
}

type Step struct {
	Status string
}

func (c *Client) Job(ctx context.Context, id string) (*Job, error) {
	var j Job
	return &j, c.Get(ctx, "/jobs/"+id, &j)
}

func (c *Client) Build(ctx context.Context, id string) (Build, error) {
	var b Build
	return b, c.Get(ctx, "/builds/"+id, &b)
}

func (c *Client) Get(ctx context.Context, path string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Base+path, nil)
	if err != nil {
		return err
	}
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

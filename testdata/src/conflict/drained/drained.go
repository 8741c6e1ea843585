// Package drained reads every body before it looks at the status.
package drained

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

type api struct {
	root string
	http *http.Client
}

func (a *api) change(ctx context.Context, verb, path string, in any) (int, []byte, error) {
	b, err := json.Marshal(in)
	if err != nil {
		return 0, nil, err
	}
	r, err := http.NewRequestWithContext(ctx, verb, a.root+path, bytes.NewReader(b))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := a.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	var out bytes.Buffer
	if _, err := out.ReadFrom(resp.Body); err != nil {
		return 0, nil, err
	}
	if resp.StatusCode > 299 {
		return resp.StatusCode, nil, fmt.Errorf("%s %s: %d: %s", verb, path, resp.StatusCode, out.Bytes())
	}
	return resp.StatusCode, out.Bytes(), nil
}

// A Job comes again until it is done.
type Job struct {
	ID   string
	Args json.RawMessage
}

func (a *api) Perform(ctx context.Context, j Job) error {
	_, _, err := a.change(ctx, "POST", "/v2/accounts", j.Args) // want "409"
	return err
}

// PerformOnce knows that the job may have been done.
func (a *api) PerformOnce(ctx context.Context, j Job) error {
	status, _, err := a.change(ctx, "POST", "/v2/accounts", j.Args)
	if status == http.StatusConflict {
		return nil
	}
	return err
}

type server struct{ api *api }

func (s *server) Start(ctx context.Context) error {
	if _, _, err := s.api.change(ctx, http.MethodPost, "/services", map[string]string{"name": "billing"}); err != nil { // want "409"
		return fmt.Errorf("register service: %w", err)
	}
	return (&http.Server{Addr: ":8080", ReadHeaderTimeout: time.Second}).ListenAndServe()
}

// Package clock makes the same things whenever the time has come.
package clock

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"
)

var errRefused = errors.New("refused")

func post(ctx context.Context, url string, v any) (int, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

type tenant struct{ Name string }

func register(ctx context.Context, t tenant) error {
	status, err := post(ctx, "https://api.example.com/tenants", t)
	if err != nil {
		return err
	}
	if status != http.StatusCreated {
		return fmt.Errorf("tenant %s: %w: %d", t.Name, errRefused, status)
	}
	return nil
}

type store interface{ Tenants() []tenant }

// Every minute all of them.
func run(ctx context.Context, s store) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			for _, t := range s.Tenants() {
				if err := register(ctx, t); err != nil { // want "409"
					log.Printf("register: %v", err)
					break
				}
			}
		}
	}
}

func runRange(ctx context.Context, s store) error {
	for range time.Tick(time.Hour) {
		if err := pushTenants(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func pushTenants(ctx context.Context, s store) error {
	for _, t := range s.Tenants() {
		body, err := json.Marshal(t)
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.example.com/v1/tenants", bytes.NewReader(body))
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req) // want "409"
		if err != nil {
			return err
		}
		resp.Body.Close()
		if resp.StatusCode >= 300 {
			return fmt.Errorf("push %s: %s", t.Name, resp.Status)
		}
	}
	return nil
}

// Scheduler is what cron libraries have.
type Scheduler interface {
	AddFunc(spec string, f func()) error
}

type catalogue struct {
	base string
	hc   *http.Client
}

func (c *catalogue) schedule(s Scheduler) error {
	return s.AddFunc("@daily", c.nightly)
}

func (c *catalogue) nightly() {
	for _, name := range []string{"books", "music"} {
		if err := c.createCategory(context.Background(), name); err != nil { // want "409"
			log.Printf("nightly: %v", err)
			return
		}
	}
}

func (c *catalogue) createCategory(ctx context.Context, name string) error {
	body, _ := json.Marshal(map[string]string{"name": name})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/categories", bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		return fmt.Errorf("category %s: %s", name, resp.Status)
	}
	return nil
}

// What it makes is new each time.
func (c *catalogue) snapshots(ctx context.Context) {
	for range time.Tick(time.Hour) {
		if err := c.createSnapshot(ctx, time.Now()); err != nil {
			log.Print(err)
		}
	}
}

func (c *catalogue) createSnapshot(ctx context.Context, at time.Time) error {
	body, _ := json.Marshal(map[string]any{"at": at})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/snapshots", bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		return fmt.Errorf("snapshot: %s", resp.Status)
	}
	return nil
}

// A sign of life is no thing.
func (c *catalogue) heartbeat(ctx context.Context) {
	for range time.Tick(time.Minute) {
		status, err := post(ctx, c.base+"/heartbeats", map[string]string{"host": "a"})
		if err != nil || status >= 300 {
			log.Print("no heartbeat: ", err)
		}
	}
}

// Only those that are new are handed over.
func runNew(ctx context.Context, fresh chan tenant) {
	for t := range fresh {
		if err := register(ctx, t); err != nil {
			log.Print(err)
		}
	}
}

func runRight(ctx context.Context, s store) {
	for range time.Tick(time.Hour) {
		for _, t := range s.Tenants() {
			status, err := post(ctx, "https://api.example.com/v1/tenants", t)
			if err != nil {
				log.Print(err)
				break
			}
			if status != http.StatusCreated && status != http.StatusConflict {
				log.Printf("%s: %d", t.Name, status)
				break
			}
		}
	}
}

// rounds works off what comes in on a channel of any kind.
func rounds[C ~chan T, T any](ctx context.Context, work C) {
	for {
		select {
		case <-work:
			if err := register(ctx, tenant{"nightly"}); err != nil {
				log.Print(err)
			}
		case <-ctx.Done():
			return
		}
	}
}

package pollloop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"slices"
	"time"

	"pollloop/jobs"
)

type client struct {
	http *http.Client
	base string
}

type state struct {
	Status string
	Reason string
}

func (c *client) get(url string, v any) error {
	resp, err := c.http.Get(c.base + url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Second):
		return nil
	}
}

// Asked in a helper that tells whether it is done; nothing ends it.
func (c *client) export(id string) error {
	for {
		done, err := c.exported(id) // want `asked until Status is "Success": one that has failed is asked for without an end`
		if err != nil {
			return err
		}
		if done {
			return nil
		}
		time.Sleep(time.Second)
	}
}

func (c *client) exported(id string) (bool, error) {
	resp, err := c.http.Get(c.base + "/exports/" + id)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return false, errors.New(resp.Status)
	}
	var s state
	if err := json.NewDecoder(resp.Body).Decode(&s); err != nil {
		return false, err
	}
	log.Printf("export %s: %s %s", id, s.Status, s.Reason)
	return s.Status == "Success", nil
}

// A deadline ends it, too late and without a reason.
func untilSucceeded(ctx context.Context, c *jobs.Client, id string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		j, err := c.Job(ctx, id) // want `a failed one is waited for until the time is over`
		if err != nil {
			return err
		}
		if j.Status == "succeeded" {
			return nil
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// The package that declares the states knows a failed one.
func untilReady(ctx context.Context, c *jobs.Client, id string) (string, error) {
	for range 30 {
		b, err := c.Build(ctx, id) // want `asked until Phase is "ready"`
		if err != nil {
			return "", err
		}
		if b.Phase == jobs.PhaseReady {
			return b.URL, nil
		}
		time.Sleep(time.Second)
	}
	return "", errors.New("not ready")
}

// Both states that matter are looked at.
func untilReadyOrFailed(ctx context.Context, c *jobs.Client, id string) (string, error) {
	for {
		b, err := c.Build(ctx, id)
		if err != nil {
			return "", err
		}
		switch b.Phase {
		case jobs.PhaseReady:
			return b.URL, nil
		case jobs.PhaseFailed:
			return "", errors.New("build failed")
		}
		if err := pause(ctx); err != nil {
			return "", err
		}
	}
}

// Every state but two ends it.
func whilePending(ctx context.Context, c *jobs.Client, id string) (*jobs.Job, error) {
	for {
		j, err := c.Job(ctx, id)
		if err != nil {
			return nil, err
		}
		if j.Status != "pending" && j.Status != "in-progress" {
			return j, nil
		}
		if err := pause(ctx); err != nil {
			return nil, err
		}
	}
}

// The failure is logged, and nobody hears of it.
func logged(ctx context.Context, c *jobs.Client, id string, limit time.Duration) error {
	for polling, over := true, time.After(limit); polling; {
		j, err := c.Job(ctx, id)
		if err != nil {
			return err
		}
		switch j.Status {
		case "running":
			log.Print("still running")
		case "cancelled": // want `"cancelled" ends this poll without an error`
			log.Print("cancelled")
			return nil
		case "succeeded":
			return nil
		case "failed":
			log.Print("failed")
			return nil
		}
		time.Sleep(time.Second)
		select {
		case <-over:
			polling = false
		default:
		}
	}
	return nil
}

// The job goes back to the caller, who can look at its state.
func handedBack(ctx context.Context, c *jobs.Client, id string) (*jobs.Job, error) {
	for {
		j, err := c.Job(ctx, id)
		if err != nil {
			return nil, err
		}
		switch j.Status {
		case "succeeded", "failed":
			return j, nil
		}
		if err := pause(ctx); err != nil {
			return nil, err
		}
	}
}

// "Failed" it is called, like "Running" and "Succeeded".
func lower(ctx context.Context, c *jobs.Client, id string) error {
	for {
		j, err := c.Job(ctx, id)
		if err != nil {
			return err
		}
		switch j.Status {
		case "Running":
		case "failed": // want `"failed" is written unlike the other states, such as "Succeeded"`
			return errors.New("failed")
		case "Succeeded":
			return nil
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// A step that is put in shifts the others.
func byPlace(ctx context.Context, c *jobs.Client, id string) error {
	for {
		j, err := c.Job(ctx, id)
		if err != nil {
			return err
		}
		if j.Steps[0].Status == "success" && j.Steps[2].Status == "success" { // want `told by its place in the list`
			return nil
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// All steps are looked at.
func allSteps(ctx context.Context, c *jobs.Client, id string) error {
	for {
		j, err := c.Job(ctx, id)
		if err != nil {
			return err
		}
		done := len(j.Steps) > 0
		for _, s := range j.Steps {
			switch s.Status {
			case "failed":
				return errors.New("a step failed")
			case "success":
			default:
				done = false
			}
		}
		if done {
			return nil
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// Over is over, but nothing else ends this.
func forEver(c *jobs.Client, id string) error {
	for {
		j, err := c.Job(context.Background(), id) // want `nothing but the answer ends this poll`
		if err != nil {
			return err
		}
		if j.Status == "finished" {
			return nil
		}
		time.Sleep(time.Second)
	}
}

// A count, a clock or a context does.
func counted(c *jobs.Client, id string) error {
	for n := 0; n < 100; n++ {
		j, err := c.Job(context.Background(), id)
		if err != nil {
			return err
		}
		if j.Status == "finished" {
			return nil
		}
		time.Sleep(time.Second)
	}
	return errors.New("not finished")
}

func timed(c *jobs.Client, id string) error {
	end := time.Now().Add(time.Hour)
	for {
		j, err := c.Job(context.Background(), id)
		if err != nil {
			return err
		}
		if j.Status == "finished" {
			return nil
		}
		if time.Now().After(end) {
			return errors.New("not finished")
		}
		time.Sleep(time.Second)
	}
}

// Asked as fast as the service can answer.
func busy(ctx context.Context, c *jobs.Client, id string) error {
	for {
		j, err := c.Job(ctx, id) // want `asked for again at once`
		if err != nil {
			return err
		}
		if j.Status == "finished" {
			return nil
		}
	}
}

type Options struct {
	Every time.Duration
	Limit time.Duration
}

// The zero value of Every is no delay.
func Await(ctx context.Context, c *jobs.Client, id string, o Options) error {
	for {
		j, err := c.Job(ctx, id)
		if err != nil {
			return err
		}
		if j.Status == "finished" {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(o.Every): // want `Every is the delay between two questions as it is given`
		}
	}
}

// Here it has a default.
func AwaitLimit(ctx context.Context, c *jobs.Client, id string, o Options) error {
	every := o.Limit
	if every <= 0 {
		every = time.Second
	}
	for {
		j, err := c.Job(ctx, id)
		if err != nil {
			return err
		}
		if j.Status == "finished" {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(every):
		}
	}
}

type progress struct {
	Pending *bool
	Blocked *bool
}

// What is no longer pending may be blocked.
func (c *client) fetched(ctx context.Context, id string) error {
	for {
		var p progress
		if err := c.get("/credentials/"+id, &p); err != nil { // want `the end of Pending is taken for a success: the answer's Blocked`
			return err
		}
		if p.Pending != nil && !*p.Pending {
			return nil
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

func yes(b *bool) bool { return b != nil && *b }

func (c *client) fetchedOrBlocked(ctx context.Context, id string) error {
	for {
		var p progress
		if err := c.get("/credentials/"+id, &p); err != nil {
			return err
		}
		switch {
		case yes(p.Blocked):
			return errors.New("blocked")
		case p.Pending != nil && !*p.Pending:
			return nil
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// A daemon waits for nothing.
func daemon(ctx context.Context, c *jobs.Client, id string) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if j, err := c.Job(ctx, id); err == nil && j.Status == "success" {
				log.Print("all is well")
			}
		}
	}
}

// Each job is asked for once.
func each(ctx context.Context, c *jobs.Client, ids []string) (string, error) {
	for _, id := range ids {
		j, err := c.Job(ctx, id)
		if err != nil {
			return "", err
		}
		if j.Status == "success" {
			return id, nil
		}
	}
	return "", io.EOF
}

// The list of terminal states is somebody else's.
func untilOneOf(ctx context.Context, c *jobs.Client, id string, over []string) error {
	for {
		j, err := c.Job(ctx, id)
		if err != nil {
			return err
		}
		if j.Status == "success" || slices.Contains(over, j.Status) {
			return nil
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

type label struct{}

// The context of a round is made from that of the round before.
func labelled(c *jobs.Client, id string) error {
	ctx := context.Background()
	for {
		ctx = context.WithValue(ctx, label{}, id)
		job, err := c.Job(ctx, id) // want `asked until Status is "succeeded"`
		if err != nil {
			return err
		}
		if job.Status == "succeeded" {
			return nil
		}
		time.Sleep(time.Second)
	}
}

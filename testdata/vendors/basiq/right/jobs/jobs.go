// Package jobs waits for the jobs that Basiq does in the background.
package jobs

import (
	"context"
	"fmt"
	"time"

	"example.com/basiq/right/basiq"
)

// Reader reads a job.
type Reader interface {
	Job(ctx context.Context, id string) (basiq.Job, error)
}

// StepError is a step that failed. The bank's own words are for people: there is no fixed list of them.
type StepError struct {
	Step, Code, Title, Detail string
}

// Error says which step failed, and why.
func (e *StepError) Error() string {
	return fmt.Sprintf("step %s failed: %s: %s: %s", e.Step, e.Code, e.Title, e.Detail)
}

// NeedsUser reports whether the user has to do something at the bank.
func (e *StepError) NeedsUser() bool {
	switch e.Code {
	case "invalid-credentials", "account-not-accessible-requires-user-action":
		return true
	default:
		return false
	}
}

// Wait asks for the job until every step has succeeded, one has failed, or the time is over. The steps are told by their
// status, not by their place: a second factor adds one.
func Wait(ctx context.Context, r Reader, id string, every, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		j, err := r.Job(ctx, id)
		if err != nil {
			return fmt.Errorf("wait for job %s: %w", id, err)
		}
		done, err := state(j)
		if err != nil {
			return fmt.Errorf("job %s: %w", id, err)
		}
		if done {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("wait for job %s: %w", id, ctx.Err())
		}
	}
}

func state(j basiq.Job) (done bool, err error) {
	done = len(j.Steps) > 0
	for _, s := range j.Steps {
		switch s.Status {
		case "success":
		case "failed":
			e := &StepError{Step: s.Title}
			if s.Result != nil {
				e.Code, e.Title, e.Detail = s.Result.Code, s.Result.Title, s.Result.Detail
			}
			return false, e
		default: // pending, in-progress, and what may come
			done = false
		}
	}
	return done, nil
}

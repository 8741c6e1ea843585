package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/basiq/fake"
	"example.com/basiq/right/basiq"
	"example.com/basiq/right/jobs"
)

func refresh(t *testing.T, prepare func(*fake.Server)) (*basiq.Client, string) {
	t.Helper()
	srv := fake.New()
	t.Cleanup(srv.Close)
	prepare(srv)
	c := basiq.New(srv.Key, basiq.WithBaseURL(srv.URL))
	job, _, err := c.Refresh(t.Context(), fake.User, fake.Connection)
	if err != nil {
		t.Fatal(err)
	}
	return c, job
}

func TestWait(t *testing.T) {
	t.Parallel()
	c, job := refresh(t, (*fake.Server).AskMFA)
	if err := jobs.Wait(t.Context(), c, job, time.Millisecond, time.Minute); err != nil {
		t.Error(err)
	}
}

func TestWaitTellsTheFailedStep(t *testing.T) {
	t.Parallel()
	c, job := refresh(t, func(srv *fake.Server) {
		srv.FailStep("verify-credentials", fake.Result{Code: "authorization-failed", Title: "Authorization failed", Detail: "access_denied"})
	})
	err := jobs.Wait(t.Context(), c, job, time.Millisecond, time.Minute)
	var step *jobs.StepError
	if !errors.As(err, &step) || step.Step != "verify-credentials" || step.Detail != "access_denied" || step.NeedsUser() {
		t.Errorf("error: %v", err)
	}
}

func TestWaitEnds(t *testing.T) {
	t.Parallel()
	c, job := refresh(t, func(*fake.Server) {})
	if err := jobs.Wait(t.Context(), c, job, time.Hour, 5*time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error: %v", err)
	}
}

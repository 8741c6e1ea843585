package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/basiq/fake"
	"example.com/basiq/wrong/basiq"
	"example.com/basiq/wrong/jobs"
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

func TestAwaitDoesNotSeeTheFailedStep(t *testing.T) {
	t.Parallel()
	c, job := refresh(t, func(srv *fake.Server) {
		srv.FailStep("verify-credentials", fake.Result{Code: "authorization-failed", Title: "Authorization failed", Detail: "consent refused"})
	})
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Millisecond)
	defer cancel()
	if err := jobs.Await(ctx, c, job, time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error: %v", err)
	}
	j, err := c.Job(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	if jobs.Denied(j) {
		t.Error("denied, though this bank words it otherwise")
	}
}

func TestAwaitTakesTheSecondFactorForAnAccount(t *testing.T) {
	t.Parallel()
	c, job := refresh(t, (*fake.Server).AskMFA)
	if err := jobs.Await(t.Context(), c, job, time.Millisecond); err != nil {
		t.Fatal(err)
	}
	j, err := c.Job(t.Context(), job) // and that does the last step
	if err != nil || len(j.Steps) != 4 {
		t.Errorf("job: %+v, %v", j, err)
	}
}

func TestAdviceForANewCode(t *testing.T) {
	t.Parallel()
	if text := jobs.Advice("account-not-accessible-requires-user-action"); text != "" {
		t.Errorf("advice: %q", text)
	}
}

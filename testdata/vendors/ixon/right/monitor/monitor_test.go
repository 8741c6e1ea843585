package monitor_test

import (
	"context"
	"testing"
	"time"

	"example.com/ixon/fake"
	"example.com/ixon/right/monitor"
	"example.com/ixon/right/transport"
)

func TestDrift(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	c := monitor.New(srv.URL, transport.Base())
	srv.Fail(503)
	drift, err := c.Drift(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if drift > time.Minute || drift < -time.Minute {
		t.Errorf("drift: %v", drift)
	}
}

func TestAlive(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	c := monitor.New(srv.URL, transport.Base())
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	c.Alive(ctx, time.Millisecond, func(err error) {
		if err != nil {
			t.Error(err)
		}
		if calls++; calls == 5 {
			cancel()
		}
	})
	if n := srv.Conns(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}
